import { NotFound } from '../lib/failures';
import { isId } from '../lib/ids';
import type { Viewer } from './context';
import type { IdentityRoom } from './identityRoom';
import { Person } from './person.entity';
import { Role } from './role';

export type MemberOutcome =
  | { outcome: 'MemberChanged'; member: Person }
  | { outcome: 'LastOwner'; code: 'LAST_OWNER'; message: string };

/** The people of the viewer's workspace, in the order in which they came. */
export function listMembers(room: IdentityRoom, viewer: Viewer): Promise<Person[]> {
  return room.db.manager.find(Person, {
    where: { workspaceId: viewer.workspaceId },
    order: { createdAt: 'ASC', id: 'ASC' },
  });
}

/** @throws NotFound also for somebody of another workspace */
export function changeRole(
  room: IdentityRoom,
  viewer: Viewer,
  { memberId, role }: { memberId: string; role: Role },
): Promise<MemberOutcome> {
  return changeMember(room, viewer, memberId, role);
}

/**
 * Takes a person out of the workspace, with their sessions and API keys. What they did stays.
 *
 * @throws NotFound also for somebody of another workspace
 */
export function removeMember(room: IdentityRoom, viewer: Viewer, memberId: string): Promise<MemberOutcome> {
  return changeMember(room, viewer, memberId, null);
}

/** @param role null: none any more */
async function changeMember(
  room: IdentityRoom,
  { workspaceId }: Viewer,
  memberId: string,
  role: Role | null,
): Promise<MemberOutcome> {
  return room.db.transaction<MemberOutcome>(async ({ query, manager }) => {
    // All owners are locked, so that two who demote each other at once cannot both succeed.
    const owners = await query<{ id: string }>(
      `SELECT id FROM people WHERE workspace_id = $1 AND role = 'OWNER' ORDER BY id FOR UPDATE`,
      [workspaceId],
    );
    const member = isId(memberId) ? await manager.findOneBy(Person, { id: memberId, workspaceId }) : null;
    if (!member) throw new NotFound('member');
    if (role !== Role.OWNER && owners.length === 1 && owners[0]?.id === member.id) return lastOwner();
    if (role === null) await manager.delete(Person, { id: member.id });
    else await manager.update(Person, { id: member.id }, { role });
    return { outcome: 'MemberChanged', member: Object.assign(member, role && { role }) };
  });
}

function lastOwner(): MemberOutcome {
  return {
    outcome: 'LastOwner',
    code: 'LAST_OWNER',
    message: 'A workspace needs an owner. Please make somebody else one first.',
  };
}
