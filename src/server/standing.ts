import type { Notices } from '../database/notices';
import { whenBack } from '../database/whenBack';
import { ENDED_CREDENTIALS, NEWS_SOON } from '../identity/sessions';
import { loadTogether } from '../lib/batch';
import type { OpenSocket, OpenSockets } from './openSockets';

/** How long a session or an API key counts as standing after its row was seen. */
const VALID_FOR_MS = 1_000;
/** News that is expected comes within so long, mostly in a tenth of it. */
const SOON_MS = 50;

export interface Standings {
  /** Tells when a session or an API key has ended, and where there will be news. */
  notices: Notices;
  /** Whether the session or key of each token still stands. */
  areValid(tokens: readonly string[]): Promise<boolean[]>;
}

/**
 * The end of a session or an API key is told at once: its sockets are given to `end`. That is only a hint, so the row is asked for
 * too, with every event (see isStillValid); where one is expected, before it comes.
 */
export function watchStandings(
  standings: Standings,
  sockets: OpenSockets,
  { end, failed }: { end: (socket: OpenSocket) => void; failed: (error: unknown) => void },
): void {
  standings.notices.listen(ENDED_CREDENTIALS, (id) => {
    findEnded(standings, sockets.on(id)).then((ended) => ended.forEach(end), failed);
  });
  standings.notices.listen(NEWS_SOON, (workspaceId) => {
    if (workspaceId === null) return;
    for (const socket of sockets.of(workspaceId)) askBefore(standings, socket);
  });
}

/**
 * Whether an event may be told: its session or key stood within the last second. One query tells for all who get an event now,
 * and for a second who gets many. While nobody can say, the event waits.
 */
export async function isStillValid(standings: Standings, socket: OpenSocket): Promise<boolean> {
  await socket.asked;
  if (socket.token === null || performance.now() < socket.validUntil) return true;
  return ask(standings, socket, socket.token);
}

/** What is answered by the time that the event is there, it does not wait for. */
function askBefore(standings: Standings, socket: OpenSocket): void {
  if (socket.token === null || socket.asked || performance.now() + SOON_MS < socket.validUntil) return;
  socket.asked = ask(standings, socket, socket.token).then(
    () => {
      socket.asked = null;
    },
    () => {
      socket.asked = null; // the event asks again
    },
  );
}

async function ask(standings: Standings, socket: OpenSocket, token: string): Promise<boolean> {
  const askedAt = performance.now();
  const isValid = await whenBack(socket.left.signal, () => loadTogether(standings, areValid, token));
  if (isValid) socket.validUntil = askedAt + VALID_FOR_MS;
  return isValid;
}

function areValid(standings: Standings, tokens: readonly string[]): Promise<boolean[]> {
  return standings.areValid(tokens);
}

/** A notice may be about everything: the tokens are asked for. */
async function findEnded(standings: Standings, sockets: readonly OpenSocket[]): Promise<OpenSocket[]> {
  for (const socket of sockets) socket.validUntil = 0;
  const valid = await standings.areValid(sockets.map(({ token }) => token ?? ''));
  return sockets.filter((_, index) => !valid[index]);
}
