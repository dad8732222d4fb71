import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type UnsubscribeRoom, unsubscribe } from '../prospects/unsubscribe';
import type { OptOut } from '../prospects/unsubscribeLinks';
import { chooseLanguage, UNSUBSCRIBE_WORDS, type UnsubscribeWords } from '../prospects/unsubscribeWords';

/** A form with one short field, also as multipart. */
const MOST_BYTES = 4_096;

/**
 * Unsubscribing by a link, for whoever has the link: `/u/TOKEN`.
 *
 * POST with `List-Unsubscribe=One-Click` acts, whether a mail program sends it (RFC 8058) or our button does. GET shows
 * the button and never acts, since scanners follow links. It reads no cookie, and the link itself is the proof, so there
 * is nothing that another page could borrow. Every link that is none of ours gets the same answer.
 */
export async function serveUnsubscribe(fastify: FastifyInstance, room: UnsubscribeRoom): Promise<void> {
  /** A link is worth one transaction at a time: a flood on it holds no more than one connection to the database. */
  const atWork = new Map<string, Promise<void>>();
  function actOnce(token: string, optOut: OptOut): Promise<void> {
    const acting = atWork.get(token) ?? unsubscribe(room, optOut).finally(() => atWork.delete(token));
    atWork.set(token, acting);
    return acting;
  }

  // In a context of its own: whatever the type of a body is said to be, here it is read as a form.
  await fastify.register(async (pages) => {
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    );

    pages.get<Route>(PATH, (request, reply) =>
      room.unsubscribeLinks.read(request.params['*'])
        ? show(request, reply, 200, 'question')
        : show(request, reply, 404, 'unknown'),
    );

    pages.post<Route>(PATH, async (request, reply) => {
      const token = request.params['*'];
      const optOut = room.unsubscribeLinks.read(token);
      if (!optOut) return show(request, reply, 404, 'unknown');
      if (!asksToUnsubscribe(request.body)) return show(request, reply, 400, 'question');
      await actOnce(token, optOut);
      return show(request, reply, 200, 'done');
    });
  });
}

/** Not `/u/:token`: a parameter may have 100 characters there, and a long address makes a longer token. */
const PATH = '/u/*';

interface Route {
  Params: { '*': string };
}

function asksToUnsubscribe(body: unknown): boolean {
  if (typeof body !== 'string') return false;
  return new URLSearchParams(body.trim()).get('List-Unsubscribe') === 'One-Click' || MULTIPART.test(body);
}

/** Finds the part itself, and ignores the boundary, which not every program gets right. */
const MULTIPART = /\bname="?List-Unsubscribe"?[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\nOne-Click\s*?\r?\n/i;

function show(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  page: 'question' | 'done' | 'unknown',
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language']);
  return reply
    .code(status)
    .headers({ ...GUARDS, 'content-language': language })
    .type('text/html; charset=utf-8')
    .send(writePage(language, UNSUBSCRIBE_WORDS[language], page));
}

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}' +
  'button{font:inherit;padding:.5rem 1.25rem;cursor:pointer}';

/** It tells no name and no address: a link gets forwarded. */
function writePage(language: string, words: UnsubscribeWords, page: 'question' | 'done' | 'unknown'): string {
  const button = `<form method="post"><button name="List-Unsubscribe" value="One-Click">${words.button}</button></form>`;
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${words.button}</title>
<style>${STYLE}</style>
</head>
<body>
<p>${words[page]}</p>
${page === 'question' ? button : ''}
</body>
</html>
`;
}

const GUARDS = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
