import { prepare, type Sql } from '../database/database';
import { digest, randomToken } from '../lib/digest';
import type { Viewer } from './context';
import type { SignInOutcome } from './identityRoom';
import type { Role } from './role';

/** Tokens tell by their beginning what they are, so that only one table is asked. */
export const SESSION_PREFIX = 'cs_';
export const API_KEY_PREFIX = 'csk_';

/** The topic of notices about sessions and API keys that are no more: triggers on both tables send their ids. */
export const ENDED_CREDENTIALS = 'ended credentials';

/** A session ends 30 days after the sign-in, however much it is used. */
export const SESSION_DAYS = 30;

/** Lets a person in. The token exists only in the outcome; the database keeps its digest. */
export async function openSession(db: Sql, personId: string): Promise<SignInOutcome> {
  const token = randomToken(SESSION_PREFIX);
  await db.query(
    `INSERT INTO sessions (person_id, token_digest, expires_at)
     VALUES ($1, $2, now() + make_interval(days => $3))`,
    [personId, digest(token), SESSION_DAYS],
  );
  const viewer = await identify(db, token);
  if (!viewer) throw new Error('The session that was just opened is not there');
  return { outcome: 'SignedIn', viewer, token };
}

/** Who holds this token; null when nobody does, any more. Costs one query on a unique index. */
export async function identify(db: Sql, token: string): Promise<Viewer | null> {
  const viaKey = token.startsWith(API_KEY_PREFIX);
  const [row] = await db.query<ViewerRow>(viaKey ? BY_API_KEY : BY_SESSION, [digest(token)]);
  if (!row) return null;
  if (row.is_use_worth_noting) await noteUse(db, row.credential_id);
  return {
    personId: row.person_id,
    workspaceId: row.workspace_id,
    email: row.email,
    name: row.name,
    role: row.role,
    isOperator: row.is_operator,
    via: viaKey ? 'apiKey' : 'session',
    credentialId: row.credential_id,
  };
}

/** Whether the sessions and API keys behind these tokens still stand, in their order, by one query. */
export async function areValid(db: Sql, tokens: readonly string[]): Promise<boolean[]> {
  const digests = new Map(tokens.map((token) => [token, digest(token)]));
  const rows = await db.query<{ digest: Buffer }>(VALID, [[...digests.values()]]);
  const valid = new Set(rows.map((row) => row.digest.toString('hex')));
  return tokens.map((token) => valid.has(digests.get(token)?.toString('hex') ?? ''));
}

/** Whether a session ended by this; an API key is revoked instead. */
export async function endSession(db: Sql, viewer: Viewer): Promise<boolean> {
  const ended = await db.query('DELETE FROM sessions WHERE id = $1 RETURNING id', [viewer.credentialId]);
  return ended.length > 0;
}

/** Ends all sessions of a person, but the one that is kept. */
export async function endSessions(
  db: Sql,
  personId: string,
  keptSessionId: string | null = null,
): Promise<void> {
  await db.query('DELETE FROM sessions WHERE person_id = $1 AND id IS DISTINCT FROM $2', [
    personId,
    keptSessionId,
  ]);
}

interface ViewerRow {
  person_id: string;
  workspace_id: string;
  email: string;
  name: string | null;
  role: Role;
  is_operator: boolean;
  credential_id: string;
  is_use_worth_noting: boolean;
}

const PERSON = `person.id AS person_id, person.workspace_id, person.email, person.name, person.role,
  person.is_operator`;

const BY_SESSION = `
  SELECT ${PERSON}, session.id AS credential_id, false AS is_use_worth_noting
  FROM sessions session JOIN people person ON person.id = session.person_id
  WHERE session.token_digest = $1 AND session.expires_at > now()`;

const BY_API_KEY = `
  SELECT ${PERSON}, key.id AS credential_id,
    coalesce(key.last_used_at < now() - interval '1 minute', true) AS is_use_worth_noting
  FROM api_keys key JOIN people person ON person.id = key.person_id
  WHERE key.secret_digest = $1`;

const VALID = prepare(`
  SELECT token_digest AS digest FROM sessions WHERE token_digest = ANY ($1) AND expires_at > now()
  UNION ALL SELECT secret_digest FROM api_keys WHERE secret_digest = ANY ($1)`);

/** At most once a minute: a busy client would otherwise write a row with everything that it reads. */
async function noteUse(db: Sql, apiKeyId: string): Promise<void> {
  await db.query('UPDATE api_keys SET last_used_at = now() WHERE id = $1', [apiKeyId]);
}
