import { pino } from 'pino';
import { openSmtpSession } from '../../src/gmail/smtpSession';
import { openScriptedServer, type Peer } from '../support/scriptedServer';

/**
 * An SMTP server that behaves up to one step, and then does one of the things that a server must not do: every step with
 * every misbehaviour. Each ends with a problem that can be shown, and a message is in doubt only once its final dot is out.
 */

const log = pino({ level: 'silent' });
const credentials = { email: 'me@firm.example', appPassword: 'abcdefghijklmnop' };
const envelope = { from: 'me@firm.example', to: 'you@elsewhere.example' };
const LIMITS = { connect: 350, greeting: 350, login: 700, command: 700, message: 700, farewell: 100 };

/** A server that takes a message. */
const ANSWERS = {
  GREETING: '220 smtp.gmail.com ESMTP',
  EHLO: '250-smtp.gmail.com at your service\r\n250 AUTH PLAIN',
  AUTH: '235 2.7.0 Accepted',
  MAIL: '250 2.1.0 OK',
  RCPT: '250 2.1.5 OK',
  DATA: '354 Go ahead',
  DOT: '250 2.0.0 OK',
} as const;
type Step = keyof typeof ANSWERS;
const STEPS = Object.keys(ANSWERS) as Step[];

const MISBEHAVIOURS: Readonly<Record<string, (peer: Peer) => unknown>> = {
  'refuses for now': (peer) => peer.say('451 4.3.0 Temporary System Problem'),
  'refuses for ever': (peer) => peer.say('554 5.7.0 No'),
  'says goodbye': (peer) => peer.say('421 4.7.0 Try again later, closing connection.'),
  cuts: (peer) => peer.cut(),
  resets: (peer) => peer.reset(),
  'says nothing': (peer) => peer.hang(),
  drips: (peer) => drip(peer),
  'never ends its answer': (peer) => peer.pour('250-go on\r\n'.repeat(1_000)),
  'writes an endless line': (peer) => peer.pour('250-'.repeat(16_000)),
  'answers in another tongue': (peer) => peer.say('HTTP/1.1 400 Bad Request', ''),
  'answers with a number that is none': (peer) => peer.say('999 ???'),
  'makes noise': (peer) =>
    peer.write(Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 7_919) % 256))),
};

test.each(Object.entries(MISBEHAVIOURS))(
  'a server that %s, at any step',
  async (_, misbehave) => {
    const ends = await Promise.all(STEPS.map((step) => visit(step, misbehave)));
    expect(ends.map(({ message }) => message)).toEqual(STEPS.map(() => expect.stringMatching(/./)));
    const outcomes = ends.map(({ outcome }, at) => [STEPS[at], outcome]);
    expect(outcomes.slice(0, 3)).toEqual(STEPS.slice(0, 3).map((step) => [step, 'Failed']));
    // Whatever it says or does not say before the dot is out, the message was not taken.
    for (const [step, outcome] of outcomes.slice(3, 6)) {
      expect([step, outcome]).toEqual([step, expect.stringMatching(/^(?:Deferred|Rejected)$/)]);
    }
    expect(outcomes[6]).toEqual(['DOT', expect.stringMatching(/^(?:Deferred|Rejected|Unknown)$/)]);
  },
  60_000,
);

/** One visit to a server that misbehaves at one step, by somebody who sends a message. */
async function visit(
  step: Step,
  misbehave: (peer: Peer) => unknown,
): Promise<{ outcome: string; message: string | undefined }> {
  const server = await openScriptedServer(async (peer) => {
    for (const next of STEPS) {
      if (next === 'DOT') await peer.hearMessage();
      else if (next !== 'GREETING') await peer.hear(new RegExp(`^${next}`));
      if (next === step) return void (await misbehave(peer));
      peer.say(ANSWERS[next]);
    }
  });
  const endpoint = { host: '127.0.0.1', port: server.port, secure: false };
  try {
    const opening = await openSmtpSession(endpoint, credentials, { log, timeouts: LIMITS });
    if (opening.outcome === 'Failed') {
      return { outcome: 'Failed', message: opening.refusal.problem.message };
    }
    const sent = await opening.session.send(envelope, Buffer.from('Subject: Hi\r\n\r\nHello'));
    await opening.session.close();
    return { outcome: sent.outcome, message: 'refusal' in sent ? sent.refusal.problem.message : undefined };
  } finally {
    await server.close();
  }
}

/** One byte now and then: no silence that a socket's timeout could notice. */
async function drip(peer: Peer): Promise<void> {
  const timer = setInterval(() => peer.write('2'), 20);
  await peer.hang();
  clearInterval(timer);
}
