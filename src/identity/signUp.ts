import type { Sql, Transaction } from '../database/database';
import { limitAttempts, refuseIfLimited } from './attempts';
import { type IdentityRoom, refuseSignIn, type SignInOutcome } from './identityRoom';
import { hashPassword } from './password';
import { Person } from './person.entity';
import { openSession } from './sessions';
import { Workspace } from './workspace.entity';

export interface SignUpRequest {
  email: string;
  password: string;
  workspaceName: string;
  timezone?: string | null;
}

/** By the client's address and not by the email address: a mailbox is easier to come by than a network. */
const SIGN_UPS_A_MINUTE = { max: 20, windowSeconds: 60 };
/** Each brings a workspace with attempts of its own at Google's accounts. */
const SIGN_UPS_A_DAY = { max: 200, windowSeconds: 86_400 };

/**
 * Makes a workspace with its owner. The first person of an installation becomes its operator as well; of two who
 * come first at once, one is.
 *
 * @throws RateLimited
 */
export async function signUp(
  room: IdentityRoom,
  request: SignUpRequest,
  clientAddress: string,
): Promise<SignInOutcome> {
  await refuseIfLimited(room.db, 'sign-up', clientAddress, SIGN_UPS_A_DAY);
  await limitAttempts(room.db, 'sign-up', clientAddress, SIGN_UPS_A_MINUTE);
  if (await isClosed(room, room.db)) return closed();
  const passwordHash = await hashPassword(request.password);
  return room.db.transaction(async (tx) => {
    await admitOneAtATime(tx);
    if (await isClosed(room, tx)) return closed();
    if (await isTaken(tx, request.email)) return emailInUse();
    const isOperator = !(await isInhabited(tx));
    const workspace = await tx.manager.save(Workspace, {
      name: request.workspaceName.trim(),
      timezone: request.timezone ?? 'UTC',
    });
    await room.onWorkspaceCreated(tx, workspace.id);
    const person = await tx.manager.save(Person, {
      workspaceId: workspace.id,
      email: request.email,
      name: null,
      role: 'OWNER' as const,
      isOperator,
      passwordHash,
    });
    room.log.info({ workspaceId: workspace.id, isOperator }, 'Signed up');
    return openSession(tx, person.id);
  });
}

/** Whoever adds a person holds this to the end of the transaction: who is first, and whose address it is, stays true. */
export async function admitOneAtATime(tx: Transaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('identity: admit', 0))`);
}

/** Whether somebody in the installation has this address. Certain only under `admitOneAtATime`. */
export async function isTaken(db: Sql, email: string): Promise<boolean> {
  return (await db.query('SELECT FROM people WHERE email = $1', [email])).length > 0;
}

/** The outcome for an address that somebody has. */
export function emailInUse(): SignInOutcome {
  return refuseSignIn(
    'EMAIL_IN_USE',
    'There is an account with this address already. Please sign in with it.',
  );
}

async function isClosed(room: IdentityRoom, db: Sql): Promise<boolean> {
  return room.signUp === 'first' && isInhabited(db);
}

async function isInhabited(db: Sql): Promise<boolean> {
  return (await db.query('SELECT FROM people LIMIT 1')).length > 0;
}

function closed(): SignInOutcome {
  return refuseSignIn(
    'SIGN_UP_CLOSED',
    'Nobody can sign up here on their own. Please ask an owner of the workspace for an invitation.',
  );
}
