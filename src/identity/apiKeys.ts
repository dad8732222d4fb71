import { digest, randomToken } from '../lib/digest';
import { NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { ApiKey } from './apiKey.entity';
import { limitAttempts } from './attempts';
import type { Viewer } from './context';
import type { IdentityRoom } from './identityRoom';
import { API_KEY_PREFIX } from './sessions';

/** The viewer's own keys, the newest first. */
export function listApiKeys(room: IdentityRoom, viewer: Viewer): Promise<ApiKey[]> {
  return room.db.manager.find(ApiKey, {
    where: { personId: viewer.personId },
    order: { createdAt: 'DESC', id: 'ASC' },
  });
}

/** A program needs one for good; who makes many an hour has lost control of a loop, or of a session. */
const KEYS_AN_HOUR = { max: 20, windowSeconds: 3_600, what: 'You made too many API keys.' };

/** A key acts as its person. `secret` is in no other place than this answer. @throws RateLimited */
export async function createApiKey(
  room: IdentityRoom,
  viewer: Viewer,
  name: string,
): Promise<{ id: string; name: string; secret: string }> {
  await limitAttempts(room.db, 'API key', viewer.personId, KEYS_AN_HOUR);
  const secret = randomToken(API_KEY_PREFIX);
  const key = await room.db.manager.save(ApiKey, {
    personId: viewer.personId,
    name: name.trim(),
    secretDigest: digest(secret),
  });
  return { id: key.id, name: key.name, secret };
}

/** @throws NotFound also for the key of somebody else */
export async function revokeApiKey(room: IdentityRoom, viewer: Viewer, id: string): Promise<true> {
  const revoked =
    isId(id) && (await room.db.manager.delete(ApiKey, { id, personId: viewer.personId })).affected;
  if (!revoked) throw new NotFound('API key');
  return true;
}
