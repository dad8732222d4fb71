import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseMail } from '../../src/replies/reading/mime';
import { extractReplyText } from '../../src/replies/reading/replyText';
import { writtenReplies } from '../rules/mail/replies';
import { replyShapes } from '../rules/mail/replyShapes';
import { answersInText, saidThere } from '../rules/mail/surroundings';

/**
 * Our reading of a reply's text beside the libraries for it, exactly as written or not, and on 100 KB of hostile text:
 *
 *   npm install --prefix DIR --ignore-scripts --legacy-peer-deps planer@1.2.0 email-reply-parser@1.9.4
 *   node -r ./test/support/typescript.cjs test/corpus/compareReplyText.ts DIR
 */
const directory = resolve(process.argv[2] ?? '.');
const requirePeer = createRequire(resolve(directory, 'package.json'));

type Read = (mail: { text: string; html: string | null }) => string;
const readers: Readonly<Record<string, () => Read>> = {
  ours: () => extractReplyText,
  planer: () => {
    const { extractFrom } = requirePeer('planer') as { extractFrom(text: string, type: string): string };
    return ({ text }) => extractFrom(text, 'text/plain');
  },
  'email-reply-parser': () => {
    const Parser = requirePeer('email-reply-parser') as new () => { parseReply(text: string): string };
    return ({ text }) => new Parser().parseReply(text);
  },
};

const PIECES = ['a', ' ', '>', '> a\n', '\n', '_', '-', 'On ', 'On 1:1:', 'On a, b wrote ', 'From: a@b.c '];
const HOSTILE_LENGTH = 100_000;
const LIMIT_MS = 5_000;

async function countExact(read: Read): Promise<number> {
  let exact = 0;
  for (const { source, says } of [...writtenReplies, ...replyShapes]) {
    if (read(await parseMail(source)).trim() === says) exact += 1;
  }
  for (const [, text] of answersInText) {
    if (read({ text, html: null }).trim() === saidThere) exact += 1;
  }
  return exact;
}

/** In a process of its own, which can be ended. */
function bearsHostile(name: string, piece: string): boolean {
  const args = [...process.execArgv, __filename, directory, name, piece];
  return spawnSync(process.execPath, args, { timeout: LIMIT_MS }).status === 0;
}

async function main(): Promise<void> {
  const [, , , alone, piece] = process.argv;
  const only = alone === undefined ? undefined : readers[alone];
  if (only && piece !== undefined) {
    only()({ text: piece.repeat(HOSTILE_LENGTH / piece.length), html: null });
    return;
  }
  const count = writtenReplies.length + replyShapes.length + answersInText.length;
  for (const [name, open] of Object.entries(readers)) {
    const borne = PIECES.filter((each) => bearsHostile(name, each)).length;
    process.stdout.write(
      `${name}: ${await countExact(open())} of ${count} exact; ${borne} of ${PIECES.length} hostile texts within ${LIMIT_MS} ms\n`,
    );
  }
}

void main();
