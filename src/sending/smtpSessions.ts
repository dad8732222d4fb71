import type { Refusal } from '../gmail/refusals';
import { openSmtpSession, type SmtpSession } from '../gmail/smtpSession';
import type { ConnectionHold } from '../slots/connectionState';
import { openCredentials } from '../slots/credentials';
import type { SendingRoom } from './sendingRoom';

export type SessionResult =
  | { outcome: 'Ready'; session: SmtpSession; generation: number }
  | { outcome: 'Refused'; refusal: Refusal; generation: number }
  | { outcome: 'Disconnected' };

/** Gmail counts logins, so a session serves a whole burst; but it is not kept for the next one minutes away. */
const IDLE_MS = 20_000;

interface KeptSession {
  session: SmtpSession;
  generation: number;
  idle?: NodeJS.Timeout;
}

/** Another process opens a session for this connection: whoever keeps an idle one lets it go. */
const OPENING = 'smtp-opening';

/** The SMTP sessions of this process, at most one for each connection. */
export class SmtpSessions {
  private readonly kept = new Map<string, KeptSession>();
  private unlisten: (() => void) | null = null;

  /** @param idleMs how long a session that nobody uses stays open */
  constructor(
    private readonly room: SendingRoom,
    private readonly idleMs = IDLE_MS,
  ) {}

  /**
   * The connection's session: the open one if it is of this generation, or a new login. It belongs to the
   * caller until given back.
   */
  async take({ connectionId, generation }: ConnectionHold, signal: AbortSignal): Promise<SessionResult> {
    const kept = this.kept.get(connectionId);
    if (kept?.idle) {
      clearTimeout(kept.idle);
      delete kept.idle;
    }
    if (kept?.session.isOpen && kept.generation === generation) {
      return { outcome: 'Ready', session: kept.session, generation };
    }
    await this.end(connectionId);
    this.unlisten ??= this.room.notices.listen(OPENING, (id) => this.endIdle(id));
    this.room.notices.publish(OPENING, connectionId);
    const held = await openCredentials(this.room.slots, connectionId);
    if (!held) return { outcome: 'Disconnected' };
    const { log, endpoints } = this.room;
    const opening = await openSmtpSession(endpoints.smtp, held.credentials, { log, signal });
    if (opening.outcome === 'Failed') {
      return { outcome: 'Refused', refusal: opening.refusal, generation: held.generation };
    }
    const opened = { session: opening.session, generation: held.generation };
    this.kept.set(connectionId, opened);
    return { outcome: 'Ready', ...opened };
  }

  /** The burst is over: the session ends by itself unless the next one comes soon. */
  giveBack(connectionId: string): void {
    const kept = this.kept.get(connectionId);
    if (kept) kept.idle = setTimeout(() => void this.end(connectionId), this.idleMs);
  }

  private endIdle(connectionId: string | null): void {
    if (connectionId !== null && this.kept.get(connectionId)?.idle) void this.end(connectionId);
  }

  async end(connectionId: string): Promise<void> {
    const kept = this.kept.get(connectionId);
    if (!kept) return;
    clearTimeout(kept.idle);
    this.kept.delete(connectionId);
    await kept.session.close();
  }

  async endAll(): Promise<void> {
    this.unlisten?.();
    this.unlisten = null;
    await Promise.all([...this.kept.keys()].map((connectionId) => this.end(connectionId)));
  }
}
