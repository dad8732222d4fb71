import { EventEmitter } from 'node:events';
import { headerOf, type MimePart, parseMime } from './mime';
import { answeredIds, messageIdOf, subjectRoot } from './threads';

/** One message of an account, whatever folders show it. */
export interface StoredMessage {
  /** X-GM-MSGID, unsigned 64 bit. */
  readonly id: bigint;
  /** X-GM-THRID: the id of the first message of its thread. */
  readonly threadId: bigint;
  readonly raw: Buffer;
  readonly mime: MimePart;
  readonly receivedAt: Date;
  readonly flags: Set<string>;
  /** System labels start with a backslash (\Inbox, \Sent, \Draft, \Spam, \Trash, \Important), others do not. */
  readonly labels: Set<string>;
  modseq: number;
}

/** A message as one folder shows it. */
export interface FolderEntry {
  readonly uid: number;
  readonly message: StoredMessage;
  /** Open sessions hear of it from this moment on (epoch milliseconds): Gmail's EXISTS can come late. */
  readonly announcedAt: number;
}

/** One folder: a view of the store with UIDs of its own. */
export interface Folder {
  name: string;
  /** The label that it shows; \All and \Starred are computed. */
  readonly label: string;
  /** RFC 6154 attribute, such as \Sent. */
  readonly attribute?: string;
  uidValidity: number;
  uidNext: number;
  entries: FolderEntry[];
  hidden: boolean;
}

/** What append may set. */
export interface AppendOptions {
  labels: Iterable<string>;
  flags?: Iterable<string>;
  receivedAt?: Date;
  /** The Message-ID of a mail whose thread it joins, whatever its own headers say. */
  besides?: string | undefined;
}

/** Gmail's own limit on labels. */
export const MAX_FOLDERS = 10_000;

/** All mail of one account. Emits 'change' after each change, and 'reset' with a folder whose UIDs are void. */
export class MailStore extends EventEmitter<{ change: []; reset: [Folder] }> {
  readonly folders: Folder[] = [];
  announceLagMs = 0;
  private readonly messages = new Map<bigint, StoredMessage>();
  private readonly byMessageId = new Map<string, StoredMessage>();
  private lastId = 0n;
  private modseq = 1;

  constructor(private readonly now: () => Date) {
    super();
    this.setMaxListeners(0); // one listener a session
  }

  /** The newest mod-sequence (RFC 7162). */
  get highestModseq(): number {
    return this.modseq;
  }

  /** Adds a folder for a label. */
  addFolder(name: string, label: string, attribute?: string): Folder {
    const uidValidity = this.folders.length + 1;
    const folder: Folder = { name, label, uidValidity, uidNext: 1, entries: [], hidden: false };
    if (attribute) Object.assign(folder, { attribute });
    this.folders.push(folder);
    for (const message of this.messages.values()) if (shows(folder, message)) this.show(folder, message);
    return folder;
  }

  /** Takes a folder and its label away; the messages stay in All Mail. */
  removeFolder(folder: Folder): void {
    this.folders.splice(this.folders.indexOf(folder), 1);
    for (const { message } of [...folder.entries])
      this.relabel(message, (labels) => labels.delete(folder.label));
    this.emit('reset', folder);
  }

  /** The folder that shows a label (\Inbox, \Sent, \Spam, \All, ... or one's own). */
  folderOf(label: string): Folder {
    const folder = this.folders.find((candidate) => candidate.label === label);
    if (!folder) throw new Error(`no folder shows ${label}`);
    return folder;
  }

  /** Stores a message: finds its thread, files it in every folder that shows it. */
  append(raw: Buffer, options: AppendOptions): StoredMessage {
    const mime = parseMime(raw);
    const receivedAt = options.receivedAt ?? this.now();
    const id = this.nextId();
    const message: StoredMessage = {
      id,
      threadId: this.byMessageId.get(options.besides ?? '')?.threadId ?? this.findThread(mime) ?? id,
      raw,
      mime,
      receivedAt,
      flags: new Set(options.flags),
      labels: new Set(options.labels),
      modseq: ++this.modseq,
    };
    this.messages.set(id, message);
    const messageId = messageIdOf(mime);
    if (messageId && !this.byMessageId.has(messageId)) this.byMessageId.set(messageId, message);
    for (const folder of this.folders) if (shows(folder, message)) this.show(folder, message);
    this.emit('change');
    return message;
  }

  /** Changes the flags of a message. */
  reflag(message: StoredMessage, change: (flags: Set<string>) => void): void {
    change(message.flags);
    this.touch(message);
  }

  /** Changes the labels of a message, and so the folders that show it. */
  relabel(message: StoredMessage, change: (labels: Set<string>) => void): void {
    change(message.labels);
    this.touch(message);
  }

  /** Removes a message for good. */
  remove(message: StoredMessage): void {
    this.messages.delete(message.id);
    const messageId = messageIdOf(message.mime);
    if (messageId && this.byMessageId.get(messageId) === message) this.byMessageId.delete(messageId);
    for (const folder of this.folders) {
      folder.entries = folder.entries.filter((entry) => entry.message !== message);
    }
    this.emit('change');
  }

  /** Voids all UIDs of a folder: a new UIDVALIDITY, numbers from 1 again. Sessions on it end. */
  resetUids(folder: Folder): void {
    folder.uidValidity += 1000;
    folder.entries = folder.entries.map((entry, index) => ({ ...entry, uid: index + 1 }));
    folder.uidNext = folder.entries.length + 1;
    this.emit('reset', folder);
  }

  /** Removes every message; UIDs go on where they were. */
  clear(): void {
    this.messages.clear();
    this.byMessageId.clear();
    for (const folder of this.folders) folder.entries = [];
    this.emit('change');
  }

  private touch(message: StoredMessage): void {
    message.modseq = ++this.modseq;
    for (const folder of this.folders) this.file(message, folder);
    this.emit('change');
  }

  /** Makes a folder show or no longer show a message, as its labels say. */
  private file(message: StoredMessage, folder: Folder): void {
    const shown = shows(folder, message);
    const index = folder.entries.findIndex((entry) => entry.message === message);
    if (shown && index < 0) this.show(folder, message);
    else if (!shown && index >= 0) folder.entries.splice(index, 1);
  }

  private show(folder: Folder, message: StoredMessage): void {
    folder.entries.push({ uid: folder.uidNext++, message, announcedAt: Date.now() + this.announceLagMs });
  }

  /** Gmail's rule as far as it is known: an answer by header, with the same subject root or written by a machine. */
  private findThread(mime: MimePart): bigint | undefined {
    const root = subjectRoot(headerOf(mime, 'Subject') ?? '');
    const machine = /^auto/i.test(headerOf(mime, 'Auto-Submitted') ?? '');
    const own = messageIdOf(mime); // a copy of a mail to oneself is the same mail
    for (const id of own ? [own, ...answeredIds(mime)] : answeredIds(mime)) {
      const parent = this.byMessageId.get(id);
      if (parent && (machine || subjectRoot(headerOf(parent.mime, 'Subject') ?? '') === root)) {
        return parent.threadId;
      }
    }
    return undefined;
  }

  /** Ids grow with time, as Gmail's do: milliseconds in the upper 44 bits. */
  private nextId(): bigint {
    const fromClock = BigInt(this.now().getTime()) << 20n;
    this.lastId = fromClock > this.lastId ? fromClock : this.lastId + 1n;
    return this.lastId;
  }
}

function shows(folder: Folder, { labels, flags }: StoredMessage): boolean {
  if (folder.label === '\\Spam' || folder.label === '\\Trash') return labels.has(folder.label);
  if (labels.has('\\Spam') || labels.has('\\Trash')) return false;
  if (folder.label === '\\All') return true;
  if (folder.label === '\\Starred') return flags.has('\\Flagged');
  return labels.has(folder.label);
}
