import type { Sql } from '../database/database';

/** What an operator is woken for, over the whole installation and not only this process. */
export interface InstallationState {
  /** Connections in slots, by their state. */
  connections: Record<string, number>;
  /** Connections that Gmail keeps from sending or watching now, by the code of its refusal. */
  refusals: Record<string, number>;
  /** Since when the connection that is proven the least has no proof, in seconds; of those that should have one. */
  oldestProof: number;
  /** One-offs that are due, and for how long the oldest has been, in seconds. */
  due: number;
  oldestDue: number;
  /** Emails whose answer was lost, and for how long the oldest has been in doubt, in seconds. */
  unknown: number;
  oldestUnknown: number;
  /** Emails that a process has claimed and not settled. */
  claimed: number;
  /** Processes that watch. */
  watching: number;
}

/**
 * Reads it all in one statement. Stands on outgoing_unknown, outgoing_in_flight and outgoing_due; the connections are
 * read through, 50 ms for 100,000.
 */
export async function readInstallationState(db: Sql): Promise<InstallationState> {
  const [state] = await db.query<InstallationState>(`
    WITH held AS (
      SELECT c.state, c.last_proof_at, c.connected_at, c.problem, a.parked_problem, a.parked_until, c.id
        FROM connections c JOIN gmail_accounts a ON a.id = c.account_id WHERE c.slot_id IS NOT NULL
    ), due AS (
      SELECT count(*)::int AS count, min(o.due_at) AS oldest
        FROM outgoing_messages o JOIN held ON held.id = o.connection_id
       WHERE o.state = 'QUEUED' AND o.campaign_id IS NULL AND o.due_at <= now()
    ), doubt AS (
      SELECT count(*)::int AS count, min(unknown_since) AS oldest FROM outgoing_messages WHERE state = 'UNKNOWN'
    )
    SELECT (SELECT coalesce(json_object_agg(state, count), '{}')
              FROM (SELECT state, count(*) FROM held GROUP BY 1) states) AS connections,
           (SELECT coalesce(json_object_agg(code, count), '{}')
              FROM (SELECT coalesce(problem, CASE WHEN parked_until > now() THEN parked_problem END) ->> 'code' AS code,
                           count(*)
                      FROM held GROUP BY 1) refused WHERE code IS NOT NULL) AS refusals,
           (SELECT ${secondsSince('min(coalesce(last_proof_at, connected_at))')}
              FROM held WHERE state NOT IN ('REJECTED', 'PAUSED')) AS "oldestProof",
           due.count AS due, ${secondsSince('due.oldest')} AS "oldestDue",
           doubt.count AS unknown, ${secondsSince('doubt.oldest')} AS "oldestUnknown",
           (SELECT count(*)::int FROM outgoing_messages WHERE state IN ('RESERVED', 'TRANSMITTING')) AS claimed,
           (SELECT count(*)::int FROM watch_processes WHERE alive_until > now()) AS watching
      FROM due, doubt`);
  if (!state) throw new Error('There is always one row');
  return state;
}

function secondsSince(moment: string): string {
  return `coalesce(greatest(0, extract(epoch FROM now() - ${moment})), 0)::float8`;
}
