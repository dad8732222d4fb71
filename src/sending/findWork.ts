import { prepare, type Sql } from '../database/database';
import { VOID_CLAIM } from './ledger';

/** What there is to do for a sender. */
export interface Work {
  /** The accounts with a one-off due and nothing in the way that SQL can see, in no order, so that none is always the last. */
  oneOffs: string[];
  /** The accounts in whose campaigns somebody may be due. Whether a step goes is the engine's to say. */
  steps: string[];
  hasVoidClaims: boolean;
}

/**
 * One statement, since a process that rests asks for nothing else so often. For one-offs it stands on outgoing_due, one probe
 * an account however long its queue; for campaigns on campaign_slots_of_slot, enrolments_first_email and
 * enrolments_follow_up; for claims on outgoing_in_flight.
 */
export async function findWork(db: Sql): Promise<Work> {
  const rows = await db.query<{ kind: 'ONE_OFF' | 'STEP' | 'VOID'; id: string }>(FIND);
  const ofKind = (wanted: string) => rows.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  return {
    oneOffs: ofKind('ONE_OFF'),
    steps: ofKind('STEP'),
    hasVoidClaims: rows.some(({ kind }) => kind === 'VOID'),
  };
}

const MAY_SEND = `c.slot_id IS NOT NULL AND c.state <> 'REJECTED'
       AND NOT a.paused AND coalesce(a.parked_until, '-infinity') <= statement_timestamp()`;

const FIND = prepare(`
  (SELECT 'ONE_OFF' AS kind, a.id FROM gmail_accounts a JOIN connections c ON c.account_id = a.id
     CROSS JOIN LATERAL (SELECT FROM outgoing_messages
                          WHERE connection_id = c.id AND state = 'QUEUED' AND campaign_id IS NULL
                            AND due_at <= statement_timestamp()
                          ORDER BY due_at, queued_at LIMIT 1) due
    WHERE ${MAY_SEND}
    ORDER BY random())
  UNION ALL
  SELECT 'STEP', a.id FROM gmail_accounts a JOIN connections c ON c.account_id = a.id
   WHERE ${MAY_SEND}
     AND (EXISTS (SELECT FROM enrolments e WHERE e.connection_id = c.id AND e.state = 'WAITING'
                     AND e.next_at <= statement_timestamp())
       OR EXISTS (SELECT FROM outgoing_messages o WHERE o.connection_id = c.id AND o.state = 'QUEUED'
                     AND o.campaign_id IS NOT NULL AND o.due_at <= statement_timestamp())
       OR EXISTS (SELECT FROM campaign_slots s JOIN campaigns k ON k.id = s.campaign_id
                   WHERE s.slot_id = c.slot_id AND k.state = 'RUNNING'
                     AND EXISTS (SELECT FROM enrolments e WHERE e.campaign_id = k.id AND e.connection_id IS NULL
                                    AND e.state = 'WAITING' AND e.next_at <= statement_timestamp())))
  UNION ALL
  SELECT 'VOID', NULL WHERE EXISTS (SELECT FROM outgoing_messages WHERE ${VOID_CLAIM})`);
