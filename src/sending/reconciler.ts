import { setTimeout as sleep } from 'node:timers/promises';
import { type ImapSession, openImapSession } from '../gmail/imapSession';
import { describeProblem, type Problem, ProblemCode } from '../gmail/problem';
import { Loop } from '../lib/loop';
import { moveConnection } from '../slots/connectionState';
import { openCredentials } from '../slots/credentials';
import { CLAIM_SECONDS, settle } from './ledger';
import { announceOutgoing, type SendingRoom } from './sendingRoom';

const POLL_MS = 1_000;
/** The copy in Sent can lag, so absence is believed only after so long. */
const BELIEVE_ABSENCE_SECONDS = 120;
const LOOK_AGAIN_SECONDS = 3;
/** After a look-up that could not be made (no session, Sent hidden). */
const TRY_AGAIN_SECONDS = 30;

interface UnknownMessage {
  id: string;
  workspace_id: string;
  message_id: string;
  /** Whether the copy has had its time to appear, by the database's clock. */
  due: boolean;
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

  constructor(private readonly room: SendingRoom) {
    this.loop = new Loop(() => this.runOnce(), { name: 'reconciler', everyMs: POLL_MS, log: room.log });
  }

  start(): void {
    this.stopping = new AbortController();
    this.loop.start();
  }

  async stop(): Promise<void> {
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
    const messages = await this.claim(connectionId);
    if (messages.length === 0) return;
    const held = await openCredentials(this.room.slots, connectionId);
    if (!held) return this.postpone(messages, null);
    const { log, endpoints } = this.room;
    const opening = await openImapSession(endpoints.imap, held.credentials, { log, signal });
    if (opening.outcome === 'Failed') {
      const { problem, needsPerson } = opening.refusal;
      if (needsPerson) {
        await moveConnection(this.room.db, held, 'REJECTED', problem);
        this.room.notices.publish('connections', connectionId);
      }
      return this.postpone(messages, null);
    }
    try {
      await this.searchUntilKnown(opening.session, connectionId, messages);
    } finally {
      await opening.session.close();
    }
  }

  private async searchUntilKnown(
    session: ImapSession,
    connectionId: string,
    claimed: UnknownMessage[],
  ): Promise<void> {
    const folders = await session.findFolders();
    if (folders.sent === null && folders.all === null) {
      return this.postpone(claimed, sentIsHidden(this.room.now()));
    }
    for (let messages = claimed; messages.length > 0 && !this.stopping.signal.aborted; ) {
      for (const message of messages) await this.lookUp(session, [folders.sent, folders.all], message);
      await sleep(LOOK_AGAIN_SECONDS * 1000, undefined, { signal: this.stopping.signal }).catch(() => {});
      messages = await this.claim(connectionId);
    }
  }

  /** Settles one message if its fate is clear by now. Only a search that succeeded counts as absence. */
  private async lookUp(
    session: ImapSession,
    folders: (string | null)[],
    message: UnknownMessage,
  ): Promise<void> {
    for (const folder of folders) {
      if (folder === null) continue;
      await session.openFolder(folder);
      if ((await session.findByMessageId(message.message_id)).length === 0) continue;
      return this.settle(message, { state: 'SENT' });
    }
    if (message.due) await this.settle(message, { state: 'QUEUED', afterMs: 0, problem: null });
  }

  private async settle(message: UnknownMessage, to: Parameters<typeof settle>[2]): Promise<void> {
    await settle(this.room, message.id, to);
    announceOutgoing(this.room.notices, message.workspace_id, message.id);
    if (to.state === 'QUEUED') this.room.notices.publish('outgoing-due', message.id);
  }

  /** Takes, or goes on holding, what is UNKNOWN of a connection. */
  private async claim(connectionId: string): Promise<UnknownMessage[]> {
    return this.room.db.query<UnknownMessage>(
      `UPDATE outgoing_messages
          SET claimed_by = $2, claimed_until = clock_timestamp() + make_interval(secs => $3)
        WHERE connection_id = $1 AND state = 'UNKNOWN'
          AND (claimed_by = $2 OR coalesce(claimed_until, '-infinity') < clock_timestamp())
        RETURNING id, workspace_id, message_id,
                  unknown_since < clock_timestamp() - make_interval(secs => $4) AS due`,
      [connectionId, this.room.processId, CLAIM_SECONDS * 4, BELIEVE_ABSENCE_SECONDS],
    );
  }

  private async postpone(messages: UnknownMessage[], problem: Problem | null): Promise<void> {
    await this.room.db.query(
      `UPDATE outgoing_messages
          SET due_at = clock_timestamp() + make_interval(secs => $3), claimed_by = NULL, claimed_until = NULL,
              problem = coalesce($4, problem)
        WHERE id = ANY($1) AND claimed_by = $2 AND state = 'UNKNOWN'`,
      [
        messages.map((message) => message.id),
        this.room.processId,
        TRY_AGAIN_SECONDS,
        problem && JSON.stringify(problem),
      ],
    );
    for (const message of messages) announceOutgoing(this.room.notices, message.workspace_id, message.id);
  }
}

function sentIsHidden(now: Date): Problem {
  return describeProblem(ProblemCode.TEMPORARY_FAILURE, now, {
    message: 'The answer to this email was lost, and Sent is hidden from IMAP, so nobody can look it up.',
    remedy:
      'Look into Sent yourself: show the label in IMAP (Gmail, Settings, Labels), or cancel this email here.',
    helpUrl: 'https://support.google.com/mail/answer/118708',
  });
}
