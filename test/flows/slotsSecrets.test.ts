import { Writable } from 'node:stream';
import { readConfig } from '../../src/config';
import { createLog } from '../../src/lib/log';
import { start } from '../../src/main';
import type { Sandbox } from '../../src/sandbox/sandbox';
import type { Client } from '../support/client';
import { createTestDatabase, openOnceMore } from '../support/database';
import { signUp } from '../support/people';
import { openSandbox } from '../support/sandbox';
import { openScriptedServer, type Peer } from '../support/scriptedServer';
import { CONNECT, connect, RECHECK, type SlotView } from '../support/slots';

/** An App Password goes in and never comes out: not in the log, not in an answer, not in a row. */

const SECRET = 'qwfpgjluyarstdhn';
const ADDRESS = 'keeper@gmail.com';

let sandbox: Sandbox;
let url: string;
let drop: () => Promise<void>;
/** Everything that was logged at any level, and everything that was answered. */
let logged = '';
const answered: unknown[] = [];

beforeAll(async () => {
  sandbox = await openSandbox();
  sandbox.addAccount({ address: ADDRESS, appPassword: SECRET });
  ({ url, drop } = await createTestDatabase());
});
afterAll(() => drop());

test('a password that is right, wrong, malformed, or echoed by a hostile server, is nowhere to be read', async () => {
  await inApp(sandbox.smtpUrl, sandbox.imapUrl, async (person, [first, second]) => {
    const input = { slotId: first, email: ADDRESS, appPassword: 'QWFP GJLU YARS TDHN' };
    expect(await person.send(CONNECT, { input })).toMatchObject({
      data: { result: { __typename: 'GmailConnected' } },
    });
    await person.send(RECHECK, { slotId: first });
    await person.send(CONNECT, { input: { ...input, slotId: second } });
    await person.send(CONNECT, { input: { ...input, slotId: second, email: 'stranger@gmail.com' } });
    await person.send(CONNECT, { input: { ...input, slotId: second, appPassword: `${SECRET}x` } });
    await person.send(CONNECT, { input: { ...input, email: 'no address' } });
    await person.send(CONNECT, { input: { ...input, displayName: 'A\nB' } });
  });
  const smtp = await openScriptedServer(echoSmtp);
  await inApp(`smtp://127.0.0.1:${smtp.port}`, sandbox.imapUrl, async (person, [first, second]) => {
    for (const slotId of [first, second]) {
      const email = slotId === first ? ADDRESS : 'other@gmail.com';
      const result = await connect(person, slotId, email, { appPassword: SECRET });
      expect(result.problem?.serverReply).toContain('You said [hidden]');
    }
  });
  const imap = await openScriptedServer(echoImap);
  await inApp(sandbox.smtpUrl, `imap://127.0.0.1:${imap.port}`, async (person, [first]) => {
    const result = await connect(person, first, ADDRESS, { appPassword: SECRET });
    expect(result.problem?.serverReply).toContain('You said [hidden]');
  });
  await smtp.close();
  await imap.close();

  const rows = await readAllRows();
  expect(rows).toContain('[hidden]'); // or nothing was kept, and nothing is proven
  expect(logged).toContain('smtp refused');
  expect(answered.length).toBeGreaterThan(10);
  for (const text of [rows, logged, JSON.stringify(answered)]) expect(tracesIn(text)).toEqual([]);
});

/** The product on the one database of this test, with everything it says written down. */
async function inApp(
  smtpUrl: string,
  imapUrl: string,
  act: (person: Client, slots: string[]) => Promise<void>,
): Promise<void> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: url,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    GMAIL_SMTP_URL: smtpUrl,
    GMAIL_IMAP_URL: imapUrl,
    SIGN_UP: 'open',
  });
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  });
  const app = await start(config, createLog('trace', destination));
  try {
    const person = recorded(await signUp(app.url));
    const { gmailIntegration } = await person.ask<{ gmailIntegration: { slots: SlotView[] } }>(
      '{ gmailIntegration { slots { id } } }',
    );
    await act(
      person,
      gmailIntegration.slots.map(({ id }) => id),
    );
  } finally {
    await app.stop();
  }
}

function recorded(client: Client): Client {
  const keep = <T>(answer: T): T => {
    answered.push(answer);
    return answer;
  };
  return {
    send: async (query, variables) => keep(await client.send(query, variables)),
    ask: async (query, variables) => keep(await client.ask(query, variables)),
  };
}

/** The secret as it is, spaced or parted in any way, in any case, and within any base64. */
function tracesIn(text: string): string[] {
  const bare = text.replace(/\\[nrt]|[\s-]/g, '');
  const encoded = [0, 1, 2].map((offset) => {
    const core = Buffer.concat([Buffer.alloc(offset), Buffer.from(SECRET)]).toString('base64');
    return core.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + SECRET.length) * 8) / 6));
  });
  return [
    ...(bare.toLowerCase().includes(SECRET) ? ['in the clear'] : []),
    ...encoded.filter((core) => bare.includes(core)),
  ];
}

async function readAllRows(): Promise<string> {
  const database = await openOnceMore(url);
  const tables = await database.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await database.close();
  return texts.join('\n');
}

async function echoSmtp(peer: Peer): Promise<void> {
  peer.say('220 evil.example ESMTP');
  await peer.hear(/^EHLO/);
  peer.say('250-evil.example', '250 AUTH PLAIN');
  const [, token = ''] = await peer.hear(/^AUTH PLAIN (\S+)$/);
  const [, , password = ''] = Buffer.from(token, 'base64').toString().split('\0');
  peer.say(
    `535-5.7.8 You said ${password}, that is ${password.replace(/(.{4})/g, '$1 ')}`,
    `535 5.7.8 or ${token}`,
  );
}

async function echoImap(peer: Peer): Promise<void> {
  peer.say('* OK evil.example ready');
  for (;;) {
    const [, tag, command, rest = ''] = await peer.hear(/^(\S+) (\S+) ?(.*)$/);
    if (command === 'CAPABILITY') peer.say('* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR', `${tag} OK done`);
    else if (command !== 'AUTHENTICATE') peer.say(`${tag} OK done`);
    else {
      const inline = rest.split(' ')[1];
      if (!inline) peer.say('+ ');
      const token = inline ?? (await peer.hear(/^(\S+)$/))[1] ?? '';
      const [, , password = ''] = Buffer.from(token, 'base64').toString().split('\0');
      peer.say(
        `* NO [ALERT] You said ${password}`,
        `${tag} NO [AUTHENTICATIONFAILED] You said ${password} or ${token}`,
      );
    }
  }
}
