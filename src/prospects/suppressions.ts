import type { Sql } from '../database/database';
import { domainOf } from '../gmail/address';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import type { CountedLater, PageRequest } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { readNewestFirst } from './newestFirst';
import type { ProspectsRoom } from './prospectsRoom';
import { searchPattern } from './search';
import type { Suppression, SuppressionReason, SuppressionSource } from './suppression.entity';

/** Why this address must not be written to, or null when it may be. See `findSuppressions`. */
export async function findSuppression(
  db: Sql,
  workspaceId: string,
  address: string,
): Promise<Suppression | null> {
  const [suppression] = await findSuppressions(db, [{ workspaceId, email: address }]);
  return suppression ?? null;
}

/**
 * The suppression of each of these people, in their order: of the address itself, else of its whole domain
 * (not of a domain above it: @example.com says nothing of @mail.example.com). However an address is spelled,
 * it is found. One lookup a person in the unique index over (workspace_id, value).
 */
export async function findSuppressions(
  db: Sql,
  people: readonly { workspaceId: string; email: string }[],
): Promise<(Suppression | null)[]> {
  const found = await db.query<Suppression & { asked: number }>(
    `SELECT asked::int, ${COLUMNS}
       FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS person (workspace, address, domain, asked)
      CROSS JOIN LATERAL (
        SELECT * FROM suppressions WHERE workspace_id = workspace AND value IN (address, domain)
         ORDER BY value = domain LIMIT 1) suppression`,
    [
      people.map((person) => person.workspaceId),
      people.map((person) => parseEmailAddress(person.email) ?? person.email.trim().toLowerCase()),
      people.map((person) => `@${domainOf(person.email)}`),
    ],
  );
  const byPerson = new Map(found.map(({ asked, ...suppression }) => [asked, suppression]));
  return people.map((_, index) => byPerson.get(index + 1) ?? null);
}

/**
 * Forbids an address, or a domain written as `@example.com`, for good. Who is suppressed already stays so,
 * since when it was, and for the first reason; only MANUAL gives way to what the recipient or their server
 * said: that is evidence, and nobody should lift it as if it were a whim of our own.
 *
 * @param receivedId the received message that says so; kept as long as it is the only one who does, so that the
 * suppression can be lifted with it
 * @throws BadInput when the value is neither an address nor a domain
 */
export async function suppress(
  db: Sql,
  workspaceId: string,
  value: string,
  reason: SuppressionReason,
  { source, outgoingId = null, receivedId = null }: Origin = { source: 'PERSON' },
): Promise<Suppression> {
  const spelled = normaliseSuppression(value);
  if (spelled === null) {
    throw new BadInput([
      { path: 'value', message: 'must be an address, or a domain written as @example.com' },
    ]);
  }
  const [suppression] = await db.query<Suppression>(
    `INSERT INTO suppressions AS kept (workspace_id, value, reason, received_id, source, outgoing_id)
     VALUES ($1, $2, $3, $4, $5, (SELECT id FROM outgoing_messages WHERE id = $6))
     ON CONFLICT (workspace_id, value)
     DO UPDATE SET reason = CASE kept.reason WHEN 'MANUAL' THEN excluded.reason ELSE kept.reason END,
                   source = CASE kept.reason WHEN 'MANUAL' THEN excluded.source ELSE kept.source END,
                   outgoing_id = CASE kept.reason WHEN 'MANUAL' THEN excluded.outgoing_id ELSE kept.outgoing_id END,
                   received_id = CASE WHEN kept.received_id = excluded.received_id THEN kept.received_id END
     RETURNING ${COLUMNS}`,
    [workspaceId, spelled, reason, receivedId, source, outgoingId],
  );
  if (!suppression) throw new Error('An upsert without a condition returns its row');
  return suppression;
}

/** Lifts what a received message alone had suppressed: it says no such thing after all. */
export async function liftSuppressionsOf(db: Sql, receivedId: string): Promise<void> {
  await db.query('DELETE FROM suppressions WHERE received_id = $1', [receivedId]);
}

/** Lifts a suppression. @throws NotFound also for another workspace's */
export async function unsuppress(room: ProspectsRoom, viewer: Viewer, id: string): Promise<true> {
  const lifted = isId(id)
    ? await room.db.query<{ value: string }>(
        'DELETE FROM suppressions WHERE id = $1 AND workspace_id = $2 RETURNING value',
        [id, viewer.workspaceId],
      )
    : [];
  if (lifted.length === 0) throw new NotFound('suppression');
  return true;
}

/** The workspace's suppressions, newest first. `search` looks into the addresses and domains. */
export function listSuppressions(
  room: ProspectsRoom,
  viewer: Viewer,
  { search, ...request }: PageRequest & { search?: string | null },
): Promise<CountedLater<Suppression>> {
  const selection = {
    table: 'suppressions',
    columns: COLUMNS,
    where: 'workspace_id = $1 AND ($2::text IS NULL OR value ILIKE $2)',
    values: [viewer.workspaceId, searchPattern(search)],
  };
  return readNewestFirst(room.db, selection, request);
}

/** The one spelling of an address or `@domain` that is kept and compared; null when it is neither. */
export function normaliseSuppression(value: string): string | null {
  const text = value.trim();
  return text.startsWith('@')
    ? (parseEmailAddress(`anyone${text}`)?.slice('anyone'.length) ?? null)
    : parseEmailAddress(text);
}

/** Who said so, and by what. */
export interface Origin {
  source: SuppressionSource;
  outgoingId?: string | null;
  receivedId?: string | null;
}

const COLUMNS = `id, workspace_id AS "workspaceId", value, reason, source, outgoing_id AS "outgoingId", received_id AS "receivedId",
  created_at AS "createdAt"`;
