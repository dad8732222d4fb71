import type { ImapFlow, StatusObject } from 'imapflow';
import { parseStatusList } from 'imapflow/lib/commands/status-fields.js';
import type { ImapAttributeList, ImapCompileNode, ImapResponse } from 'imapflow/lib/handler/types.js';
import { encodePath } from 'imapflow/lib/tools.js';
import type { FolderStanding } from './imapSession';

/** Whether a server tells of several folders in one command (RFC 5819, and RFC 5258 to name them). */
export function canListStandings({ capabilities }: ImapFlow): boolean {
  return capabilities.has('LIST-EXTENDED') && capabilities.has('LIST-STATUS');
}

/**
 * How these folders stand, in one command, the open one among them (RFC 9051 §6.3.11). What the server does not tell of is
 * left out. Rejects with imapflow's errors.
 */
export async function listStandings(
  client: ImapFlow,
  paths: readonly string[],
): Promise<Map<string, FolderStanding>> {
  const standings = new Map<string, FolderStanding>();
  const pathOf = new Map(paths.map((path) => [encodePath(client, path), path]));
  const names = [...pathOf.keys()].map((value) => ({ type: 'STRING', value }));
  const hear = async ({ attributes: [name, items] = [] }: ImapResponse) => {
    const path = pathOf.get(inAnyCase(String(name?.value)));
    const standing = Array.isArray(items) ? readStanding(items) : null;
    if (path !== undefined && standing) standings.set(path, standing);
  };
  await execute(client, 'LIST', [{ type: 'STRING', value: '' }, names, ...RETURN_STATUS], { STATUS: hear });
  return standings;
}

/** How one folder stands. Null where the server refuses to say; rejects with imapflow's errors, also where it is gone. */
export async function askStanding(client: ImapFlow, path: string): Promise<FolderStanding | null> {
  const status = await client.status(path, { uidNext: true, uidValidity: true, messages: true });
  return status ? standingOf(status) : null;
}

const atom = (value: string) => ({ type: 'ATOM', value });
const RETURN_STATUS: ImapCompileNode[] = [
  atom('RETURN'),
  [atom('STATUS'), ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'].map(atom)],
];

/** Null where there is no UIDVALIDITY: without it no UID means anything (RFC 9051 §2.3.1.1). */
function standingOf({ uidValidity, uidNext, messages }: Partial<StatusObject>): FolderStanding | null {
  if (!uidValidity) return null;
  return { uidValidity: String(uidValidity), uidNext: uidNext || null, exists: messages ?? 0 };
}

function readStanding(items: ImapAttributeList): FolderStanding | null {
  const status: Record<string, unknown> = {};
  parseStatusList(items, (key, value) => {
    status[key] = value;
  });
  return standingOf(status);
}

/** INBOX is the one name that is told in whatever case (RFC 9051 §5.1). */
function inAnyCase(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

/**
 * What imapflow's own commands are made with. It has none for this one and no public way to send another; its version is
 * pinned, and the wire tests tell if that changes.
 */
interface Executing {
  preCheck: (() => Promise<unknown>) | false;
  exec(
    command: string,
    attributes: ImapCompileNode[],
    options: { untagged: Untagged },
  ): Promise<{ next(): void }>;
}

/** What becomes of each line that comes before the answer. */
type Untagged = Record<string, (line: ImapResponse) => Promise<void>>;

async function execute(
  client: ImapFlow,
  command: string,
  attributes: ImapCompileNode[],
  untagged: Untagged,
): Promise<void> {
  const executing = client as unknown as Executing;
  if (executing.preCheck) await executing.preCheck(); // which ends IDLE
  const { next } = await executing.exec(command, attributes, { untagged });
  next(); // it reads no further before
}
