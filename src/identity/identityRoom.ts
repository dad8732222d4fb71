import type { Database, Transaction } from '../database/database';
import type { Log } from '../lib/log';
import type { Viewer } from './context';

/** What the identity room works with. */
export interface IdentityRoom {
  db: Database;
  log: Log;
  /** Who may sign up: the first person of the installation, or anybody. */
  signUp: 'first' | 'open';
  /** Where people reach us; known for certain only once the server listens. */
  publicUrl: () => string;
  /** Furnishes a new workspace. Part of the transaction that makes it. */
  onWorkspaceCreated(tx: Transaction, workspaceId: string): Promise<void>;
}

/** What came of an attempt to get in. */
export type SignInOutcome =
  | { outcome: 'SignedIn'; viewer: Viewer; token: string }
  | { outcome: 'SignInRefused'; code: SignInRefusal; message: string };

export type SignInRefusal = 'SIGN_UP_CLOSED' | 'EMAIL_IN_USE' | 'WRONG_PASSWORD' | 'INVITATION_INVALID';

/** The outcome for whoever is not let in. */
export function refuseSignIn(code: SignInRefusal, message: string): SignInOutcome {
  return { outcome: 'SignInRefused', code, message };
}
