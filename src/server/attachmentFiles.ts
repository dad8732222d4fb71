import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound, Unauthenticated } from '../lib/failures';
import { CannotRead, type MailboxReaders, type Unreadable } from '../replies/attachments/mailboxReaders';
import { CHUNK_BYTES, openAttachment } from '../replies/attachments/openAttachment';
import type { Attachment } from '../replies/reading/attachmentParts';
import type { RepliesRoom } from '../replies/repliesRoom';
import { cutRange, parseRange } from './byteRange';
import { contentDisposition } from './contentDisposition';
import type { WhoIs } from './startServer';

/**
 * GET /attachments/{id of the message}/{position from 0}: a file of a reply, or of what was written in Gmail itself, with a bearer token or the
 * cookie, straight from Gmail. 404 also for another workspace's; 409 while the slot cannot be read by its own fault, 410 once the
 * mail is deleted, 503 while Gmail cannot be reached.
 *
 * It is a stranger's file: never shown in our own pages' name, but saved, whatever it calls itself.
 *
 * One range of a file is given, where its size is known: for a download that broke off. Gmail is read from the file's beginning
 * all the same, since where a byte lies in base64 follows from lines that nobody has promised to be of one length.
 */
export async function serveAttachments(
  fastify: FastifyInstance,
  { room, readers, whoIs }: { room: RepliesRoom; readers: MailboxReaders; whoIs: WhoIs },
): Promise<void> {
  fastify.get<{ Params: { id: string; position: string } }>(
    '/attachments/:id/:position',
    async (request, reply) => {
      const viewer = await whoIs(request);
      if (!viewer) throw new Unauthenticated();
      const { id, position } = request.params;
      if (!/^\d{1,4}$/.test(position)) throw new NotFound('attachment');
      try {
        const { attachment, content } = await openAttachment(room, readers, viewer, id, Number(position));
        const range = rangeOf(request, attachment);
        if (range === 'UNSATISFIABLE') {
          await content.return(undefined);
          return refuseRange(reply, attachment.size);
        }
        reply.headers({
          'content-type': attachment.contentType,
          'content-disposition': contentDisposition(attachment.name),
          'x-content-type-options': 'nosniff',
          'content-security-policy': "sandbox; default-src 'none'",
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'private, no-store',
          etag: tagOf(request),
          'accept-ranges': hasKnownSize(attachment) ? 'bytes' : 'none',
        });
        if (range) {
          const { first, last } = range;
          reply.code(206).headers({
            'content-range': `bytes ${first}-${last}/${attachment.size}`,
            'content-length': last - first + 1,
          });
        }
        const sent = range ? cutRange(content, range, attachment.size) : content;
        if (request.method === 'HEAD') await sent.return(undefined);
        return reply.send(Readable.from(sent, { objectMode: false, highWaterMark: CHUNK_BYTES }));
      } catch (error) {
        if (error instanceof CannotRead) return refuse(reply, error);
        throw error;
      }
    },
  );
}

type FileRequest = FastifyRequest<{ Params: { id: string; position: string } }>;

/** A mail never changes, so neither does a file in it. */
function tagOf({ params: { id, position } }: FileRequest): string {
  return `"${id}.${position}"`;
}

/** Of quoted-printable it is what the size is at most, and of the rest it depends on line ends. */
function hasKnownSize({ encoding }: Attachment): boolean {
  return encoding === 'base64';
}

/** Ranges mean something in a GET only (RFC 9110 section 14.2), and with If-Range in the file that was named there. */
function rangeOf(request: FileRequest, attachment: Attachment): ReturnType<typeof parseRange> {
  const { range, 'if-range': ifRange } = request.headers;
  const isAsked = request.method === 'GET' && (ifRange === undefined || ifRange === tagOf(request));
  return isAsked && hasKnownSize(attachment) ? parseRange(range, attachment.size) : null;
}

function refuseRange(reply: FastifyReply, size: number): FastifyReply {
  const message = `The file ends before this range begins: it has ${size} bytes.`;
  return reply
    .code(416)
    .header('content-range', `bytes */${size}`)
    .send({ errors: [{ message, extensions: { code: 'RANGE_NOT_SATISFIABLE' } }] });
}

const ANSWERS: Readonly<Record<Unreadable, { status: number; code: string; message: string }>> = {
  DISCONNECTED: {
    status: 409,
    code: 'SLOT_DISCONNECTED',
    message: 'The file lies in a Gmail account that is not connected now. Connect it again to get the file.',
  },
  DELETED: { status: 410, code: 'MAIL_DELETED', message: 'The email with this file was deleted in Gmail.' },
  UNAVAILABLE: {
    status: 503,
    code: 'GMAIL_UNAVAILABLE',
    message: 'Gmail cannot be reached now. Please try again in a minute.',
  },
};

function refuse(reply: FastifyReply, { why, problem }: CannotRead): FastifyReply {
  const { status, code, message } = ANSWERS[why];
  if (why === 'UNAVAILABLE') reply.header('retry-after', '60');
  return reply.code(status).send({ errors: [{ message, extensions: { code, problem } }] });
}
