import { type HeaderBag, readHeaders } from './headers';

/** The text of a report, parted into what the mail system says and the head of the message it gives back. */
export interface Notice {
  words: string;
  returned: HeaderBag | null;
}

// A notice stands at the top; what comes past this is somebody's message.
const LONGEST_NOTICE = 32_000;

/** Parts the system's own words from a copy of the original that is pasted under them. */
export function splitNotice(text: string): Notice {
  const lines = text.slice(0, LONGEST_NOTICE).split('\n');
  const cut = lines.findIndex((line) => COPY_FOLLOWS.test(line) || TRACE_FIELD.test(line));
  if (cut < 0) return { words: lines.join('\n'), returned: null };
  const head = lines.slice(cut).filter((line, at) => at > 0 || TRACE_FIELD.test(line));
  const first = head.findIndex((line) => /^\s*[\w-]+: /.test(line));
  const indent = /^\s*/.exec(head[first] ?? '')?.[0] ?? '';
  const block = head
    .slice(Math.max(first, 0))
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  const end = block.indexOf('');
  const returned = readHeaders(block.slice(0, end < 0 ? block.length : end).join('\n'));
  return { words: lines.slice(0, cut).join('\n'), returned: returned.isEmpty ? null : returned };
}

// No line drawn over the copy: it begins with the trace fields that every delivered message has.
const TRACE_FIELD = /^\s{0,20}(?:Return-Path|Received): /i;

// The lines that mail systems draw over the copy they give back.
const COPY_FOLLOWS = new RegExp(
  `^[\\s>*=_-]{0,80}(?:${[
    '(?:this|below(?: this line)?|enclosed|included|here) is a copy of',
    '(?:the )?(?:original|unsent|returned|undelivered) (?:message|mail)(?: headers?| info)?(?: follows?)?[\\s.:=_-]*$',
    '(?:the )?headers? of the original message',
    '(?:message )?headers? follows?',
    'original m(?:essage|ail) (?:as )?follows?',
    'original message headers',
    'message text follows',
  ].join('|')})`,
  'i',
);
