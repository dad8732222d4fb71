/** What the WebSocket says of itself: `lost` from the moment it breaks until it is back. */
export type LiveStatus = 'idle' | 'live' | 'lost';

/** Holds the status for whoever shows it, and tells of every change; for React's useSyncExternalStore. */
export class LiveStatusStore {
  private status: LiveStatus = 'idle';
  private readonly listeners = new Set<() => void>();

  readonly read = (): LiveStatus => this.status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(status: LiveStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.tellAgain();
  }

  /** For when news were missed though the status is as it was. */
  tellAgain(): void {
    for (const listener of this.listeners) listener();
  }
}
