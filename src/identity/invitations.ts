import { digest, randomToken } from '../lib/digest';
import { BadInput } from '../lib/failures';
import { limitAttempts } from './attempts';
import type { Viewer } from './context';
import { type IdentityRoom, refuseSignIn, type SignInOutcome } from './identityRoom';
import { hashPassword } from './password';
import { Person } from './person.entity';
import type { Role } from './role';
import { openSession } from './sessions';
import { admitOneAtATime, emailInUse, isTaken } from './signUp';

const INVITATIONS_AN_HOUR = { max: 100, windowSeconds: 3_600, what: 'You made too many invitations.' };

/**
 * Makes the link by which one person comes into the viewer's workspace. It works once, for seven days.
 *
 * @throws BadInput when they are in it already, RateLimited
 */
export async function invite(
  room: IdentityRoom,
  viewer: Viewer,
  { email, role }: { email: string; role: Role },
): Promise<string> {
  const members = await room.db.query('SELECT FROM people WHERE email = $1 AND workspace_id = $2', [
    email,
    viewer.workspaceId,
  ]);
  if (members.length > 0)
    throw new BadInput([{ path: 'email', message: 'is a member of this workspace already' }]);
  await limitAttempts(room.db, 'invitation', viewer.workspaceId, INVITATIONS_AN_HOUR);
  const token = randomToken();
  await room.db.query(
    `INSERT INTO invitations (workspace_id, email, role, token_digest, expires_at)
     VALUES ($1, $2, $3, $4, now() + interval '7 days')`,
    [viewer.workspaceId, email, role, digest(token)],
  );
  return `${room.publicUrl()}/app/invitation?token=${token}`;
}

/** @param request.token the invitation's token, or the whole link as it was mailed */
export async function acceptInvitation(
  room: IdentityRoom,
  request: { token: string; password: string; name?: string | null },
): Promise<SignInOutcome> {
  const tokenDigest = digest(tokenOf(request.token));
  const open = await room.db.query(OPEN_INVITATION, [tokenDigest]);
  if (open.length === 0) return invalid();
  const passwordHash = await hashPassword(request.password);
  return room.db.transaction(async (tx) => {
    await admitOneAtATime(tx);
    const [invitation] = await tx.query<InvitationRow>(OPEN_INVITATION, [tokenDigest]);
    if (!invitation) return invalid();
    if (await isTaken(tx, invitation.email)) return emailInUse();
    const person = await tx.manager.save(Person, {
      workspaceId: invitation.workspace_id,
      email: invitation.email,
      name: request.name?.trim() || null,
      role: invitation.role,
      isOperator: false,
      passwordHash,
    });
    await tx.query('UPDATE invitations SET accepted_at = now() WHERE id = $1', [invitation.id]);
    return openSession(tx, person.id);
  });
}

interface InvitationRow {
  id: string;
  workspace_id: string;
  email: string;
  role: Role;
}

const OPEN_INVITATION = `
  SELECT id, workspace_id, email, role FROM invitations
  WHERE token_digest = $1 AND accepted_at IS NULL AND expires_at > now()`;

function tokenOf(tokenOrLink: string): string {
  const text = tokenOrLink.trim();
  return (URL.canParse(text) && new URL(text).searchParams.get('token')) || text;
}

function invalid(): SignInOutcome {
  return refuseSignIn(
    'INVITATION_INVALID',
    'This invitation was used before, has expired, or never was. Please ask the owner for a new one.',
  );
}
