import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { NotFound, Unauthenticated } from '../lib/failures';
import { CannotRead, type MailboxReaders, type Unreadable } from '../replies/mailboxReaders';
import { CHUNK_BYTES, openAttachment } from '../replies/openAttachment';
import type { RepliesRoom } from '../replies/repliesRoom';
import { contentDisposition } from './contentDisposition';
import type { WhoIs } from './startServer';

/**
 * GET /attachments/{id of the message}/{position from 0}: a file of a reply, or of what was written in Gmail itself, with a bearer token or the
 * cookie, straight from Gmail. 404 also for another workspace's; 409 while the slot cannot be read by its own fault, 410 once the
 * mail is deleted, 503 while Gmail cannot be reached.
 *
 * It is a stranger's file: never shown in our own pages' name, but saved, whatever it calls itself.
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
        return reply
          .headers({
            'content-type': attachment.contentType,
            'content-disposition': contentDisposition(attachment.name),
            'x-content-type-options': 'nosniff',
            'content-security-policy': "sandbox; default-src 'none'",
            'cross-origin-resource-policy': 'same-origin',
            'cache-control': 'private, no-store',
          })
          .send(Readable.from(content, { objectMode: false, highWaterMark: CHUNK_BYTES }));
      } catch (error) {
        if (error instanceof CannotRead) return refuse(reply, error);
        throw error;
      }
    },
  );
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
