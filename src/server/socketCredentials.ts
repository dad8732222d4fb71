import type { Notices } from '../database/notices';
import { whenBack } from '../database/whenBack';
import { ENDED_CREDENTIALS, NEWS_SOON } from '../identity/sessions';
import { loadTogether } from '../lib/batch';
import type { OpenSocket, OpenSockets } from './openSockets';

/** For how long after its row was seen a session or an API key is taken to hold. */
const VALID_FOR_MS = 1_000;
/** An event that was announced follows within so long, and mostly within a tenth of it. */
const SOON_MS = 50;

/** What tells whether the sessions and API keys that sockets were opened with still hold. */
export interface CredentialSource {
  /** Tells when a session or an API key has ended, and where there will be news. */
  notices: Notices;
  /** Whether the session or key of each token still stands. */
  areValid(tokens: readonly string[]): Promise<boolean[]>;
}

/**
 * Gives `end` the sockets of each session and API key that has ended, as soon as a notice tells of it. Notices are only hints, so
 * the row is read too before every event (see isStillValid). Where a notice announces an event, it is read ahead of it.
 */
export function watchCredentials(
  source: CredentialSource,
  sockets: OpenSockets,
  { end, failed }: { end: (socket: OpenSocket) => void; failed: (error: unknown) => void },
): void {
  source.notices.listen(ENDED_CREDENTIALS, (id) => {
    findEnded(source, sockets.on(id)).then((ended) => ended.forEach(end), failed);
  });
  source.notices.listen(NEWS_SOON, (workspaceId) => {
    if (workspaceId === null) return;
    for (const socket of sockets.of(workspaceId)) askBefore(source, socket);
  });
}

/**
 * Whether an event may be told to a socket: its session or key was there within the last second. One query answers for all
 * sockets that get an event now, and for all events of the second that follows. While the database is away, the event waits.
 */
export async function isStillValid(source: CredentialSource, socket: OpenSocket): Promise<boolean> {
  await socket.asked;
  if (socket.token === null || performance.now() < socket.validUntil) return true;
  return ask(source, socket, socket.token);
}

/** Reads the row now, so that the event which comes in a moment need not wait for it. */
function askBefore(source: CredentialSource, socket: OpenSocket): void {
  if (socket.token === null || socket.asked || performance.now() + SOON_MS < socket.validUntil) return;
  socket.asked = ask(source, socket, socket.token).then(
    () => {
      socket.asked = null;
    },
    () => {
      socket.asked = null; // the event asks again
    },
  );
}

async function ask(source: CredentialSource, socket: OpenSocket, token: string): Promise<boolean> {
  const askedAt = performance.now();
  const isValid = await whenBack(socket.left.signal, () => loadTogether(source, areValid, token));
  if (isValid) socket.validUntil = askedAt + VALID_FOR_MS;
  return isValid;
}

function areValid(source: CredentialSource, tokens: readonly string[]): Promise<boolean[]> {
  return source.areValid(tokens);
}

/** Which of these sockets have to go. A notice says that something may have ended; their tokens tell what has. */
async function findEnded(source: CredentialSource, sockets: readonly OpenSocket[]): Promise<OpenSocket[]> {
  for (const socket of sockets) socket.validUntil = 0;
  const valid = await source.areValid(sockets.map(({ token }) => token ?? ''));
  return sockets.filter((_, index) => !valid[index]);
}
