import { type Refusal } from '../gmail/refusals';
import { openSmtpSession, type SmtpSession } from '../gmail/smtpSession';
import { openCredentials } from '../slots/credentials';
import type { SendingRoom } from './sendingRoom';

export type SessionResult =
  | { outcome: 'Ready'; session: SmtpSession; generation: number }
  | { outcome: 'Refused'; refusal: Refusal; generation: number }
  | { outcome: 'Disconnected' };

/** Gmail counts logins, so a session serves a whole burst; but it is not kept for the next one minutes away. */
const IDLE_MS = 20_000;

/** The SMTP sessions of this process, at most one for each connection. */
export class SmtpSessions {
  private readonly open = new Map<
    string,
    { session: SmtpSession; generation: number; idle?: NodeJS.Timeout }
  >();

  constructor(private readonly room: SendingRoom) {}

  /** The connection's session: the open one, or a new login. It belongs to the caller until given back. */
  async take(connectionId: string, signal: AbortSignal): Promise<SessionResult> {
    const held = await openCredentials(this.room.slots, connectionId);
    const kept = this.open.get(connectionId);
    if (kept) clearTimeout(kept.idle);
    if (!held) {
      await this.end(connectionId);
      return { outcome: 'Disconnected' };
    }
    const { generation } = held;
    if (kept?.session.isOpen && kept.generation === generation) {
      return { outcome: 'Ready', session: kept.session, generation };
    }
    await this.end(connectionId);
    const { log, endpoints } = this.room;
    const opening = await openSmtpSession(endpoints.smtp, held.credentials, { log, signal });
    if (opening.outcome === 'Failed') return { outcome: 'Refused', refusal: opening.refusal, generation };
    this.open.set(connectionId, { session: opening.session, generation });
    return { outcome: 'Ready', session: opening.session, generation };
  }

  /** The burst is over: the session ends by itself unless the next one comes soon. */
  giveBack(connectionId: string): void {
    const kept = this.open.get(connectionId);
    if (kept) kept.idle = setTimeout(() => void this.end(connectionId), IDLE_MS);
  }

  async end(connectionId: string): Promise<void> {
    const kept = this.open.get(connectionId);
    if (!kept) return;
    clearTimeout(kept.idle);
    this.open.delete(connectionId);
    await kept.session.close();
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((connectionId) => this.end(connectionId)));
  }
}
