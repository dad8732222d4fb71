import { setMaxListeners } from 'node:events';
import { ImapFailure, type ImapSession, openImapSession } from '../gmail/imapSession';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { Loop } from '../lib/loop';
import { nap } from '../lib/nap';
import { openCredentials } from '../slots/credentials';
import { CLAIM_SECONDS, type MessageRef } from './claim';
import { heedRefusal } from './heedRefusal';
import type { Settlement } from './ledger';
import { announceOutgoing, type SendingRoom } from './sendingRoom';
import { settleStep } from './settleStep';

/** Notices tell of what is UNKNOWN: this is for those that were lost, and for what dead processes held. */
const POLL_MS = 3_000;
/** The copy in Sent can lag, and so can a final dot in a dying connection: absence is believed only after so long. */
const BELIEVE_ABSENCE_SECONDS = 120;
const LOOK_AGAIN_MS = 3_000;
/** After a look-up that could not be made (no session, Sent hidden). */
const TRY_AGAIN_MS = 30_000;

interface UnknownMessage extends MessageRef {
  messageId: string;
  /** Whether the copy has had its time to appear, by the database's clock. */
  hadItsTime: boolean;
  /** Gmail took it once and refused it later: that copy is still in Sent. */
  wasRefused: boolean;
}

/**
 * Finds out what became of messages whose answer was lost: it looks for their Message-ID in the Sent folder.
 * Found is SENT; absent after two minutes goes back to the queue under the same Message-ID. Where it cannot
 * look (no credential, Sent hidden from IMAP), a message stays UNKNOWN and a person decides.
 *
 * One login serves an account until nothing of it is UNKNOWN any more.
 */
export class Reconciler {
  private readonly loop: Loop;
  private readonly accounts = new Map<string, Promise<void>>();
  private stopping = new AbortController();
  private unlisten: () => void = () => {};

  constructor(private readonly room: SendingRoom) {
    this.loop = new Loop(() => this.runOnce(), { name: 'reconciler', everyMs: POLL_MS, log: room.log });
  }

  start(): void {
    if (this.stopping.signal.aborted) this.stopping = new AbortController();
    setMaxListeners(0, this.stopping.signal); // every open session hears it
    this.unlisten();
    this.unlisten = this.room.notices.listen('outgoing-unknown', () => this.loop.wake());
    this.loop.start();
  }

  async stop(): Promise<void> {
    this.unlisten();
    this.stopping.abort();
    await this.loop.stop();
    await Promise.allSettled(this.accounts.values());
  }

  /** Starts a look-up for each connection that has something UNKNOWN. Stands on outgoing_unknown. */
  async runOnce(): Promise<void> {
    const rows = await this.room.db.query<{ id: string }>(
      `SELECT DISTINCT c.id FROM outgoing_messages o
         JOIN connections c ON c.id = o.connection_id AND c.slot_id IS NOT NULL AND c.state <> 'REJECTED'
        WHERE o.state = 'UNKNOWN' AND o.due_at <= clock_timestamp()
          AND coalesce(o.claimed_until, '-infinity') < clock_timestamp()`,
    );
    for (const { id } of rows) {
      if (this.accounts.has(id)) continue;
      const lookUp = this.lookUpAll(id)
        .catch((error) =>
          this.room.log.warn({ err: error, connectionId: id }, 'reconciler: a look-up failed'),
        )
        .finally(() => this.accounts.delete(id));
      this.accounts.set(id, lookUp);
    }
  }

  private async lookUpAll(connectionId: string): Promise<void> {
    const { signal } = this.stopping;
    const claimed = await this.claim(connectionId);
    if (claimed.length === 0) return;
    const held = await openCredentials(this.room.slots, connectionId);
    if (!held) return this.postpone(claimed, TRY_AGAIN_MS, null);
    const { log, endpoints } = this.room;
    const opening = await openImapSession(endpoints.imap, held.credentials, { log, signal });
    if (opening.outcome === 'Failed') {
      const { refusal } = opening;
      // A lock-out of IMAP does not keep the slot from sending: only these look-ups wait.
      if (refusal.needsPerson) await heedRefusal(this.room, held, refusal, 1);
      return this.postpone(claimed, Math.max(TRY_AGAIN_MS, refusal.retryAfterMs ?? 0), null);
    }
    try {
      await this.searchUntilKnown(opening.session, connectionId);
    } catch (error) {
      if (!(error instanceof ImapFailure)) throw error;
      log.info({ connectionId, problem: error.refusal.problem }, 'reconciler: a look-up was cut short');
      await this.postpone(claimed, Math.max(TRY_AGAIN_MS, error.refusal.retryAfterMs ?? 0), null);
    } finally {
      await opening.session.close();
    }
  }

  private async searchUntilKnown(session: ImapSession, connectionId: string): Promise<void> {
    const { sent, all } = await session.findFolders();
    const folders = [sent, all].filter((folder) => folder !== null);
    while (!this.stopping.signal.aborted) {
      const messages = await this.claim(connectionId);
      if (messages.length === 0) return;
      if (folders.length === 0) {
        return this.postpone(messages, TRY_AGAIN_MS, sentIsHidden(this.room.now()));
      }
      for (const message of messages) await this.lookUp(session, folders, message);
      await nap(LOOK_AGAIN_MS, this.stopping.signal);
    }
  }

  /** Settles one message if its fate is clear by now. Only a search that succeeded counts as absence. */
  private async lookUp(session: ImapSession, folders: string[], message: UnknownMessage): Promise<void> {
    for (const folder of folders) {
      await session.openFolder(folder);
      if ((await session.findByMessageId(message.messageId)).length > 0) {
        if (message.wasRefused) return this.postpone([message], TRY_AGAIN_MS, sentIsOld(this.room.now()));
        return this.conclude(message, { state: 'SENT' });
      }
    }
    if (message.hadItsTime) await this.conclude(message, { state: 'QUEUED', afterMs: 0, problem: null });
  }

  private async conclude({ id, workspaceId }: MessageRef, to: Settlement): Promise<void> {
    // Also right for a one-off: it has no enrolment to move.
    await settleStep(this.room, id, to);
    announceOutgoing(this.room.notices, workspaceId, id);
    if (to.state === 'QUEUED') this.room.notices.publish('outgoing-due', id);
  }

  /** Takes, or goes on holding, what is UNKNOWN of a connection. */
  private async claim(connectionId: string): Promise<UnknownMessage[]> {
    return this.room.db.query<UnknownMessage>(
      `UPDATE outgoing_messages
          SET claimed_by = $2, claimed_until = clock_timestamp() + make_interval(secs => $3)
        WHERE connection_id = $1 AND state = 'UNKNOWN' AND due_at <= clock_timestamp()
          AND (claimed_by = $2 OR coalesce(claimed_until, '-infinity') < clock_timestamp())
        RETURNING id, workspace_id AS "workspaceId", message_id AS "messageId",
                  unknown_since < clock_timestamp() - make_interval(secs => $4) AS "hadItsTime",
                  refused_at IS NOT NULL AS "wasRefused"`,
      [connectionId, this.room.processId, CLAIM_SECONDS, BELIEVE_ABSENCE_SECONDS],
    );
  }

  /** Leaves what is still UNKNOWN of these alone for a while; others may look then. */
  private async postpone(
    messages: readonly MessageRef[],
    forMs: number,
    problem: Problem | null,
  ): Promise<void> {
    await this.room.db.query(
      `UPDATE outgoing_messages
          SET due_at = clock_timestamp() + make_interval(secs => $3), claimed_by = NULL, claimed_until = NULL,
              problem = coalesce($4, problem)
        WHERE id = ANY($1) AND claimed_by = $2 AND state = 'UNKNOWN'`,
      [messages.map(({ id }) => id), this.room.processId, forMs / 1000, problem && JSON.stringify(problem)],
    );
    if (problem)
      for (const { id, workspaceId } of messages) announceOutgoing(this.room.notices, workspaceId, id);
  }
}

function sentIsOld(now: Date): Problem {
  return describeProblem(ProblemCode.TEMPORARY_FAILURE, now, {
    message:
      'The answer to this email was lost, and the copy in Sent may be that of an attempt which Gmail refused.',
    remedy: 'Ask the recipient, or cancel this email here: it is not sent again by itself.',
  });
}

function sentIsHidden(now: Date): Problem {
  return describeProblem(ProblemCode.TEMPORARY_FAILURE, now, {
    message: 'The answer to this email was lost, and Sent is hidden from IMAP, so nobody can look it up.',
    remedy:
      'Look into Sent yourself: show the label in IMAP (Gmail, Settings, Labels), or cancel this email here.',
    helpUrl: 'https://support.google.com/mail/answer/118708',
  });
}
