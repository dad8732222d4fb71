import type { Sql, Transaction } from '../database/database';
import { domainOf } from '../gmail/address';
import type { Viewer } from '../identity/context';
import { parseEmailAddress } from '../identity/emailAddress';
import type { CountedLater, PageRequest } from '../lib/cursor';
import { BadInput, NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import { readNewestFirst } from './newestFirst';
import type { ProspectsRoom } from './prospectsRoom';
import { searchAddressPattern } from './search';
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
 * said: that is evidence, and nobody should lift it as if it were a whim of our own. Whoever says so is kept.
 *
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
    `WITH suppression AS (
       INSERT INTO suppressions AS kept (workspace_id, value, reason, source, received_id, outgoing_id)
       VALUES ($1, $2, $3, $4, $6, (SELECT id FROM outgoing_messages WHERE id = $5))
       ON CONFLICT (workspace_id, value)
       DO UPDATE SET reason = CASE kept.reason WHEN 'MANUAL' THEN excluded.reason ELSE kept.reason END,
                     source = CASE kept.reason WHEN 'MANUAL' THEN excluded.source ELSE kept.source END,
                     received_id = CASE kept.reason WHEN 'MANUAL' THEN excluded.received_id ELSE kept.received_id END,
                     outgoing_id = CASE kept.reason WHEN 'MANUAL' THEN excluded.outgoing_id ELSE kept.outgoing_id END
       RETURNING *),
     cause AS (
       INSERT INTO suppression_causes (suppression_id, reason, source, received_id, outgoing_id)
       SELECT id, $3, $4, $6, (SELECT id FROM outgoing_messages WHERE id = $5) FROM suppression
       ON CONFLICT DO NOTHING)
     SELECT ${COLUMNS} FROM suppression`,
    [workspaceId, spelled, reason, source, outgoingId, receivedId],
  );
  if (!suppression) throw new Error('An upsert without a condition returns its row');
  return suppression;
}

/**
 * Takes back what a received message said: it says no such thing after all. Whom it alone had suppressed is free again;
 * of the others, the first of those who said so is shown. Stands on suppression_causes_of_received.
 */
export async function liftSuppressionsOf(db: Transaction, receivedId: string): Promise<void> {
  const concerned = await db.query<{ suppression_id: string }>(
    'DELETE FROM suppression_causes WHERE received_id = $1 RETURNING suppression_id',
    [receivedId],
  );
  const ids = concerned.map((row) => row.suppression_id);
  await db.query(
    `DELETE FROM suppressions WHERE id = ANY ($1)
        AND NOT EXISTS (SELECT FROM suppression_causes WHERE suppression_id = suppressions.id)`,
    [ids],
  );
  await db.query(
    `UPDATE suppressions SET reason = first.reason, source = first.source, outgoing_id = first.outgoing_id,
            received_id = (SELECT id FROM received_messages WHERE id = first.received_id)
       FROM (SELECT DISTINCT ON (suppression_id) * FROM suppression_causes WHERE suppression_id = ANY ($1)
              ORDER BY suppression_id, reason = 'MANUAL', id) first
      WHERE suppressions.id = first.suppression_id`,
    [ids],
  );
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
    values: [viewer.workspaceId, searchAddressPattern(search)],
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
  /** The received message that says so, which a person may correct. */
  receivedId?: string | null;
}

const COLUMNS = `id, workspace_id AS "workspaceId", value, reason, source, outgoing_id AS "outgoingId", received_id AS "receivedId",
  created_at AS "createdAt"`;
