/** An owner also invites people and changes the workspace itself. */
export const Role = { OWNER: 'OWNER', MEMBER: 'MEMBER' } as const;
export type Role = keyof typeof Role;
