import { pino } from 'pino';
import { ImapFailure, openImapSession } from '../../src/gmail/imapSession';
import { openScriptedServer, type Peer } from '../support/scriptedServer';

/**
 * An IMAP server that behaves up to one command, and then does one of the things that a server must not do: every command
 * with every misbehaviour. Each ends with a problem that can be shown, within its time, and without filling the memory.
 */

const log = pino({ level: 'silent' });
const credentials = { email: 'me@gmail.com', appPassword: 'abcdefghijklmnop' };
/** What a flood needs to be noticed by its size; silence has to wait for as long. */
const LIMITS = {
  connect: 700,
  greeting: 700,
  login: 700,
  command: 700,
  message: 700,
  farewell: 100,
  poll: 20,
};

/** A server that does all that a session asks of it. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  GREETING: ['* OK Gimap ready'],
  CAPABILITY: ['* CAPABILITY IMAP4rev1 AUTH=PLAIN', 'TAG OK Success'],
  AUTHENTICATE: [
    '* CAPABILITY IMAP4rev1 IDLE X-GM-EXT-1 CONDSTORE SPECIAL-USE LIST-EXTENDED LIST-STATUS',
    'TAG OK authenticated (Success)',
  ],
  LIST: ['* LIST (\\HasNoChildren) "/" "INBOX"', '* LIST (\\Sent) "/" "Sent"', 'TAG OK Success'],
  LSUB: ['* LSUB () "/" "INBOX"', 'TAG OK Success'],
  EXAMINE: [
    '* 2 EXISTS',
    '* OK [UIDVALIDITY 5] x',
    '* OK [UIDNEXT 8] x',
    'TAG OK [READ-ONLY] INBOX selected.',
  ],
  STANDINGS: ['* STATUS "INBOX" (MESSAGES 2 UIDNEXT 8 UIDVALIDITY 5)', 'TAG OK Success'],
  STATUS: ['* STATUS "Sent" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 5)', 'TAG OK Success'],
  SEARCH: ['* SEARCH 7', 'TAG OK Success'],
  HEADS: [
    '* 1 FETCH (UID 7 RFC822.SIZE 9 INTERNALDATE "22-Nov-2026 10:00:00 +0000" FLAGS () BODY[HEADER]<0> "Subject: x")',
    'TAG OK Success',
  ],
  SOURCE: ['* 1 FETCH (UID 7 BODY[]<0> "Subject: x")', 'TAG OK Success'],
  STRUCTURE: ['* 1 FETCH (UID 7 BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1))', 'TAG OK Success'],
  IDLE: ['+ idling', '* 3 EXISTS'],
};
const STEPS = Object.keys(ANSWERS);

function stepOf(command: string): string {
  if (/ LIST .*RETURN \(STATUS/.test(command)) return 'STANDINGS';
  if (/ FETCH .*BODYSTRUCTURE/.test(command)) return 'STRUCTURE';
  if (/ FETCH .*HEADER/.test(command)) return 'HEADS';
  if (/ FETCH /.test(command)) return 'SOURCE';
  return /^\S+ (?:UID )?(\S+)/.exec(command)?.[1] ?? command;
}

const MISBEHAVIOURS: Readonly<Record<string, (peer: Peer, tag: string) => unknown>> = {
  refuses: (peer, tag) => peer.say(`${tag} NO System Error (Failure)`),
  'understands nothing': (peer, tag) => peer.say(`${tag} BAD Could not parse command`),
  'says goodbye': (peer) => peer.say('* BYE [OVERQUOTA] Account exceeded command or bandwidth limits.'),
  cuts: (peer) => peer.cut(),
  resets: (peer) => peer.reset(),
  'says nothing': () => {},
  drips: (peer) => drip(peer),
  'answers somebody else': (peer) => peer.say('ZZZZ OK Success'),
  'writes an endless line': (peer) => peer.pour('* OK '.repeat(13_000)),
  'tells without end': (peer) => peer.pour('* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n'.repeat(2_000)),
  'lists without end': (peer) => peer.pour(`* SEARCH${' 4294967295'.repeat(5_000)}\r\n`),
  'finds folders without end': (peer) => peer.pour('* LIST () "/" "x"\r\n'.repeat(4_000)),
  'goes on without end': (peer) => peer.pour('+ go on\r\n'.repeat(4_000)),
  'announces 10 GB': (peer) => peer.say('* 1 FETCH (UID 7 BODY[] {10737418240}', 'x'),
  'announces more than there is': (peer) => peer.say(`* 1 FETCH (UID 7 BODY[] {${'9'.repeat(30)}}`, 'x'),
  'nests without end': (peer) => peer.pour('('.repeat(64_000)),
  'makes noise': (peer) =>
    peer.write(Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 7_919) % 256))),
};

const cases = Object.entries(MISBEHAVIOURS);

test.each(cases)(
  'a server that %s, at any step',
  async (_, misbehave) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const ends = await Promise.all(STEPS.map((step) => visit(step, misbehave)));
    clearInterval(watching);
    expect(ends.map((end, at) => [STEPS[at], end])).toEqual(
      STEPS.map((step) => [step, expect.stringMatching(step === 'IDLE' ? /./ : /^(?!dropped)/)]),
    );
    // Twelve sessions at once, each with its allowance.
    expect((most - before) / 1024 ** 2).toBeLessThan(1_200);
  },
  60_000,
);

/** One visit to a server that misbehaves at one step, by somebody who asks for everything. */
async function visit(step: string, misbehave: (peer: Peer, tag: string) => unknown): Promise<string | null> {
  const server = await openScriptedServer(async (peer) => {
    if (step === 'GREETING') return void (await misbehave(peer, '*'));
    peer.say(...(ANSWERS['GREETING'] ?? []));
    for (;;) {
      const { input: command } = await peer.hear(/^/);
      if (command === 'DONE') continue;
      const [tag = ''] = command.split(' ');
      if (stepOf(command) === step) return void (await misbehave(peer, tag));
      if (stepOf(command) === 'AUTHENTICATE') {
        peer.say('+ ');
        await peer.hear(/^/);
      }
      const answer = ANSWERS[stepOf(command)] ?? ['TAG OK Success'];
      peer.say(...answer.map((line) => line.replace(/^TAG/, tag)));
    }
  });
  try {
    return await askForEverything(server.port);
  } finally {
    await server.close();
  }
}

/** A session may end without a word, as Gmail's do every day: the account reconnects, and there is nothing to show. */
const DROPPED = 'dropped';

/** @returns what would be shown of what went wrong first */
async function askForEverything(port: number): Promise<string | null> {
  const endpoint = { host: '127.0.0.1', port, secure: false };
  const opening = await openImapSession(endpoint, credentials, { log, timeouts: LIMITS });
  if (opening.outcome === 'Failed') return opening.refusal.problem.message;
  const { session } = opening;
  try {
    await session.findFolders();
    await session.openFolder('INBOX');
    await session.lookAt(['INBOX', 'Sent']);
    await session.uidsSince(1);
    await session.fetchHeads([7]);
    await session.fetchSource(7, 1_000);
    await session.fetchParts(7);
    const news = await session.waitForNews(100);
    if (news === 'CLOSED') return (await session.closed)?.problem.message ?? DROPPED;
    // As the watcher does after every wait: an IDLE that tells nothing is found out by the next command.
    await session.openFolder('INBOX');
    return null;
  } catch (error) {
    if (error instanceof ImapFailure) return error.refusal.problem.message;
    throw error;
  } finally {
    await session.close();
  }
}

/** One byte now and then: no silence that a socket's timeout could notice. */
async function drip(peer: Peer): Promise<void> {
  const timer = setInterval(() => peer.write('*'), 20);
  await peer.hang();
  clearInterval(timer);
}
