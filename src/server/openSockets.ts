import type { Viewer } from '../identity/context';
import type { Limits } from './limits';

/** A WebSocket that was let in, and on what. */
export interface OpenSocket {
  token: string | null;
  /** Until then its token need not be asked for again, by performance.now(). */
  validUntil: number;
  /** Resolves when it was asked for ahead of an event; null when it is not. Never rejects. */
  asked: Promise<void> | null;
  /** Aborted when the socket is closed. */
  readonly left: AbortController;
  clientAddress: string;
  close(code: number, reason: string): void;
}

/** The WebSockets of this process: how many somebody has, and which session or API key let each in. */
export class OpenSockets {
  private readonly ofOwner = new Map<string, Set<OpenSocket>>();
  private readonly ofCredential = new Map<string, Set<OpenSocket>>();
  private readonly ofWorkspace = new Map<string, Set<OpenSocket>>();
  private readonly places = new Map<OpenSocket, Viewer | null>();

  constructor(private readonly limits: Pick<Limits, 'socketsOfPerson' | 'socketsOfStrangers'>) {}

  /** False when its person, or for a stranger its client's address, has enough of them already. */
  admit(socket: OpenSocket, viewer: Viewer | null): boolean {
    const most = viewer ? this.limits.socketsOfPerson : this.limits.socketsOfStrangers;
    const owner = ownerOf(socket, viewer);
    if ((this.ofOwner.get(owner)?.size ?? 0) >= most) return false;
    this.places.set(socket, viewer);
    add(this.ofOwner, owner, socket);
    if (viewer) {
      add(this.ofCredential, viewer.credentialId, socket);
      add(this.ofWorkspace, viewer.workspaceId, socket);
    }
    return true;
  }

  /** It is closed. Also for one that was never let in. */
  remove(socket: OpenSocket): void {
    const viewer = this.places.get(socket);
    if (viewer === undefined) return;
    this.places.delete(socket);
    take(this.ofOwner, ownerOf(socket, viewer), socket);
    if (viewer) {
      take(this.ofCredential, viewer.credentialId, socket);
      take(this.ofWorkspace, viewer.workspaceId, socket);
    }
  }

  /** Those of the people of a workspace. */
  of(workspaceId: string): Iterable<OpenSocket> {
    return this.ofWorkspace.get(workspaceId) ?? [];
  }

  /** Those that came in on this session or API key; null: on any. */
  on(credentialId: string | null): OpenSocket[] {
    if (credentialId !== null) return [...(this.ofCredential.get(credentialId) ?? [])];
    return [...this.ofCredential.values()].flatMap((sockets) => [...sockets]);
  }
}

function ownerOf({ clientAddress }: OpenSocket, viewer: Viewer | null): string {
  return viewer?.personId ?? clientAddress;
}

function add(sets: Map<string, Set<OpenSocket>>, key: string, socket: OpenSocket): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(socket));
}

function take(sets: Map<string, Set<OpenSocket>>, key: string, socket: OpenSocket): void {
  const set = sets.get(key);
  set?.delete(socket);
  if (set?.size === 0) sets.delete(key);
}
