import type { Sql } from '../database/database';
import type { Credentials } from '../gmail/endpoints';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { loadTogether } from '../lib/batch';
import { SealBroken } from '../lib/seal';
import { type ConnectionHold, moveConnection } from './connectionState';
import { announceState, type SlotsRoom } from './slotsRoom';

/** What opens an account, and the generation of the connection that it belongs to. */
export interface HeldCredentials extends ConnectionHold {
  credentials: Credentials;
}

type CredentialsRoom = Pick<SlotsRoom, 'db' | 'seal' | 'notices' | 'log' | 'now'>;

/**
 * The credentials of a connection, in the clear for as long as the caller keeps them; null once disconnected.
 *
 * Null as well when the key that sealed the App Password is not here any more, or the row was tampered with: only a
 * person can help then, so the connection is REJECTED and says so. Nothing else of it is lost.
 */
export async function openCredentials(
  room: CredentialsRoom,
  connectionId: string,
): Promise<HeldCredentials | null> {
  const row = await loadTogether(room.db, loadSealed, connectionId);
  if (!row) return null;
  const hold = { connectionId, generation: row.generation };
  try {
    const appPassword = room.seal.open(row.sealed_password, connectionId);
    return { ...hold, credentials: { email: row.email, appPassword } };
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    room.log.error({ err: error, connectionId }, 'An App Password cannot be opened');
    if (await moveConnection(room.db, hold, 'REJECTED', passwordLost(room.now()))) {
      announceState(room.notices, row.workspace_id, row.slot_id);
    }
    return null;
  }
}

interface SealedRow {
  id: string;
  email: string;
  sealed_password: string;
  generation: number;
  workspace_id: string;
  slot_id: string;
}

/** To the person it is what a revoked App Password is: the remedy is the same. */
function passwordLost(at: Date): Problem {
  return describeProblem(ProblemCode.INVALID_CREDENTIALS, at, {
    message: 'The stored App Password can no longer be opened on this server.',
    remedy:
      'Connect the account again with a new App Password: everything else is kept. Or the operator puts the key ' +
      'that is missing back into ENCRYPTION_KEY, and you check the connection again.',
  });
}

async function loadSealed(db: Sql, connectionIds: readonly string[]): Promise<(SealedRow | null)[]> {
  const rows = await db.query<SealedRow>(
    `SELECT id, email, sealed_password, generation, workspace_id, slot_id
       FROM connections WHERE id = ANY ($1) AND slot_id IS NOT NULL`,
    [connectionIds],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return connectionIds.map((id) => byId.get(id) ?? null);
}
