import { prepare, type Sql } from '../database/database';
import { digest, randomToken } from '../lib/digest';
import type { Viewer } from './context';
import type { SignInOutcome } from './identityRoom';

/** Tokens tell by their beginning what they are. */
export const SESSION_PREFIX = 'cs_';
export const API_KEY_PREFIX = 'csk_';

/** The topic of notices about sessions and API keys that are no more: triggers on both tables send their ids. */
export const ENDED_CREDENTIALS = 'ended credentials';

/**
 * The topic of notices, in one process, that who follows a workspace, the id, will probably be told something in some milliseconds:
 * whether they still may be can be asked meanwhile.
 */
export const NEWS_SOON = 'news soon';

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

/** Who holds this token; null when nobody does, any more. */
export async function identify(db: Sql, token: string): Promise<Viewer | null> {
  const [viewer = null] = await identifyAll(db, [token]);
  return viewer;
}

/** Who holds each of these tokens, in their order, by one query on two unique indexes. */
export async function identifyAll(db: Sql, tokens: readonly string[]): Promise<(Viewer | null)[]> {
  const digests = tokens.map(digest);
  const rows = await db.query<ViewerRow>(HOLDERS, [digests]);
  const used = rows.filter((row) => row.isUseWorthNoting).map((row) => row.credentialId);
  if (used.length > 0) await noteUses(db, used);
  return digests.map((wanted) => {
    const row = rows.find((each) => each.digest.equals(wanted));
    if (!row) return null;
    const { digest: _digest, isUseWorthNoting: _isUseWorthNoting, ...viewer } = row;
    return viewer;
  });
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

interface ViewerRow extends Viewer {
  digest: Buffer;
  isUseWorthNoting: boolean;
}

const PERSON = `person.id AS "personId", person.workspace_id AS "workspaceId", person.email, person.name, person.role,
  person.is_operator AS "isOperator"`;

const HOLDERS = prepare(`
  SELECT ${PERSON}, 'session' AS via, session.id AS "credentialId", token_digest AS digest, false AS "isUseWorthNoting"
    FROM sessions session JOIN people person ON person.id = session.person_id
   WHERE token_digest = ANY ($1) AND session.expires_at > now()
  UNION ALL
  SELECT ${PERSON}, 'apiKey', key.id, secret_digest,
         coalesce(key.last_used_at < now() - interval '1 minute', true)
    FROM api_keys key JOIN people person ON person.id = key.person_id
   WHERE secret_digest = ANY ($1)`);

const VALID = prepare(`
  SELECT token_digest AS digest FROM sessions WHERE token_digest = ANY ($1) AND expires_at > now()
  UNION ALL SELECT secret_digest FROM api_keys WHERE secret_digest = ANY ($1)`);

/** At most once a minute: a busy client would otherwise write a row with everything that it reads. */
async function noteUses(db: Sql, apiKeyIds: readonly string[]): Promise<void> {
  await db.query('UPDATE api_keys SET last_used_at = now() WHERE id = ANY ($1)', [apiKeyIds]);
}
