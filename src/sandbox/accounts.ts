import { canonicalAddress } from './addresses';
import { composeMessage, type MessageParts } from './compose';
import type { EventLog } from './events';
import { type Folder, MailStore, type StoredMessage } from './mailStore';
import { decodeWords, headerOf, type MimePart } from './mime';
import { Orders, type OrdersByStage, type Stage } from './refusals';
import { messageIdOf } from './threads';

/** The languages that an account's folders can be named in. */
export type Locale = keyof typeof FOLDER_NAMES;

/** Every language that an account's folders can be named in. */
export const locales: readonly Locale[] = ['en', 'en-GB', 'de', 'zh-TW'];

/** What makes an account. */
export interface AccountOptions {
  address: string;
  /** 16 letters, as Google issues them. */
  appPassword: string;
  /** The password of the web login: Gmail knows it, and says that an App Password is needed. */
  accountPassword?: string;
  displayName?: string;
  locale?: Locale;
  /** Recipients in rolling 24 hours; 500 as for consumer accounts. */
  limit?: number;
}

/** A mail that an account sent: as it went out, to whom, and what the client had called it. */
export interface SentMail {
  readonly messageId: string;
  readonly originalMessageId: string | undefined;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly raw: Buffer;
  readonly mime: MimePart;
  readonly at: Date;
}

/** A session that the account can end or freeze. */
export interface Session {
  readonly protocol: 'smtp' | 'imap';
  /** Writes the lines, if any, and closes. */
  end(...lines: string[]): void;
  /** Says nothing from here on, and keeps the socket open. */
  freeze(): void;
}

const DAY_MS = 86_400_000;
const MAX_IMAP_SESSIONS = 15; // Gmail's limit per account, shared by all clients

/** One Gmail account: its mail, its sessions, and everything that a test or a person can do to it. */
export class Account {
  readonly address: string;
  readonly displayName: string;
  readonly store: MailStore;
  readonly orders = new Orders();
  readonly sessions = new Set<Session>();
  /** Where mail that comes in is filed: \Inbox, \Spam, or nowhere but All Mail (a filter that archives). */
  incoming: '\\Inbox' | '\\Spam' | 'archive' = '\\Inbox';
  /** How long the Sent copy takes to appear, in milliseconds. */
  sentLagMs = 0;
  /** Tagged lines end in [THROTTLED], as Gmail's do under load. */
  throttled = false;
  limit: number;
  smtpLogins = 0;
  imapLogins = 0;
  private appPassword: string;
  private readonly accountPassword: string | undefined;
  private readonly sent: SentMail[] = [];

  constructor(
    options: AccountOptions,
    private readonly events: EventLog,
    readonly now: () => Date,
  ) {
    this.address = options.address.toLowerCase();
    this.appPassword = options.appPassword;
    this.accountPassword = options.accountPassword;
    this.displayName = options.displayName ?? '';
    this.limit = options.limit ?? 500;
    this.store = new MailStore(now);
    this.store.addFolder('INBOX', '\\Inbox');
    const { root, ...names } = FOLDER_NAMES[options.locale ?? 'en'];
    for (const [attribute, label] of SYSTEM_FOLDERS) {
      this.store.addFolder(`${root}/${names[attribute]}`, label, attribute);
    }
  }

  /** Logged-in sessions that are open now. */
  get openSessions(): number {
    return this.sessions.size;
  }

  /** Whether IMAP would refuse one more session. */
  get hasTooManySessions(): boolean {
    return [...this.sessions].filter((session) => session.protocol === 'imap').length >= MAX_IMAP_SESSIONS;
  }

  /** What Gmail makes of a password. SMTP takes an App Password with its spaces too, IMAP does not. */
  judgePassword(password: string, protocol: 'smtp' | 'imap'): 'accepted' | 'accountPassword' | 'wrong' {
    const given = protocol === 'smtp' ? password.replace(/\s+/g, '') : password;
    if (given === this.appPassword) return 'accepted';
    return password === this.accountPassword ? 'accountPassword' : 'wrong';
  }

  /** Revokes the App Password: logins are refused from now on, open sessions live on as at Gmail. */
  changeAppPassword(appPassword: string): void {
    this.appPassword = appPassword;
  }

  /** Whether a From address may stay: this one, in any of its spellings. */
  owns(address: string): boolean {
    return canonicalAddress(address) === canonicalAddress(this.address);
  }

  /** Whether that many more recipients pass the rolling 24 hours. */
  wouldPassLimit(recipients: number): boolean {
    const since = this.now().getTime() - DAY_MS;
    const used = this.sent
      .filter((mail) => mail.at.getTime() > since)
      .reduce((sum, mail) => sum + mail.recipients.length, 0);
    return used + recipients > this.limit;
  }

  /** Every mail that was accepted from a client, oldest first. */
  sentMessages(): readonly SentMail[] {
    return this.sent;
  }

  /** Notes an accepted mail; it counts in the rolling limit. */
  recordSent(mail: SentMail): void {
    this.sent.push(mail);
    const { messageId, subject, recipients } = mail;
    this.events.emit('sent', { address: this.address, messageId, subject, recipients: [...recipients] });
  }

  /**
   * Puts a mail into the account as if it had come from outside. `folder` is a label (\Inbox, \Spam, \Sent, ...) or a
   * folder's name; by default where `incoming` says. `besides` names the mail whose thread it joins by Gmail's own
   * judgement. Answers its UID in that folder.
   */
  deliver(
    mail: Buffer | string | MessageParts,
    options: { folder?: string; receivedAt?: Date; besides?: string } = {},
  ): number {
    const raw = withLineEnds(isParts(mail) ? composeMessage(mail) : Buffer.from(mail));
    const folder = this.folder(options.folder ?? (this.incoming === 'archive' ? '\\All' : this.incoming));
    const receivedAt = options.receivedAt ?? this.now();
    const message = this.store.append(raw, { labels: [folder.label], receivedAt, besides: options.besides });
    const uid = uidIn(folder, message);
    this.events.emit('delivered', {
      address: this.address,
      messageId: messageIdOf(message.mime) ?? '',
      from: decodeWords(headerOf(message.mime, 'From') ?? ''),
      subject: decodeWords(headerOf(message.mime, 'Subject') ?? ''),
      folder: folder.name,
      uid,
    });
    return uid;
  }

  /** Files the copy of a sent mail. @returns its UID in Sent, and its thread */
  fileSent(raw: Buffer, messageId: string, alsoInInbox: boolean): { uid: number; threadId: string } {
    const labels = alsoInInbox ? ['\\Sent', '\\Inbox'] : ['\\Sent'];
    const flags = alsoInInbox ? [] : ['\\Seen'];
    const message = this.store.append(raw, { labels, flags });
    const uid = uidIn(this.folder('\\Sent'), message);
    this.events.emit('filed', { address: this.address, messageId, uid });
    return { uid, threadId: String(message.threadId) };
  }

  /** A folder by name, by label (\Inbox, \Sent, \Spam, \All, ...) or by attribute (\Junk). Throws when there is none. */
  folder(name: string): Folder {
    const wanted = name.toUpperCase() === 'INBOX' ? '\\Inbox' : name;
    const fits = (folder: Folder) => [folder.name, folder.label, folder.attribute].includes(wanted);
    const folder = this.store.folders.find(fits);
    if (!folder) throw new Error(`${this.address} has no folder ${name}`);
    return folder;
  }

  /** Adds a label of the user's own. */
  addLabel(name: string): Folder {
    return this.store.addFolder(name, name);
  }

  /** Hides a label from IMAP, or shows it again ("Show in IMAP" in Gmail's settings). */
  hideFolder(name: string, hidden = true): void {
    this.folder(name).hidden = hidden;
  }

  /** Orders a refusal or a fault at a stage: `times` times, or until accept(). */
  refuse<S extends Stage>(stage: S, which: OrdersByStage[S], times?: number): void {
    this.orders.refuse(stage, which, times);
  }

  /** Takes the orders of a stage back, or all. */
  accept(stage?: Stage): void {
    this.orders.accept(stage);
  }

  /** Cuts every open session without a word. */
  dropSessions(): void {
    for (const session of [...this.sessions]) session.end();
  }

  /** Ends every open IMAP session with a BYE. */
  expireSessions(text = 'Session expired, please login again.'): void {
    for (const session of [...this.sessions]) if (session.protocol === 'imap') session.end(`* BYE ${text}`);
  }

  /** Every open session falls silent, its socket stays open. */
  freezeSessions(): void {
    for (const session of this.sessions) session.freeze();
  }

  /** Gives a folder a new UIDVALIDITY, and its mail new UIDs. */
  changeUidValidity(folder = '\\Inbox'): void {
    this.store.resetUids(this.folder(folder));
  }

  /** Open sessions hear of new mail only that much later (milliseconds); a new SELECT sees it at once. */
  delayExists(lagMs: number): void {
    this.store.announceLagMs = lagMs;
  }

  /** Forgets all mail, what was sent, and all orders. Sessions and credentials stay. */
  clear(): void {
    this.store.clear();
    this.sent.length = 0;
    this.orders.accept();
  }
}

function isParts(mail: Buffer | string | MessageParts): mail is MessageParts {
  return typeof mail !== 'string' && !Buffer.isBuffer(mail);
}

/** A file with bare line feeds throughout gets the line ends of mail; anything else stays as it is, however odd. */
function withLineEnds(raw: Buffer): Buffer {
  return raw.includes('\r\n') ? raw : Buffer.from(raw.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

function uidIn(folder: Folder, message: StoredMessage): number {
  return folder.entries.findLast((entry) => entry.message === message)?.uid ?? 0;
}

/** Attribute and label of Gmail's own folders, in the order in which LIST gives them. */
const SYSTEM_FOLDERS = [
  ['\\All', '\\All'],
  ['\\Drafts', '\\Draft'],
  ['\\Important', '\\Important'],
  ['\\Sent', '\\Sent'],
  ['\\Junk', '\\Spam'],
  ['\\Flagged', '\\Starred'],
  ['\\Trash', '\\Trash'],
] as const;

const FOLDER_NAMES = {
  en: {
    root: '[Gmail]',
    '\\All': 'All Mail',
    '\\Drafts': 'Drafts',
    '\\Important': 'Important',
    '\\Sent': 'Sent Mail',
    '\\Junk': 'Spam',
    '\\Flagged': 'Starred',
    '\\Trash': 'Trash',
  },
  'en-GB': {
    root: '[Google Mail]',
    '\\All': 'All Mail',
    '\\Drafts': 'Drafts',
    '\\Important': 'Important',
    '\\Sent': 'Sent Mail',
    '\\Junk': 'Spam',
    '\\Flagged': 'Starred',
    '\\Trash': 'Bin',
  },
  de: {
    root: '[Gmail]',
    '\\All': 'Alle Nachrichten',
    '\\Drafts': 'Entwürfe',
    '\\Important': 'Wichtig',
    '\\Sent': 'Gesendet',
    '\\Junk': 'Spam',
    '\\Flagged': 'Markiert',
    '\\Trash': 'Papierkorb',
  },
  'zh-TW': {
    root: '[Gmail]',
    '\\All': '全部郵件',
    '\\Drafts': '草稿',
    '\\Important': '重要郵件',
    '\\Sent': '寄件備份',
    '\\Junk': '垃圾郵件',
    '\\Flagged': '已加星號',
    '\\Trash': '垃圾桶',
  },
} as const;
