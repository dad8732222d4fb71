import type { Credentials } from '../gmail/endpoints';
import type { ConnectionHold } from './connectionState';
import type { SlotsRoom } from './slotsRoom';

/** What opens an account, and the generation of the connection that it belongs to. */
export interface HeldCredentials extends ConnectionHold {
  credentials: Credentials;
}

/** The credentials of a connection, in the clear for as long as the caller keeps them; null once disconnected. */
export async function openCredentials(
  room: Pick<SlotsRoom, 'db' | 'seal'>,
  connectionId: string,
): Promise<HeldCredentials | null> {
  const [row] = await room.db.query<{ email: string; sealed_password: string; generation: number }>(
    'SELECT email, sealed_password, generation FROM connections WHERE id = $1 AND slot_id IS NOT NULL',
    [connectionId],
  );
  if (!row) return null;
  const appPassword = room.seal.open(row.sealed_password, connectionId);
  return { connectionId, generation: row.generation, credentials: { email: row.email, appPassword } };
}
