import { announceEnded } from '../campaigns/campaignState';
import { holdEnrolment, stopEnrolment } from '../campaigns/moveEnrolment';
import { loadSenders, renderStep } from '../campaigns/renderStep';
import { chooseVariant, loadSteps, type Step } from '../campaigns/steps';
import type { Transaction } from '../database/database';
import type { Change } from '../database/notices';
import { createMessageId } from '../gmail/compose';
import { loadProspects } from '../prospects/prospects';
import { findSuppression } from '../prospects/suppressions';
import { CLAIM_SECONDS, type Claim } from './claim';
import { Conversation } from './conversation.entity';
import { type CampaignWork, decide, nextSendAt, windowCloses } from './engine';
import { OutgoingMessage } from './outgoing.entity';
import { keepRampDays } from './rampDays';
import type { SendingRoom } from './sendingRoom';
import { type ConnectedSlot, isConnected, type ReadSlot, readSlots } from './slotStates';
import { snippetOf } from './snippet';

/** A campaign step that was claimed, or for how long asking again is in vain (null: until something changes). */
export interface StepClaim {
  claim: Claim | null;
  quietMs: number | null;
}

/** People who cannot be written to are passed over, held or stopped; so many in one claim at most. */
const MOST_PASSED_OVER = 50;

/** Another process is at work there. Should it die, its work is to be taken up within 15 s. */
const AT_WORK_ELSEWHERE: StepClaim = { claim: null, quietMs: 1_000 };

/**
 * Claims the campaign step that the engine decides for, if any: under the account's lock the prospect is taken,
 * asked once more against the suppressions, the email rendered, and its ledger row written, RESERVED. It all
 * commits before anything is said to Gmail.
 */
export async function claimStep(room: SendingRoom, accountId: string): Promise<StepClaim> {
  const changes: Change[] = [];
  const claimed = await room.db.transaction(async (tx): Promise<StepClaim> => {
    changes.length = 0;
    const locked = await tx.query(
      'SELECT id FROM gmail_accounts WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED',
      [accountId],
    );
    if (locked.length === 0) return AT_WORK_ELSEWHERE;
    for (let passedOver = 0; passedOver < MOST_PASSED_OVER; passedOver += 1) {
      const slot = await readUnderCap(tx, accountId);
      if (!slot || !isConnected(slot)) return { claim: null, quietMs: null };
      if (slot.isInFlight) return AT_WORK_ELSEWHERE;
      const decision = decide(slot.state, slot.now);
      if (decision.go === null || decision.go === 'ONE_OFF') {
        const next = nextSendAt(slot.state, slot.now);
        return { claim: null, quietMs: next && next.getTime() - slot.now.getTime() };
      }
      const taken =
        decision.go === 'LEDGER'
          ? await takeFromLedger({ tx, room, slot, changes }, decision.campaignId)
          : await takeEnrolment({ tx, room, slot, changes }, decision.go, decision.campaignId);
      if (taken === 'PASSED_OVER') continue;
      if (taken === 'NOBODY') return AT_WORK_ELSEWHERE;
      await keepRampDays(tx, [slot]);
      const { connectionId, slotId, workspaceId, generation } = slot;
      const messages = [{ id: taken.messageId, workspaceId }];
      const closesAt = windowCloses(slot.state, decision.campaignId, slot.now);
      const hold = { accountId, connectionId, slotId, workspaceId, generation };
      return { claim: { ...hold, messages, cancelled: [], closesAt }, quietMs: null };
    }
    return { claim: null, quietMs: 0 };
  });
  await announceEnded(room, changes);
  return claimed;
}

/**
 * The slot as it stands. Where its domain has a cap its accounts claim one after the other, until the commit: two at
 * once would both take what is left of the day.
 */
async function readUnderCap(tx: Transaction, accountId: string): Promise<ReadSlot | undefined> {
  const [slot] = await readSlots(tx, [accountId]);
  if (!slot || slot.state.domainCap === null) return slot;
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`domain cap ${slot.domain}`]);
  const [again] = await readSlots(tx, [accountId]);
  return again;
}

/** What it takes to claim a step under an account's lock; `changes` collects what is announced after the commit. */
interface Claiming {
  tx: Transaction;
  room: SendingRoom;
  slot: ConnectedSlot;
  changes: Change[];
}

type Taken = { messageId: string } | 'PASSED_OVER' | 'NOBODY';

/**
 * An email that was begun before and came back: it goes as it is, under its Message-ID. Not to somebody who has
 * stopped meanwhile, or must not be written to any more.
 */
async function takeFromLedger(claiming: Claiming, campaignId: string): Promise<Taken> {
  const { tx, room, slot, changes } = claiming;
  const cancelled = await tx.query<{ id: string }>(
    `UPDATE outgoing_messages o SET state = 'CANCELLED'
      WHERE connection_id = $1 AND campaign_id = $2 AND state = 'QUEUED'
        AND NOT EXISTS (SELECT FROM enrolments e WHERE e.id = o.enrolment_id AND e.state = 'WAITING')
      RETURNING id`,
    [slot.connectionId, campaignId],
  );
  changes.push(...cancelled.map(({ id }) => ({ topic: `outgoing:${slot.workspaceId}`, id })));
  const [row] = await tx.query<{ id: string; to_address: string; enrolment_id: string }>(
    `SELECT id, to_address, enrolment_id FROM outgoing_messages
      WHERE connection_id = $1 AND campaign_id = $2 AND state = 'QUEUED' AND due_at <= statement_timestamp()
      ORDER BY due_at, queued_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [slot.connectionId, campaignId],
  );
  if (!row) return cancelled.length > 0 ? 'PASSED_OVER' : 'NOBODY';
  if (await stopSuppressed(claiming, row.to_address, row.enrolment_id)) return 'PASSED_OVER';
  await tx.query(
    `UPDATE outgoing_messages SET state = 'RESERVED', claimed_by = $2,
            claimed_until = clock_timestamp() + make_interval(secs => $3) WHERE id = $1`,
    [row.id, room.processId, CLAIM_SECONDS],
  );
  return { messageId: row.id };
}

/** Ends the enrolment of whoever must not be written to. @returns whether that was so */
async function stopSuppressed(
  { tx, slot, changes }: Claiming,
  address: string,
  enrolmentId: string,
): Promise<boolean> {
  const suppression = await findSuppression(tx, slot.workspaceId, address);
  if (!suppression) return false;
  const state = suppression.reason === 'UNSUBSCRIBED' ? 'UNSUBSCRIBED' : 'STOPPED';
  changes.push(...(await stopEnrolment(tx, { enrolmentId }, state)));
  return true;
}

interface EnrolmentRow {
  id: string;
  prospect_id: string;
  conversation_id: string | null;
  steps_done: number;
}

/** The prospect who is due the longest. Who cannot be written to is stopped or held, visibly, and passed over. */
async function takeEnrolment(claiming: Claiming, work: CampaignWork, campaignId: string): Promise<Taken> {
  const { tx, slot, changes } = claiming;
  const [enrolment] = await tx.query<EnrolmentRow>(
    `SELECT id, prospect_id, conversation_id, steps_done FROM enrolments
      WHERE campaign_id = $1 AND state = 'WAITING' AND next_at <= statement_timestamp()
        AND ${work === 'FIRST' ? 'connection_id IS NULL AND $2::uuid IS NOT NULL' : 'connection_id = $2'}
      ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [campaignId, slot.connectionId],
  );
  if (!enrolment) return 'NOBODY';
  const [prospect] = await loadProspects(tx, [enrolment.prospect_id]);
  if (!prospect) return 'NOBODY';
  if (await stopSuppressed(claiming, prospect.email, enrolment.id)) return 'PASSED_OVER';
  const [steps = []] = await loadSteps(tx, [campaignId]);
  const step = steps[enrolment.steps_done];
  const variant = step && chooseVariant(step, prospect.id);
  const [sender] = await loadSenders(tx, [slot.connectionId]);
  if (!step || !variant || !sender) {
    changes.push(...(await holdEnrolment(tx, enrolment.id, 'The next step has no wording to send.')));
    return 'PASSED_OVER';
  }
  const thread = await readThread(tx, enrolment.conversation_id);
  const rendered = renderStep({ variant, prospect, sender, threadSubject: thread?.subject ?? null });
  if (rendered.outcome !== 'Rendered') {
    const reason = rendered.outcome === 'Held' ? rendered.reason : rendered.problem.message;
    changes.push(...(await holdEnrolment(tx, enrolment.id, reason)));
    return 'PASSED_OVER';
  }
  const messageId = await writeStep(claiming, {
    campaignId,
    enrolmentId: enrolment.id,
    step,
    variantId: variant.id,
    prospect,
    sender: sender.sender,
    thread: isNewThread(variant.subject, thread) ? null : thread,
    rendered,
  });
  await tx.query('UPDATE enrolments SET next_at = NULL WHERE id = $1', [enrolment.id]);
  return { messageId };
}

interface Thread {
  conversationId: string;
  subject: string;
  messageIds: string[];
}

/** A follow-up with a subject of its own opens a thread; one without goes on in the last. */
function isNewThread(ownSubject: string, thread: Thread | null): boolean {
  return thread === null || ownSubject.trim() !== '';
}

async function readThread(tx: Transaction, conversationId: string | null): Promise<Thread | null> {
  if (conversationId === null) return null;
  const rows = await tx.query<{ subject: string; message_id: string }>(
    `SELECT c.subject, o.message_id FROM conversations c JOIN outgoing_messages o ON o.conversation_id = c.id
      WHERE c.id = $1 AND o.counted_at IS NOT NULL ORDER BY o.counted_at`,
    [conversationId],
  );
  const [first] = rows;
  return first
    ? { conversationId, subject: first.subject, messageIds: rows.map((row) => row.message_id) }
    : null;
}

interface StepToWrite {
  campaignId: string;
  enrolmentId: string;
  step: Step;
  variantId: string;
  prospect: { id: string; email: string };
  sender: { name: string | null; email: string };
  thread: Thread | null;
  rendered: { subject: string; text: string; html: string | null };
}

/** Writes the ledger row of a step, RESERVED for this process, and the conversation that it begins or goes on in. */
async function writeStep(
  { tx, room, slot }: Claiming,
  { campaignId, enrolmentId, step, variantId, prospect, sender, thread, rendered }: StepToWrite,
): Promise<string> {
  const { workspaceId, connectionId } = slot;
  const conversation = await tx.manager.save(Conversation, {
    ...(thread
      ? { id: thread.conversationId }
      : { workspaceId, connectionId, prospectId: prospect.id, subject: rendered.subject }),
    lastMessageAt: slot.now,
    snippet: snippetOf(rendered.text),
  });
  const message = await tx.manager.save(OutgoingMessage, {
    workspaceId,
    connectionId,
    accountId: slot.state.accountId,
    conversationId: conversation.id,
    prospectId: prospect.id,
    campaignId,
    enrolmentId,
    stepId: step.id,
    variantId,
    fromAddress: sender.email,
    fromName: sender.name,
    toAddress: prospect.email,
    ...rendered,
    messageId: createMessageId(sender.email),
    inReplyTo: thread?.messageIds.at(-1) ?? null,
    referenceIds: thread?.messageIds ?? [],
    state: 'RESERVED',
    claimedBy: room.processId,
    claimedUntil: new Date(slot.now.getTime() + CLAIM_SECONDS * 1000),
  });
  return message.id;
}
