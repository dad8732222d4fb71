import type { ImapStage, OrdersByStage, SmtpStage } from './refusals';

/** What happens in a sandbox, by name. `address` is the account's. */
export interface SandboxEvents {
  /** A login was answered. */
  login: { address: string; protocol: 'smtp' | 'imap'; accepted: boolean };
  /** A mail was accepted from a client (stored, whether or not its 250 reached the client). */
  sent: { address: string; messageId: string; subject: string; recipients: string[] };
  /** The copy of a sent mail stands in Sent. */
  filed: { address: string; messageId: string; uid: number };
  /** A mail came in; `folder` is the name of the folder it landed in. */
  delivered: {
    address: string;
    messageId: string;
    from: string;
    subject: string;
    folder: string;
    uid: number;
  };
  /**
   * A session came to a stage where a refusal or a fault is ordered: it is done when waitFor resolves. `address` is
   * missing before a login.
   */
  ordered: {
    address: string | undefined;
    stage: SmtpStage | ImapStage;
    which: OrdersByStage[SmtpStage | ImapStage];
  };
  /** A session began to idle. */
  idle: { address: string; folder: string };
  /** A logged-in session ended, whoever ended it. */
  closed: { address: string; protocol: 'smtp' | 'imap' };
}
export type EventName = keyof SandboxEvents;

/** One event as it is kept. `sequence` grows by one an event. */
export type SandboxEvent<N extends EventName = EventName> = {
  [K in N]: { name: K; sequence: number; at: Date } & SandboxEvents[K];
}[N];

const KEPT = 5000; // so that a demo left running for weeks stays small

/** Keeps the latest events, tells listeners, and lets tests wait for what has happened or will. */
export class EventLog {
  private readonly kept: SandboxEvent[] = [];
  private readonly listeners = new Set<(event: SandboxEvent) => void>();
  private sequence = 0;

  /** The number of the latest event: hand it to waitFor as `since` to wait for later ones only. */
  get latest(): number {
    return this.sequence;
  }

  /** Notes an event. */
  emit<N extends EventName>(name: N, details: SandboxEvents[N]): void {
    const event = { name, sequence: ++this.sequence, at: new Date(), ...details } as SandboxEvent;
    this.kept.push(event);
    if (this.kept.length > KEPT) this.kept.shift();
    for (const listener of this.listeners) listener(event);
  }

  /** Hears every later event; the answer ends it. */
  listen(listener: (event: SandboxEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The kept events after a number. */
  after(sequence: number): SandboxEvent[] {
    return this.kept.filter((event) => event.sequence > sequence);
  }

  /**
   * The first event of that name that fits, among those after `since` (default: all that are kept), or the
   * next one to come. Rejects after `timeoutMs` (default a minute), with what did happen.
   */
  waitFor<N extends EventName>(
    name: N,
    fits: (event: SandboxEvent<N>) => boolean = () => true,
    { since = 0, timeoutMs = 60_000 }: { since?: number; timeoutMs?: number } = {},
  ): Promise<SandboxEvent<N>> {
    // the name tells the type, which TypeScript cannot follow through a type parameter
    const accept = (event: SandboxEvent): SandboxEvent<N> | undefined => {
      const named = event as unknown as SandboxEvent<N>;
      return event.name === name && fits(named) ? named : undefined;
    };
    for (const event of this.after(since)) {
      const accepted = accept(event);
      if (accepted) return Promise.resolve(accepted);
    }
    return new Promise((resolve, reject) => {
      const end = this.listen((event) => {
        const accepted = accept(event);
        if (!accepted) return;
        clearTimeout(timer);
        end();
        resolve(accepted);
      });
      const timer = setTimeout(() => {
        end();
        const seen = this.after(since)
          .slice(-20)
          .map((event) => JSON.stringify(event));
        reject(new Error(`no '${name}' event within ${timeoutMs} ms; the latest were:\n${seen.join('\n')}`));
      }, timeoutMs);
    });
  }
}
