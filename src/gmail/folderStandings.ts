import type { ImapFlow } from 'imapflow';
import { encodePath } from 'imapflow/lib/tools.js';
import type { ImapLine } from './imapLine';
import type { FolderStanding } from './imapSession';

/** Whether a server tells of several folders in one command (RFC 5819, and RFC 5258 to name them). */
export function canListStandings({ capabilities }: ImapFlow): boolean {
  return capabilities.has('LIST-EXTENDED') && capabilities.has('LIST-STATUS');
}

/**
 * How these folders stand, in one command, the open one among them (RFC 9051 §6.3.11). What the server does not tell of is
 * left out, and so is a name that does not fit on a line. imapflow has no such command.
 *
 * @returns never, if the session ends before
 */
export async function listStandings(
  line: ImapLine,
  client: ImapFlow,
  paths: readonly string[],
): Promise<Map<string, FolderStanding>> {
  const standings = new Map<string, FolderStanding>();
  const pathOf = new Map<string, string>();
  for (const path of paths) if (FITS.test(path)) pathOf.set(nameOnTheLine(client, path), path);
  const names = [...pathOf.keys()].map((name) => `"${name}"`).join(' ');
  await line.ask(`LIST "" (${names}) RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))`, (told) => {
    const status = STATUS.exec(told);
    if (!status) return LISTED.test(told);
    const path = pathOf.get(inAnyCase(status[1] ?? status[2] ?? ''));
    const standing = path !== undefined && readStanding(status[3] ?? '');
    if (standing) standings.set(path, standing);
    return true;
  });
  return standings;
}

/** How one folder stands. Null where the server refuses to say; rejects with imapflow's errors, also where it is gone. */
export async function askStanding(client: ImapFlow, path: string): Promise<FolderStanding | null> {
  const status = await client.status(path, { uidNext: true, uidValidity: true, messages: true });
  return status ? standingOf(status.uidValidity, status.uidNext, status.messages) : null;
}

/** Null where there is no UIDVALIDITY: without it no UID means anything (RFC 9051 §2.3.1.1). */
function standingOf(
  uidValidity: number | bigint | undefined,
  uidNext: number | undefined,
  messages: number | undefined,
): FolderStanding | null {
  if (!uidValidity) return null;
  return { uidValidity: String(uidValidity), uidNext: uidNext || null, exists: messages ?? 0 };
}

/** A server's `MESSAGES 2 UIDNEXT 8 UIDVALIDITY 5`, in whatever order. */
function readStanding(items: string): FolderStanding | null {
  const told = ITEMS.exec(items);
  return standingOf(Number(told?.[1] ?? 0), Number(told?.[2] ?? 0), Number(told?.[3] ?? 0));
}

/** INBOX is the one name that is told in whatever case (RFC 9051 §5.1). */
function inAnyCase(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}

/** A folder's name as it stands between quotes, in latin1, whatever its bytes mean. */
function nameOnTheLine(client: ImapFlow, path: string): string {
  if (PLAIN.test(path)) return path;
  return Buffer.from(encodePath(client, path)).toString('latin1').replace(/["\\]/g, '\\$&');
}

/** Nothing that is written otherwise. */
const PLAIN = /^[ !#-%'-[\]-~]+$/;
/** No control characters: those would need a literal. */
const FITS = /^\P{Cc}+$/u;
const LISTED = /^\* LIST /i;
const STATUS = /^\* STATUS (?:"((?:[^"\\]|\\.)*)"|([^\s"(){}]+)) \(([^()]*)\)/i;
/** Counts and UIDs have 32 bits (RFC 9051 §9). One expression for all, whatever their order and whichever there are. */
const ITEMS = new RegExp(
  ['UIDVALIDITY', 'UIDNEXT', 'MESSAGES'].map((name) => `(?=.*?\\b${name} (\\d{1,10})\\b|)`).join(''),
  'i',
);
