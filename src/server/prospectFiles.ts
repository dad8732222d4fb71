import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Viewer } from '../identity/context';
import { BadInput, Forbidden, Unauthenticated, type WrongField } from '../lib/failures';
import { FIELDS, type Field } from '../prospects/csv/columns';
import { isKnownCharset } from '../prospects/csv/decodeText';
import { UnreadableFile } from '../prospects/csv/unreadableFile';
import { exportProspects } from '../prospects/exportProspects';
import { previewFile } from '../prospects/previewFile';
import { checkProspect } from '../prospects/prospectData';
import type { ProspectsRoom } from '../prospects/prospectsRoom';
import { startImport } from '../prospects/runImport';
import type { FileOptions } from '../prospects/stageFile';
import type { WhoIs } from './startServer';
import { isOurOrigin } from './whoIsAsking';

/** Who sends nothing for so long has gone. */
const SILENT_MS = 120_000;

/**
 * Files of prospects, with a bearer token or the cookie.
 *
 * POST /import/prospects takes a CSV of any size as the body; `?tag=vip` (repeatable) tags everybody in it, and
 * `?email=Column&firstName=…&lastName=…&company=…&tags=…` name columns where the guess would be wrong (and nothing,
 * as in `?company=`, where none is meant). It answers
 * 202 {"id"} as soon as the import exists, before the file has come, but the answer ends only when the file has:
 * a client such as Node's fetch hangs up once an answer is complete, and would cut off its own upload. How it ends
 * shows in `prospectImport` and `importChanged`.
 *
 * POST /import/prospects/preview takes the beginning of such a file, of which 64 KiB are read, and answers 200 with its
 * columns as they are understood, and its first rows (FilePreview). Nothing is kept.
 *
 * GET /export/prospects?tag=vip answers with such a file.
 */
export async function serveProspectFiles(
  fastify: FastifyInstance,
  { room, whoIs, publicUrl }: { room: ProspectsRoom; whoIs: WhoIs; publicUrl: () => string },
): Promise<void> {
  async function requireViewer(request: FastifyRequest): Promise<Viewer> {
    const viewer = await whoIs(request);
    if (!viewer) throw new Unauthenticated();
    return viewer;
  }

  // In a context of its own, so that no other route takes bodies of this type.
  await fastify.register(async (files) => {
    files.addContentTypeParser(CSV_TYPES, (_request, body, done) => done(null, body));

    files.post('/import/prospects', { config: { streams: true } }, async (request, reply) => {
      const viewer = await requireViewer(request);
      const byCookie = request.headers.authorization === undefined;
      if (byCookie && !isOurOrigin(request.headers.origin, publicUrl())) {
        throw new Forbidden('With the cookie a file can be sent only from our own pages.');
      }
      const options = readOptions(request);
      request.raw.setTimeout(SILENT_MS, () => request.raw.destroy());
      // Not destroyed when we stop reading: the client shall get its answer whole.
      const body = request.raw.iterator({ destroyOnReturn: false });
      const { id, received } = await startImport(room, viewer, options, body);
      const answer = async function* () {
        yield JSON.stringify({ id });
        await received;
        request.raw.resume();
      };
      return reply.code(202).type('application/json').send(Readable.from(answer()));
    });

    files.post('/import/prospects/preview', { config: { streams: true } }, async (request) => {
      await requireViewer(request);
      request.raw.setTimeout(SILENT_MS, () => request.raw.destroy());
      const { head, isWhole } = await readHead(request.raw.iterator({ destroyOnReturn: false }));
      request.raw.resume();
      return previewFile(head, { isWhole, charset: readCharset(request) }).catch((error: unknown) => {
        throw error instanceof UnreadableFile
          ? new BadInput([{ path: 'file', message: error.message }])
          : error;
      });
    });
  });

  fastify.get('/export/prospects', async (request, reply) => {
    const viewer = await requireViewer(request);
    const [tag = null] = readQuery(request, ['tag']).get('tag') ?? [];
    return reply
      .headers({ 'content-disposition': 'attachment; filename="prospects.csv"', 'cache-control': 'no-store' })
      .type('text/csv; charset=utf-8')
      .send(Readable.from(exportProspects(room, viewer, tag)));
  });
}

const CSV_TYPES = ['text/csv', 'application/csv', 'text/tab-separated-values'];

function readOptions(request: FastifyRequest): FileOptions {
  const query = readQuery(request, [...FIELDS, 'tag']);
  const tags = [...new Set((query.get('tag') ?? []).map((tag) => tag.trim()))];
  const charset = readCharset(request);
  // The rules for a prospect's tags, with an address that is none of the client's concern.
  const wrong: WrongField[] = checkProspect({ email: 'anyone@example.com', tags }, 'query');
  if (wrong.length > 0) throw new BadInput(wrong);
  const named = FIELDS.map((field): [Field, string | undefined] => [field, query.get(field)?.[0]]);
  return { charset, tags, columns: Object.fromEntries(named.filter(([, column]) => column !== undefined)) };
}

/** @throws BadInput for parameters that mean nothing here: a slip of the pen must not be passed over */
function readQuery(request: FastifyRequest, known: readonly string[]): Map<string, string[]> {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const unknown = [...new Set(searchParams.keys())].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const message = `means nothing here; known are ${known.join(', ')}`;
    throw new BadInput(unknown.map((name) => ({ path: `query.${name}`, message })));
  }
  return new Map(known.map((name) => [name, searchParams.getAll(name)]));
}

/** The encoding that the Content-Type names, if it does. @throws BadInput for one that we do not know */
function readCharset({ headers }: FastifyRequest): string | null {
  const charset = headers['content-type']?.match(/;\s*charset\s*=\s*"?([^\s;"]+)/i)?.[1] ?? null;
  if (charset === null || isKnownCharset(charset)) return charset;
  throw new BadInput([{ path: 'content-type', message: `names no encoding that we know: ${charset}` }]);
}

/** A header with a few rows fits in it, whatever the file is like. */
const HEAD_BYTES = 64 * 1024;

async function readHead(body: AsyncIterable<Buffer>): Promise<{ head: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= HEAD_BYTES) break;
  }
  return { head: Buffer.concat(parts).subarray(0, HEAD_BYTES), isWhole: size < HEAD_BYTES };
}
