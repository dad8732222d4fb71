import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { parseSync } from '@swc/core';
import * as phrases from '../../src/replies/classifying/phrases';

/**
 * No regular expression that reads what strangers wrote has a time that grows faster than its input: each is tried on
 * strings made of its own words, repeated. One of a bounce's expressions held the process for minutes, for 1 MB of "deliver".
 */

/** Rooms that read mail, files and the words of servers. */
const ROOMS = ['src/replies', 'src/gmail', 'src/prospects', 'src/lib', 'src/server'];

const SHORT = 24_000;
const LONG = 400_000;
/**
 * What takes more of the processor on the short string is tried on the long one, where a square has become 280 times as much. The
 * longest of ours take 13 ms, a square 70.
 */
const SUSPICIOUS_MS = 35;
const HANGS_MS = 3_000;

const ALPHABET =
  'a|0| |\n|\t|>|<|-|"|.|@|!|(|:|a |a.|a@|> |<a|a:|\n |\r\n|é|a\n|0 |On |--|=?|a0|(a|5.1.1 '.split('|');

const found = new Map<string, RegExp>();
for (const room of ROOMS) {
  for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' })) {
    const file = join(room, name);
    if (!file.endsWith('.ts')) continue;
    collect(parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript', decorators: true }), file);
  }
}
for (const [name, value] of Object.entries(phrases)) {
  if (value instanceof RegExp) found.set(`phrases.ts: ${name}`, value);
}

test('they are found', () => {
  expect(found.size).toBeGreaterThan(200);
});

test('each takes a time in proportion to what it reads', () => {
  const slow = [...found].flatMap(([name, pattern]) => {
    const word = wordsOf(pattern).find((each) => isSlow(pattern, each));
    return word === undefined ? [] : [`${name}, on ${JSON.stringify(word)} repeated`];
  });
  expect(slow).toEqual([]);
}, 120_000);

test('a slow one would be found', () => {
  expect(isSlow(/deliver\w* (?:failed)/, 'deliver')).toBe(true);
  expect(isSlow(/deliver\w{0,5} (?:failed)/, 'deliver')).toBe(false);
});

function collect(node: unknown, file: string): void {
  if (node === null || typeof node !== 'object') return;
  if ('type' in node && node.type === 'RegExpLiteral' && 'pattern' in node && 'flags' in node) {
    const pattern = new RegExp(String(node.pattern), String(node.flags));
    found.set(`${file}: ${pattern}`, pattern);
  }
  for (const child of Object.values(node)) collect(child, file);
}

/** What an attacker would repeat: the words and marks that the expression itself looks for. */
function wordsOf({ source }: RegExp): string[] {
  const words = source.match(/[\p{L} ]{2,}/gu) ?? [];
  const marks = source.match(/[^\p{L}\p{N}\\]/gu) ?? [];
  return [...new Set([...ALPHABET, ...words, ...words.map((word) => `${word} `), ...marks])];
}

function isSlow(pattern: RegExp, word: string): boolean {
  const text = pumped(word, SHORT);
  // The first time an expression is compiled as well.
  if (!isSuspicious(pattern, text) || !isSuspicious(pattern, text)) return false;
  // V8 ends an expression that does not come back.
  const context = createContext({ pattern, text: pumped(word, LONG) });
  try {
    new Script('text.replace(pattern, "")').runInContext(context, { timeout: HANGS_MS });
    return false;
  } catch {
    return true;
  }
}

function isSuspicious(pattern: RegExp, text: string): boolean {
  const begin = process.cpuUsage();
  text.replace(pattern, '');
  return process.cpuUsage(begin).user >= SUSPICIOUS_MS * 1000;
}

/** The end fits nothing, so that whatever matched so far has to be given up. */
function pumped(word: string, length: number): string {
  return `${word.repeat(Math.ceil(length / word.length))}\0!`;
}
