import { type Argument, type Command, itemsOf, SyntaxProblem, textOfArgument } from './imapParser';
import type { ImapSession } from './imapSession';
import { quote } from './imapStructure';
import { type Folder, MAX_FOLDERS } from './mailStore';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from './modifiedUtf7';

/** NAMESPACE (RFC 2342). */
export function answerNamespace(session: ImapSession, { tag }: Command): void {
  session.untagged('NAMESPACE (("" "/")) NIL NIL');
  session.ok(tag);
}

/** LIST, with the selection and return options of RFC 5258, 5819 and 6154. */
export function answerList(session: ImapSession, { tag, args }: Command): void {
  const queue = [...args];
  const selection = queue[0]?.kind === 'list' ? readWords(queue.shift()) : [];
  const reference = decodeName(session, textOfArgument(queue.shift()));
  const patterns = itemsOf(queue.shift()).map((pattern) => decodeName(session, textOfArgument(pattern)));
  const options = queue.length > 0 && readWords(queue.shift())[0] === 'RETURN' ? itemsOf(queue.shift()) : [];
  const returns = readWords({ kind: 'list', items: options.filter((option) => option.kind === 'atom') });
  const statusAt = returns.indexOf('STATUS');
  requireOffer(session, 'LIST-EXTENDED', patterns.length > 1);
  requireOffer(session, 'LIST-STATUS', statusAt >= 0);
  const statusItems = statusAt < 0 ? [] : readWords(options.find((option) => option.kind === 'list'));
  if (patterns.length === 1 && patterns[0] === '') {
    session.untagged('LIST (\\Noselect) "/" "/"');
    session.ok(tag);
    return;
  }
  for (const mailbox of listMailboxes(session)) {
    if (!patterns.some((pattern) => matchPattern(reference + pattern, mailbox.name))) continue;
    if (selection.includes('SPECIAL-USE') && !mailbox.folder?.attribute) continue;
    if (selection.includes('SUBSCRIBED') && !mailbox.folder) continue;
    const subscribed = returns.includes('SUBSCRIBED') || selection.includes('SUBSCRIBED');
    const attributes = [...mailbox.attributes, ...(subscribed && mailbox.folder ? ['\\Subscribed'] : [])];
    session.untagged(`LIST (${attributes.join(' ')}) "/" ${encodeName(session, mailbox.name)}`);
    if (statusItems.length > 0 && mailbox.folder)
      session.untagged(formatStatus(session, mailbox.folder, statusItems));
  }
  session.ok(tag);
}

/** A server without an extension does not know its words either. */
function requireOffer(session: ImapSession, capability: string, isAsked: boolean): void {
  if (isAsked && !session.offers(capability)) throw new SyntaxProblem('Could not parse command');
}

/** LSUB: every folder is subscribed. */
export function answerLsub(session: ImapSession, command: Command): void {
  listPlainly(session, command, 'LSUB', (mailbox) => mailbox.attributes);
}

/** XLIST: what Gmail had before SPECIAL-USE. */
export function answerXlist(session: ImapSession, command: Command): void {
  const old: Record<string, string> = { '\\All': '\\AllMail', '\\Junk': '\\Spam', '\\Flagged': '\\Starred' };
  listPlainly(session, command, 'XLIST', ({ attributes, folder }) => [
    ...attributes.map((attribute) => old[attribute] ?? attribute),
    ...(folder?.label === '\\Inbox' ? ['\\Inbox'] : []),
  ]);
}

/** STATUS. */
export function answerStatus(session: ImapSession, { tag, args }: Command): void {
  const folder = findFolder(session, tag, args[0]);
  if (!folder) return;
  session.untagged(formatStatus(session, folder, readWords(args[1])));
  session.ok(tag);
}

/** SELECT and EXAMINE, in the shapes of Gmail's own answers. */
export function answerSelect(session: ImapSession, { tag, name, args }: Command): void {
  session.select(undefined);
  const folder = findFolder(session, tag, args[0]);
  if (!folder || !session.account) return;
  const options = args[1] ? readWords(args[1]) : [];
  if (options.includes('CONDSTORE')) session.enabled.add('CONDSTORE');
  const readOnly = name === 'EXAMINE';
  const view = session.select(folder, readOnly);
  const flags = '\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing';
  session.untagged(
    `FLAGS (${flags})`,
    `OK [PERMANENTFLAGS (${readOnly ? '' : `${flags} \\*`})] Flags permitted.`,
    `OK [UIDVALIDITY ${folder.uidValidity}] UIDs valid.`,
    `${view?.size ?? 0} EXISTS`,
    '0 RECENT',
    `OK [UIDNEXT ${folder.uidNext}] Predicted next UID.`,
    ...(session.offers('CONDSTORE') ? [`OK [HIGHESTMODSEQ ${session.account.store.highestModseq}]`] : []),
  );
  session.ok(
    tag,
    `[READ-${readOnly ? 'ONLY' : 'WRITE'}] ${encodeModifiedUtf7(folder.name)} selected. (Success)`,
  );
}

/** CREATE: a label of the user's own. */
export function answerCreate(session: ImapSession, { tag, args }: Command): void {
  const name = decodeName(session, textOfArgument(args[0])).replace(/\/$/, '');
  if (listMailboxes(session).some((mailbox) => mailbox.name.toLowerCase() === name.toLowerCase())) {
    session.no(tag, `[ALREADYEXISTS] Duplicate folder name ${encodeModifiedUtf7(name)}`);
    return;
  }
  if (name === '' || (session.account?.store.folders.length ?? 0) >= MAX_FOLDERS) {
    session.no(tag, '[LIMIT] Unable to create folder');
    return;
  }
  session.account?.addLabel(name);
  session.ok(tag);
}

/** DELETE: of a label of the user's own. */
export function answerDelete(session: ImapSession, { tag, args }: Command): void {
  const folder = findOwnFolder(session, tag, args[0]);
  if (!folder) return;
  session.account?.store.removeFolder(folder);
  session.ok(tag);
}

/** RENAME: UIDVALIDITY and UIDs stay. */
export function answerRename(session: ImapSession, { tag, args }: Command): void {
  const folder = findOwnFolder(session, tag, args[0]);
  if (!folder) return;
  folder.name = decodeName(session, textOfArgument(args[1]));
  session.ok(tag);
}

/** GETQUOTA and GETQUOTAROOT (RFC 2087): 15 GB, as a free account has. */
export function answerQuota(session: ImapSession, { tag, name, args }: Command): void {
  if (name === 'GETQUOTAROOT') session.untagged(`QUOTAROOT ${quote(textOfArgument(args[0]))} ""`);
  session.untagged('QUOTA "" (STORAGE 1024 15728640)');
  session.ok(tag);
}

/** The folder that an argument names, or undefined after a NO. */
export function findFolder(
  session: ImapSession,
  tag: string,
  argument: Argument | undefined,
): Folder | undefined {
  const name = decodeName(session, textOfArgument(argument));
  const wanted = name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
  const folder = session.account?.store.folders.find((known) => known.name === wanted && !known.hidden);
  if (!folder) session.no(tag, `[NONEXISTENT] Unknown Mailbox: ${encodeModifiedUtf7(name)}`);
  return folder;
}

interface Mailbox {
  name: string;
  attributes: string[];
  folder?: Folder;
}

/** The visible folders and the \Noselect parents above them. */
function listMailboxes(session: ImapSession): Mailbox[] {
  const folders = (session.account?.store.folders ?? []).filter((folder) => !folder.hidden);
  const names = new Set(folders.map((folder) => folder.name));
  const parents = new Set(
    folders.flatMap(({ name }) => {
      const steps = name.split('/').slice(0, -1);
      return steps.map((_, depth) => steps.slice(0, depth + 1).join('/'));
    }),
  );
  const virtual = [...parents].filter((name) => !names.has(name));
  const hasChildren = (name: string) => (parents.has(name) ? '\\HasChildren' : '\\HasNoChildren');
  const listed = folders.map((folder): Mailbox => {
    const use = folder.attribute && session.offers('SPECIAL-USE') ? [folder.attribute] : [];
    return { name: folder.name, attributes: [hasChildren(folder.name), ...use], folder };
  });
  const [inbox, ...others] = listed;
  const roots = virtual.map((name): Mailbox => ({ name, attributes: ['\\HasChildren', '\\Noselect'] }));
  return inbox ? [inbox, ...roots, ...others] : roots;
}

function listPlainly(
  session: ImapSession,
  { tag, args }: Command,
  word: string,
  attributesOf: (mailbox: Mailbox) => string[],
): void {
  const pattern = args.slice(0, 2).map((argument) => decodeName(session, textOfArgument(argument)));
  for (const mailbox of listMailboxes(session)) {
    if (!matchPattern(pattern.join(''), mailbox.name)) continue;
    session.untagged(`${word} (${attributesOf(mailbox).join(' ')}) "/" ${encodeName(session, mailbox.name)}`);
  }
  session.ok(tag);
}

function findOwnFolder(
  session: ImapSession,
  tag: string,
  argument: Argument | undefined,
): Folder | undefined {
  const folder = findFolder(session, tag, argument);
  if (!folder?.label.startsWith('\\')) return folder;
  session.no(tag, `[CANNOT] Invalid operation on a system folder`);
  return undefined;
}

/** % stops at the delimiter, * does not; INBOX in any case (RFC 3501 6.3.8). */
function matchPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('%', '[^/]*');
  return new RegExp(`^${source}$`, name === 'INBOX' ? 'i' : '').test(name);
}

function formatStatus(session: ImapSession, folder: Folder, items: readonly string[]): string {
  const values = items.map((item) => `${item} ${statusOf(session, folder, item)}`);
  return `STATUS ${encodeName(session, folder.name)} (${values.join(' ')})`;
}

function statusOf(session: ImapSession, folder: Folder, item: string): number {
  switch (item) {
    case 'MESSAGES':
      return folder.entries.length;
    case 'UIDNEXT':
      return folder.uidNext;
    case 'UIDVALIDITY':
      return folder.uidValidity;
    case 'UNSEEN':
      return folder.entries.filter((entry) => !entry.message.flags.has('\\Seen')).length;
    case 'RECENT':
      return 0;
    case 'SIZE':
      return folder.entries.reduce((sum, entry) => sum + entry.message.raw.length, 0);
    case 'HIGHESTMODSEQ':
      if (session.offers('CONDSTORE')) return session.account?.store.highestModseq ?? 0;
  }
  throw new SyntaxProblem('Could not parse command');
}

/** The words of a list, in upper case; lists inside are left out. */
function readWords(argument: Argument | undefined): string[] {
  return itemsOf(argument)
    .filter((item) => item.kind !== 'list')
    .map((item) => textOfArgument(item).toUpperCase());
}

/** UTF8=ACCEPT changes how names are written, both ways (RFC 6855 3). */
function encodeName(session: ImapSession, name: string): string {
  const wire = session.enabled.has('UTF8=ACCEPT') ? name : encodeModifiedUtf7(name);
  return `"${wire.replace(/[\\"]/g, '\\$&')}"`;
}

function decodeName(session: ImapSession, name: string): string {
  return session.enabled.has('UTF8=ACCEPT') ? name : decodeModifiedUtf7(name);
}
