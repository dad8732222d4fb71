import { type Argument, holds, itemsOf, parseSet, SyntaxProblem, textOfArgument } from './imapParser';
import type { Numbered } from './imapView';
import { decodeWords, headerOf, plainTextOf } from './mime';
import { messageIdOf } from './threads';

/** Whether a message is found. */
export type Criterion = (candidate: Numbered) => boolean;

/** What * stands for. */
export interface Bounds {
  highestNumber: number;
  highestUid: number;
}

/** Reads search criteria, all of which must hold (RFC 3501 6.4.4, X-GM-EXT-1, RFC 7162 3.1.5). */
export function parseSearch(args: readonly Argument[], bounds: Bounds): Criterion {
  const queue = [...args];
  const criteria: Criterion[] = [];
  while (queue.length > 0) criteria.push(parseKey(queue, bounds));
  return (candidate) => criteria.every((criterion) => criterion(candidate));
}

function parseKey(queue: Argument[], bounds: Bounds): Criterion {
  const key = queue.shift();
  if (key?.kind === 'list') return parseSearch(key.items, bounds);
  const name = textOfArgument(key).toUpperCase();
  const next = () => textOfArgument(queue.shift());
  if (/^[\d*]/.test(name)) {
    const set = parseSet(name, bounds.highestNumber);
    return ({ number }) => holds(set, number);
  }
  const flag = FLAG_KEYS[name];
  if (flag) return ({ shown }) => shown.message.flags.has(flag.flag) === flag.set;
  const header = ADDRESS_KEYS[name];
  if (header) return headerContains(header, next());
  const compareDates = DATE_KEYS[name];
  if (compareDates) {
    const day = parseDay(next());
    return ({ shown }) => compareDates(startOfDay(shown.message.receivedAt), day);
  }
  switch (name) {
    case 'ALL':
    case 'OLD':
      return () => true;
    case 'NEW':
    case 'RECENT':
      return () => false;
    case 'UID': {
      const set = parseSet(next(), bounds.highestUid);
      return ({ shown }) => holds(set, shown.uid);
    }
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = next();
      return ({ shown }) => shown.message.flags.has(keyword) === (name === 'KEYWORD');
    }
    case 'HEADER':
      return headerContains(next(), next());
    case 'TEXT':
    case 'BODY':
      return textContains(next(), name === 'TEXT');
    case 'NOT': {
      const inner = parseKey(queue, bounds);
      return (candidate) => !inner(candidate);
    }
    case 'OR': {
      const first = parseKey(queue, bounds);
      const second = parseKey(queue, bounds);
      return (candidate) => first(candidate) || second(candidate);
    }
    case 'LARGER':
    case 'SMALLER': {
      const size = Number(next());
      return ({ shown }) =>
        name === 'LARGER' ? shown.message.raw.length > size : shown.message.raw.length < size;
    }
    case 'SENTBEFORE':
    case 'SENTON':
    case 'SENTSINCE': {
      const day = parseDay(next());
      const compare = DATE_KEYS[name.slice(4)] ?? (() => false);
      return ({ shown }) => {
        const sent = new Date(headerOf(shown.message.mime, 'Date') ?? '');
        return !Number.isNaN(sent.getTime()) && compare(startOfDay(sent), day);
      };
    }
    case 'MODSEQ':
      return parseModseq(queue);
    case 'X-GM-MSGID': {
      const id = parseId(next());
      return ({ shown }) => shown.message.id === id;
    }
    case 'X-GM-THRID': {
      const id = parseId(next());
      return ({ shown }) => shown.message.threadId === id;
    }
    case 'X-GM-LABELS': {
      const labels = itemsOf(queue.shift()).map(textOfArgument);
      return ({ shown }) => labels.every((label) => shown.message.labels.has(label));
    }
    case 'X-GM-RAW':
      return parseRaw(next());
    default:
      throw new SyntaxProblem('Could not parse command');
  }
}

const FLAG_KEYS: Record<string, { flag: string; set: boolean }> = Object.fromEntries(
  ['Seen', 'Answered', 'Flagged', 'Deleted', 'Draft'].flatMap((name) => [
    [name.toUpperCase(), { flag: `\\${name}`, set: true }],
    [`UN${name.toUpperCase()}`, { flag: `\\${name}`, set: false }],
  ]),
);

const ADDRESS_KEYS: Record<string, string> = {
  FROM: 'From',
  TO: 'To',
  CC: 'Cc',
  BCC: 'Bcc',
  SUBJECT: 'Subject',
};

const DATE_KEYS: Record<string, (day: number, wanted: number) => boolean> = {
  SINCE: (day, wanted) => day >= wanted,
  BEFORE: (day, wanted) => day < wanted,
  ON: (day, wanted) => day === wanted,
};

/** Gmail's own search, as far as programs use it: operators and words, all of which must hold; - negates. */
function parseRaw(query: string): Criterion {
  const terms = [...query.matchAll(/(-?)(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)];
  const criteria = terms.map(([, minus, operator, quoted, bare]): Criterion => {
    const criterion = rawTerm(operator?.toLowerCase(), quoted ?? bare ?? '');
    return minus ? (candidate) => !criterion(candidate) : criterion;
  });
  return (candidate) => criteria.every((criterion) => criterion(candidate));
}

function rawTerm(operator: string | undefined, value: string): Criterion {
  const word = value.toLowerCase();
  switch (operator) {
    case 'rfc822msgid': {
      const id = value.replace(/^<|>$/g, '');
      return ({ shown }) => messageIdOf(shown.message.mime)?.slice(1, -1) === id;
    }
    case 'from':
    case 'to':
    case 'cc':
    case 'subject':
      return headerContains(operator, value);
    case 'in':
    case 'label': {
      if (word === 'anywhere') return () => true;
      return ({ shown }) =>
        [...shown.message.labels].some((label) => label.replace('\\', '').toLowerCase() === word);
    }
    case 'is':
      if (word === 'starred') return ({ shown }) => shown.message.flags.has('\\Flagged');
      return ({ shown }) => shown.message.flags.has('\\Seen') === (word === 'read');
    case undefined:
      return textContains(value, true);
    default:
      return textContains(`${operator}:${value}`, true);
  }
}

function headerContains(name: string, text: string): Criterion {
  const wanted = text.toLowerCase();
  const field = name.toLowerCase();
  return ({ shown }) =>
    shown.message.mime.headers.some(
      (header) =>
        header.name.toLowerCase() === field &&
        (header.value.toLowerCase().includes(wanted) ||
          decodeWords(header.value).toLowerCase().includes(wanted)),
    );
}

function textContains(text: string, withHeaders: boolean): Criterion {
  const wanted = text.toLowerCase();
  return ({ shown: { message } }) =>
    plainTextOf(message.mime).toLowerCase().includes(wanted) ||
    (withHeaders &&
      message.mime.headers.some((header) => decodeWords(header.value).toLowerCase().includes(wanted)));
}

/** MODSEQ [entry-name entry-type] value. */
function parseModseq(queue: Argument[]): Criterion {
  let value = textOfArgument(queue.shift());
  if (!/^\d+$/.test(value)) {
    queue.shift(); // the entry type; Gmail keeps one mod-sequence for all metadata
    value = textOfArgument(queue.shift());
  }
  const modseq = Number(value);
  return ({ shown }) => shown.message.modseq >= modseq;
}

function parseId(text: string): bigint {
  if (!/^\d{1,20}$/.test(text)) throw new SyntaxProblem('Could not parse command');
  return BigInt(text);
}

/** 1-Feb-1994, as the start of that day in UTC. */
function parseDay(text: string): number {
  const [, day, month, year] = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text.trim()) ?? [];
  const parsed = Date.parse(`${day} ${month} ${year} 00:00:00 GMT`);
  if (Number.isNaN(parsed)) throw new SyntaxProblem('Could not parse command');
  return parsed;
}

function startOfDay(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}
