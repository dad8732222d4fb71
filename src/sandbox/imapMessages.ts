import { formatItem, marksSeen, parseFetchItems } from './imapFetch';
import { findFolder } from './imapMailboxes';
import { type Argument, type Command, formatSet, itemsOf, SyntaxProblem, textOfArgument } from './imapParser';
import { parseSearch } from './imapSearch';
import type { ImapSession } from './imapSession';
import { formatFlagsUpdate, type Numbered, type View } from './imapView';
import type { Folder, StoredMessage } from './mailStore';
import { parseMime } from './mime';
import { messageIdOf } from './threads';

/** FETCH and UID FETCH, with CHANGEDSINCE (RFC 7162 3.1.4). */
export function answerFetch(session: ImapSession, view: View, { tag, name, args }: Command): void {
  const byUid = name.startsWith('UID');
  const items = parseFetchItems(args[1]);
  const since = readModifier(args[2], 'CHANGEDSINCE');
  const asked = new Set(items.map((item) => item.kind));
  if (byUid && !asked.has('UID')) items.unshift({ kind: 'UID' });
  if (since !== undefined && !asked.has('MODSEQ')) items.push({ kind: 'MODSEQ' });
  if (since !== undefined || asked.has('MODSEQ')) session.enabled.add('CONDSTORE');
  const picked = view.pick(textOfArgument(args[0]), byUid);
  for (const { number, shown } of picked) {
    if (since !== undefined && shown.message.modseq <= since) continue;
    const seesNow = !view.readOnly && !shown.message.flags.has('\\Seen') && items.some(marksSeen);
    if (seesNow) session.account?.store.reflag(shown.message, (flags) => flags.add('\\Seen'));
    if (seesNow && asked.has('FLAGS')) shown.told = shown.message.modseq;
    const pieces = items.flatMap((item, index) => [index > 0 ? ' ' : '', ...formatItem(item, shown)]);
    session.write(`* ${number} FETCH (`, ...pieces, ')\r\n');
  }
  session.tellChanges(byUid);
  session.ok(tag);
}

/** SEARCH and UID SEARCH, with ESEARCH's RETURN (RFC 4731). */
export function answerSearch(session: ImapSession, view: View, { tag, name, args }: Command): void {
  const byUid = name.startsWith('UID');
  const queue = [...args];
  const returns = takeReturnOptions(queue);
  if (isWord(queue[0], 'CHARSET')) queue.splice(0, 2); // everything is searched as UTF-8
  const bounds = { highestNumber: view.size, highestUid: view.highestUid };
  const found = view.all().filter(parseSearch(queue, bounds));
  const numbers = found.map(({ number, shown }) => (byUid ? shown.uid : number));
  const highest = mentionsModseq(queue) && found.length > 0 ? highestModseq(found) : undefined;
  if (returns) session.untagged(formatEsearch(tag, byUid, returns, numbers, highest));
  else {
    const modseq = highest === undefined ? [] : [`(MODSEQ ${highest})`];
    session.untagged(['SEARCH', ...numbers, ...modseq].join(' '));
  }
  session.tellChanges(byUid);
  session.ok(tag, 'SEARCH completed (Success)');
}

/** STORE and UID STORE of flags or X-GM-LABELS, with UNCHANGEDSINCE (RFC 7162 3.1.3). */
export function answerStore(session: ImapSession, view: View, { tag, name, args }: Command): void {
  const byUid = name.startsWith('UID');
  const [set, ...rest] = args;
  const since = rest[0]?.kind === 'list' ? readModifier(rest.shift(), 'UNCHANGEDSINCE') : undefined;
  const [verb, ...valueArguments] = rest;
  const [, sign, what, silent] =
    /^([+-]?)(FLAGS|X-GM-LABELS)(\.SILENT)?$/.exec(textOfArgument(verb).toUpperCase()) ?? [];
  if (sign === undefined) throw new SyntaxProblem('Could not parse command');
  const values = valueArguments.flatMap(itemsOf).map(textOfArgument).map(capitalizeSystemName);
  const picked = view.pick(textOfArgument(set), byUid);
  const failed: number[] = [];
  for (const { number, shown } of picked) {
    const { message } = shown;
    if (since !== undefined && message.modseq > since) {
      failed.push(byUid ? shown.uid : number);
      continue;
    }
    const change = (current: Set<string>) => {
      if (sign === '') current.clear();
      for (const value of values) sign === '-' ? current.delete(value) : current.add(value);
    };
    if (what === 'FLAGS') session.account?.store.reflag(message, change);
    else session.account?.store.relabel(message, change);
    shown.told = message.modseq;
    const withModseq = session.enabled.has('CONDSTORE');
    if (!silent) session.write(`${formatFlagsUpdate(number, shown, withModseq)}\r\n`);
    else if (since !== undefined)
      session.untagged(`${number} FETCH (UID ${shown.uid} MODSEQ (${message.modseq}))`);
  }
  session.tellChanges(byUid);
  session.ok(tag, failed.length > 0 ? `[MODIFIED ${formatSet(failed)}] Conditional STORE failed` : undefined);
}

/** COPY, MOVE and their UID forms (RFC 4315, RFC 6851). */
export function answerCopy(session: ImapSession, view: View, { tag, name, args }: Command): void {
  const byUid = name.startsWith('UID');
  const moves = name.endsWith('MOVE');
  const store = session.account?.store;
  const folder = findFolder(session, tag, args[1]);
  if (!folder || !store) return;
  const picked = view.pick(textOfArgument(args[0]), byUid);
  if (picked.length === 0) {
    session.ok(tag, 'No matching messages (Success)');
    return;
  }
  for (const { shown } of picked) {
    store.relabel(shown.message, (labels) => {
      if (moves) removeFrom(view.folder, labels);
      addTo(folder, labels);
    });
  }
  const sources = formatSet(picked.map(({ shown }) => shown.uid));
  const targets = formatSet(picked.map(({ shown }) => uidOf(folder, shown.message)).sort((a, b) => a - b));
  const code = `[COPYUID ${folder.uidValidity} ${sources} ${targets}]`;
  if (moves) session.untagged(`OK ${code} (Success)`);
  session.tellChanges(byUid || moves);
  session.ok(tag, moves ? '(Success)' : `${code} (Success)`);
}

/** EXPUNGE and UID EXPUNGE: takes the folder's label off; in Spam and Trash the mail goes for good. */
export function answerExpunge(session: ImapSession, view: View, { tag, name, args }: Command): void {
  const picked = name.startsWith('UID') ? view.pick(textOfArgument(args[0]), true) : view.all();
  expunge(session, view, picked);
  session.tellChanges(true);
  session.ok(tag);
}

/** CLOSE: expunges without a word, and leaves. UNSELECT only leaves. */
export function answerClose(session: ImapSession, view: View, { tag, name }: Command): void {
  if (name === 'CLOSE') expunge(session, view, view.all());
  session.select(undefined);
  session.ok(tag, 'Returned to authenticated state. (Success)');
}

/** APPEND of one message. A message with the same Message-ID in the folder is replaced, as Gmail does. */
export function answerAppend(session: ImapSession, { tag, args }: Command): void {
  const folder = findFolder(session, tag, args[0]);
  const literal = args.at(-1);
  if (!folder || !session.account) return;
  if (literal?.kind !== 'string') throw new SyntaxProblem('Could not parse command');
  const options = args.slice(1, -1);
  const flags = options.flatMap((option) => (option.kind === 'list' ? option.items.map(textOfArgument) : []));
  const date = options.find((option) => option.kind === 'string');
  const received = new Date(
    date
      ? textOfArgument(date)
          .trim()
          .replaceAll('-', ' ')
          .replace(/ (\d{4})$/, ' -$1')
      : '',
  );
  const { store } = session.account;
  const raw = Buffer.from(literal.bytes); // its own memory: the literal is a window on a larger buffer
  const id = messageIdOf(parseMime(raw));
  const twin = folder.entries.find(({ message }) => id !== undefined && messageIdOf(message.mime) === id);
  if (twin) store.remove(twin.message);
  const message = store.append(raw, {
    labels: addTo(folder, new Set()),
    flags: flags.map(capitalizeSystemName),
    ...(Number.isNaN(received.getTime()) ? {} : { receivedAt: received }),
  });
  session.tellChanges(true);
  session.ok(tag, `[APPENDUID ${folder.uidValidity} ${uidOf(folder, message)}] (Success)`);
}

function expunge(session: ImapSession, view: View, picked: readonly Numbered[]): void {
  const store = session.account?.store;
  if (view.readOnly || !store) return;
  for (const { shown } of picked) {
    const { message } = shown;
    if (!message.flags.has('\\Deleted')) continue;
    message.flags.delete('\\Deleted');
    if (view.folder.label === '\\Spam' || view.folder.label === '\\Trash') store.remove(message);
    else store.relabel(message, (labels) => removeFrom(view.folder, labels));
  }
}

/** Leaving All Mail means the Trash; leaving any other folder means to lose its label. */
function removeFrom(folder: Folder, labels: Set<string>): void {
  if (folder.label === '\\All') labels.add('\\Trash');
  else labels.delete(folder.label);
}

function addTo(folder: Folder, labels: Set<string>): Set<string> {
  labels.delete('\\Spam');
  labels.delete('\\Trash');
  return folder.label === '\\All' ? labels : labels.add(folder.label);
}

function uidOf(folder: Folder, message: StoredMessage): number {
  return folder.entries.find((entry) => entry.message === message)?.uid ?? 0;
}

/** \seen and \SEEN are \Seen; keywords and labels keep their case. */
function capitalizeSystemName(name: string): string {
  return name.startsWith('\\') ? `\\${name.charAt(1).toUpperCase()}${name.slice(2).toLowerCase()}` : name;
}

/** The value of a modifier such as (CHANGEDSINCE 12), or undefined; any other modifier is unknown to Gmail. */
function readModifier(argument: Argument | undefined, wanted: string): number | undefined {
  if (argument === undefined) return undefined;
  const [name, value, ...others] = itemsOf(argument).map(textOfArgument);
  if (others.length > 0 || name?.toUpperCase() !== wanted || !/^\d+$/.test(value ?? '')) {
    throw new SyntaxProblem('Could not parse command');
  }
  return Number(value);
}

function takeReturnOptions(queue: Argument[]): string[] | undefined {
  if (!isWord(queue[0], 'RETURN')) return undefined;
  const [, options] = queue.splice(0, 2);
  const names = itemsOf(options).map((option) => textOfArgument(option).toUpperCase());
  return names.length > 0 ? names : ['ALL'];
}

function isWord(argument: Argument | undefined, word: string): boolean {
  return argument?.kind === 'atom' && argument.text.toUpperCase() === word;
}

function mentionsModseq(args: readonly Argument[]): boolean {
  return args.some((argument) =>
    argument.kind === 'list' ? mentionsModseq(argument.items) : isWord(argument, 'MODSEQ'),
  );
}

function highestModseq(found: readonly Numbered[]): number {
  return found.reduce((highest, { shown }) => Math.max(highest, shown.message.modseq), 0);
}

function formatEsearch(
  tag: string,
  byUid: boolean,
  returns: readonly string[],
  numbers: readonly number[],
  modseq: number | undefined,
): string {
  const [first] = numbers;
  const parts = [`ESEARCH (TAG "${tag}")`, ...(byUid ? ['UID'] : [])];
  if (returns.includes('MIN') && first !== undefined) parts.push(`MIN ${first}`);
  if (returns.includes('MAX') && first !== undefined) parts.push(`MAX ${numbers.at(-1)}`);
  if (returns.includes('COUNT')) parts.push(`COUNT ${numbers.length}`);
  if (returns.includes('ALL') && first !== undefined) parts.push(`ALL ${formatSet(numbers)}`);
  if (modseq !== undefined) parts.push(`MODSEQ ${modseq}`);
  return parts.join(' ');
}
