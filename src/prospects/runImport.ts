import type { Database } from '../database/database';
import type { Viewer } from '../identity/context';
import { UnreadableFile } from './csv/unreadableFile';
import { beginImport, failImport, INTERRUPTED, LeaseLost, RENEW_EVERY_MS, renewImport } from './importState';
import { announceImport } from './imports';
import { announceProspects, type ProspectsRoom } from './prospectsRoom';
import { type FileOptions, type RunningImport, type Staged, stageFile } from './stageFile';
import { upsertStaged } from './upsertStaged';

export interface StartedImport {
  id: string;
  /** The file has been read, to its end or as far as it could be. Never rejects. */
  received: Promise<void>;
  /** The import is DONE or FAILED. Never rejects. */
  ended: Promise<void>;
}

/**
 * Begins to import a file of prospects into the viewer's workspace. Everything that goes wrong with the file from
 * then on becomes the end of the import, of which either all is taken over or nothing.
 */
export async function startImport(
  room: ProspectsRoom,
  viewer: Viewer,
  options: FileOptions,
  source: AsyncIterable<Buffer>,
): Promise<StartedImport> {
  const { workspaceId } = viewer;
  const importId = await beginImport(room, viewer);
  const running: RunningImport = { ...options, room, importId, workspaceId };
  const staged = guarded(running, () => stageFile(running, tellBreaks(source)));
  const ended = staged.then(async (file) => {
    if (file) await guarded(running, () => takeOver(running, file));
    announceImport(room, workspaceId, importId);
    announceProspects(room, workspaceId);
  });
  return { id: importId, received: staged.then(() => undefined), ended };
}

/** The source ended before the file did. */
class BrokenOff extends Error {
  override name = 'BrokenOff';
}

async function* tellBreaks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (cause) {
    throw new BrokenOff('The file broke off', { cause });
  }
}

/** Keeps the import alive while `work` goes on, and ends it when that fails. */
async function guarded<T>({ room, importId }: RunningImport, work: () => Promise<T>): Promise<T | null> {
  const renewing = setInterval(() => {
    renewImport(room.db, importId).catch(() => undefined); // the next may succeed; else the lease runs out
  }, RENEW_EVERY_MS);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LeaseLost)) await end(room, importId, error);
    return null;
  } finally {
    clearInterval(renewing);
  }
}

async function end(room: ProspectsRoom, importId: string, error: unknown): Promise<void> {
  const message = explain(error);
  if (message === null) room.log.error({ err: error, importId }, 'An import failed');
  const bug = `Something went wrong on our side, and nothing was imported. When you ask about it, name ${importId}.`;
  await failImport(room, importId, message ?? bug).catch((err: unknown) => {
    room.log.warn({ err, importId }, 'An import that failed is RUNNING until its lease runs out');
  });
}

function explain(error: unknown): string | null {
  if (error instanceof UnreadableFile) return error.message;
  return error instanceof BrokenOff ? INTERRUPTED : null;
}

/** From so many rows on an upsert takes seconds and more. */
const MANY_ROWS = 100_000;

const turns = new WeakMap<Database, Map<string, Promise<unknown>>>();

/**
 * An upsert holds a connection and the disk for as long as it takes: in a process the large ones go one after
 * another, and so do the small ones, which need not wait for the large.
 */
function takeOver(running: RunningImport, staged: Staged): Promise<void> {
  const { db } = running.room;
  const lanes = turns.get(db) ?? new Map<string, Promise<unknown>>();
  turns.set(db, lanes);
  const lane = staged.rowsStaged < MANY_ROWS ? 'small' : 'large';
  const turn = (lanes.get(lane) ?? Promise.resolve()).then(() => upsertStaged(running, staged));
  lanes.set(
    lane,
    turn.catch(() => undefined),
  );
  return turn;
}
