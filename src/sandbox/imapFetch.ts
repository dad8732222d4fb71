import { type Argument, itemsOf, SyntaxProblem, textOfArgument } from './imapParser';
import { formatEnvelope, formatStructure, quote, sectionOf } from './imapStructure';
import type { Shown } from './imapView';
import type { StoredMessage } from './mailStore';
import { encodeModifiedUtf7 } from './modifiedUtf7';

/** Something that a FETCH asks for. */
export type FetchItem = { kind: SimpleItem } | BodyItem;

interface BodyItem {
  kind: 'BODY[]';
  path: number[];
  what: SectionText;
  names: string[];
  peek: boolean;
  partial: [number, number] | undefined;
  /** How the answer names it. */
  label: string;
}

const SIMPLE_ITEMS = [
  'UID',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODY',
  'BODYSTRUCTURE',
  'MODSEQ',
  'X-GM-MSGID',
  'X-GM-THRID',
  'X-GM-LABELS',
] as const;
type SimpleItem = (typeof SIMPLE_ITEMS)[number];

const SECTION_TEXTS = ['', 'HEADER', 'TEXT', 'MIME', 'HEADER.FIELDS', 'HEADER.FIELDS.NOT'] as const;
type SectionText = (typeof SECTION_TEXTS)[number];

const MACROS: Record<string, SimpleItem[]> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

/** Reads the items of a FETCH, macros and the old RFC822 forms included. Throws a SyntaxProblem at an unknown one. */
export function parseFetchItems(argument: Argument | undefined): FetchItem[] {
  return itemsOf(argument).flatMap((item): FetchItem[] => {
    const name = textOfArgument(item).toUpperCase();
    if (item.kind === 'atom' && item.section) return [parseSection(item, name === 'BODY.PEEK')];
    const macro = MACROS[name];
    if (macro && argument?.kind === 'atom') return macro.map((kind) => ({ kind }));
    if (name === 'RFC822') return [body('', 'RFC822', false)];
    if (name === 'RFC822.HEADER') return [body('HEADER', 'RFC822.HEADER', true)];
    if (name === 'RFC822.TEXT') return [body('TEXT', 'RFC822.TEXT', false)];
    const kind = SIMPLE_ITEMS.find((known) => known === name);
    if (!kind) throw new SyntaxProblem('Could not parse command');
    return [{ kind }];
  });
}

/** Whether answering it marks the message as read. */
export function marksSeen(item: FetchItem): boolean {
  return item.kind === 'BODY[]' && !item.peek;
}

/** One item of a FETCH answer, as pieces to be written one after the other. */
export function formatItem(item: FetchItem, { uid, message }: Shown): (string | Buffer)[] {
  switch (item.kind) {
    case 'UID':
      return [`UID ${uid}`];
    case 'FLAGS':
      return [`FLAGS (${[...message.flags].join(' ')})`];
    case 'INTERNALDATE':
      return [`INTERNALDATE "${formatInternalDate(message.receivedAt)}"`];
    case 'RFC822.SIZE':
      return [`RFC822.SIZE ${message.raw.length}`];
    case 'ENVELOPE':
      return [`ENVELOPE ${formatEnvelope(message.mime)}`];
    case 'BODY':
      return [`BODY ${formatStructure(message.mime, false)}`];
    case 'BODYSTRUCTURE':
      return [`BODYSTRUCTURE ${formatStructure(message.mime, true)}`];
    case 'MODSEQ':
      return [`MODSEQ (${message.modseq})`];
    case 'X-GM-MSGID':
      return [`X-GM-MSGID ${message.id}`];
    case 'X-GM-THRID':
      return [`X-GM-THRID ${message.threadId}`];
    case 'X-GM-LABELS':
      return [`X-GM-LABELS (${labelsOf(message).join(' ')})`];
    case 'BODY[]':
      return formatBody(item, message);
  }
}

/** A date as INTERNALDATE has it: 17-Jul-1996 02:44:25 +0000. */
function formatInternalDate(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /(\d\d) (\w{3}) (\d{4,}) ([\d:]{8})/.exec(date.toUTCString()) ?? [];
  return `${day}-${month}-${year} ${time} +0000`;
}

function body(what: SectionText, label: string, peek: boolean): BodyItem {
  return { kind: 'BODY[]', path: [], what, names: [], peek, partial: undefined, label };
}

function parseSection(item: Extract<Argument, { kind: 'atom' }>, peek: boolean): FetchItem {
  const [head, list] = item.section ?? [];
  const spec = head ? textOfArgument(head).toUpperCase() : '';
  const [, digits = '', text = ''] = /^((?:\d{1,5}(?:\.|$))*)(.*)$/.exec(spec) ?? [];
  const path = digits.split('.').filter(Boolean).map(Number);
  const what = SECTION_TEXTS.find((known) => known === text);
  const hasNames = what === 'HEADER.FIELDS' || what === 'HEADER.FIELDS.NOT';
  if (what === undefined || (what === 'MIME' && path.length === 0) || hasNames !== (list !== undefined)) {
    throw new SyntaxProblem('Could not parse command');
  }
  const names = list ? itemsOf(list).map(textOfArgument) : [];
  const origin = item.partial ? `<${item.partial[0]}>` : '';
  const fields = hasNames
    ? ` (${names.map((name) => (/^[\w-]+$/.test(name) ? name : quote(name))).join(' ')})`
    : '';
  const label = `BODY[${spec}${fields}]${origin}`;
  return { kind: 'BODY[]', path, what, names, peek, partial: item.partial, label };
}

function formatBody(item: BodyItem, message: StoredMessage): (string | Buffer)[] {
  const whole = sectionOf(message.mime, item.path, item.what, item.names);
  if (!whole) return [`${item.label} NIL`];
  const [start, length] = item.partial ?? [0, whole.length];
  const bytes = whole.subarray(start, start + length);
  return [`${item.label} {${bytes.length}}\r\n`, bytes];
}

function labelsOf({ labels, flags }: StoredMessage): string[] {
  const all = flags.has('\\Flagged') ? [...labels, '\\Starred'] : [...labels];
  return all.map((label) => {
    if (label.startsWith('\\')) return label;
    const encoded = encodeModifiedUtf7(label);
    return /^[\w&,+-]+$/.test(encoded) ? encoded : quote(encoded);
  });
}
