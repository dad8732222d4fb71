import { Forbidden, Unauthenticated } from '../lib/failures';
import type { IdentityRoom } from './identityRoom';
import type { Role } from './role';

/** Who is asking, as of the beginning of this very operation. */
export interface Viewer {
  personId: string;
  workspaceId: string;
  email: string;
  name: string | null;
  role: Role;
  /** One of the team that fills fly slots, over all workspaces. */
  isOperator: boolean;
  via: 'session' | 'apiKey';
  /** The session or key that was shown. */
  credentialId: string;
}

/** What every resolver gets; each room adds itself, e.g. `interface SlotsContext extends RequestContext`. */
export interface RequestContext {
  viewer: Viewer | null;
  clientAddress: string;
  /** What the log calls an HTTP request. */
  requestId?: string;
  identity: IdentityRoom;
  /** null takes the cookie away. Does nothing over WebSocket, where no header can follow. */
  setSessionCookie(token: string | null): void;
}

/** @throws Unauthenticated */
export function requireViewer({ viewer }: Pick<RequestContext, 'viewer'>): Viewer {
  if (!viewer) throw new Unauthenticated();
  return viewer;
}

/** @throws Unauthenticated, Forbidden */
export function requireOwner(ctx: Pick<RequestContext, 'viewer'>): Viewer {
  const viewer = requireViewer(ctx);
  if (viewer.role !== 'OWNER') throw new Forbidden('Only an owner of the workspace may do this.');
  return viewer;
}

/** @throws Unauthenticated, Forbidden */
export function requireOperator(ctx: Pick<RequestContext, 'viewer'>): Viewer {
  const viewer = requireViewer(ctx);
  if (!viewer.isOperator) throw new Forbidden('Only an operator of this installation may do this.');
  return viewer;
}
