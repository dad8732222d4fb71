import { openSocket } from '../support/client';
import { openOnceMore } from '../support/database';
import { signUp, type TestPerson } from '../support/people';
import { composeHtmlAnswer } from './htmlAnswer';
import { FAIR, importPeople } from './importPeople';
import { ACCOUNTS, type Stage } from './stage';

/**
 * A workspace in which work goes on: accounts connected (one refused since, one done for us), people
 * imported, some of them suppressed, emails out, answers in.
 * What a new page shows is added here.
 */
export async function furnish(stage: Stage): Promise<TestPerson> {
  const owner = await nameWorkspace(await signUp(stage.url, 'ann@northwind.example'), 'Northwind Traders');
  await owner.ask(
    'mutation { updateWorkspace(name: "Northwind Traders", timezone: "Europe/Berlin") { id } }',
  );
  const [first, second, managed] = await Promise.all([
    slotId(owner, 'SELF', 1),
    slotId(owner, 'SELF', 2),
    slotId(owner, 'FLY', 1),
  ]);
  const [maya, tom, lea] = ACCOUNTS;
  await connect(owner, 'connectGmail', first, maya);
  await connect(owner, 'connectGmail', second, tom);
  await connect(owner, 'fillFlySlot', managed, lea);
  await warmUp(stage, maya.address);
  await importPeople(stage.url, owner, FAIR);
  await owner.ask(SUPPRESS, { value: '@wingtip.example.com', reason: 'MANUAL' });
  await writeTo(stage, owner, [
    'ines@northwind.example.com',
    'away.jonas@contoso.example.com',
    'unsubscribe.otto@fabrikam.example.com',
    'ruth@fabrikam.example.com',
  ]);
  await answerWithFile(stage, owner);
  await owner.ask(SUPPRESS, { value: 'ruth@fabrikam.example.com', reason: 'UNSUBSCRIBED' });
  stage.sandbox.account(tom.address).changeAppPassword('revokedrevokedre');
  stage.sandbox.account(tom.address).dropSessions();
  return owner;
}

const SUPPRESS =
  'mutation ($value: String!, $reason: SuppressionReason!) { suppress(value: $value, reason: $reason) { id } }';

/** As a person would have named it in the form, and in whose timezone the browser of the tests is. */
export async function nameWorkspace(owner: TestPerson, name: string): Promise<TestPerson> {
  await owner.ask(
    'mutation ($name: String!) { updateWorkspace(name: $name, timezone: "Europe/Berlin") { id } }',
    { name },
  );
  return owner;
}

/** Connects an account of the sandbox in the first slot. */
export async function connectFirst(owner: TestPerson, account: Account): Promise<void> {
  await connect(owner, 'connectGmail', await slotId(owner, 'SELF', 1), account);
}

/** Somebody with one account connected, which nobody else has. */
export async function openWorkspace(stage: Stage): Promise<TestPerson> {
  const account = {
    address: `seller${++workspaces}@gmail.com`,
    appPassword: 'abcdefghijklmnop',
    displayName: 'Sam Seller',
  };
  stage.sandbox.addAccount(account);
  const owner = await signUp(stage.url);
  await connectFirst(owner, account);
  return owner;
}

let workspaces = 0;

/** Writes to each of these from the first account, and waits until all have answered and the answers are taken in. */
export async function writeTo(stage: Stage, owner: TestPerson, people: readonly string[]): Promise<void> {
  const slot = await slotId(owner, 'SELF', 1);
  await hearReplies(stage, owner, people.length, async () => {
    for (const to of people) await write(owner, slot, to);
  });
}

async function write(owner: TestPerson, slot: string, to: string): Promise<void> {
  await owner.ask('mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename } }', {
    input: { slotId: slot, to, subject: 'Ten minutes?', text: 'Hi,\n\nhave you ten minutes on Thursday?' },
  });
}

/** Waits until so many replies were taken in since `act` began. */
async function hearReplies(
  stage: Stage,
  owner: TestPerson,
  count: number,
  act: () => Promise<void>,
): Promise<void> {
  const socket = await openSocket(stage.url, { payload: { authorization: `Bearer ${owner.token}` } });
  const replies = socket.subscribe('subscription { replyReceived { cursor } }');
  await act();
  for (let heard = 0; heard < count; heard++) await replies.next();
  await socket.close();
}

/** Somebody whose name we know answers in HTML, with a quote and a file. */
async function answerWithFile(stage: Stage, owner: TestPerson): Promise<void> {
  const [{ address }] = ACCOUNTS;
  const clara = 'silent.clara@adatum.example.com';
  await owner.ask(
    'mutation ($prospects: [ProspectInput!]!) { saveProspects(prospects: $prospects) { id } }',
    {
      prospects: [{ email: clara, firstName: 'Clara', lastName: 'Weiss', company: 'Adatum' }],
    },
  );
  await hearReplies(stage, owner, 1, async () => {
    await write(owner, await slotId(owner, 'SELF', 1), clara);
    const { messageId } = await stage.sandbox.waitFor('sent', ({ recipients }) => recipients.includes(clara));
    stage.sandbox
      .account(address)
      .deliver(composeHtmlAnswer({ from: clara, to: address, inReplyTo: messageId }));
  });
}

/** Gives an account three weeks behind it, with a day off and a day of bounces, as its ledger would have them. */
async function warmUp(stage: Stage, address: string): Promise<void> {
  const database = await openOnceMore(stage.app.databaseUrl);
  const days = Array.from({ length: 21 }, (_, index) => {
    const daysAgo = 21 - index;
    const isDayOff = daysAgo % 7 === 3;
    const allowance = Math.min(30, 5 + 2 * Math.max(0, index - Math.floor(index / 7)));
    const reason = index === 0 ? 'The ramp begins.' : isDayOff ? 'Nothing went out.' : REASON_TO_GROW;
    return { daysAgo, allowance, reason, sent: isDayOff ? 0 : allowance - (index % 3) };
  });
  await database.query(
    `WITH account AS (SELECT id FROM gmail_accounts WHERE canonical_address = $1),
          past AS (SELECT * FROM jsonb_to_recordset($2) AS d("daysAgo" int, allowance int, sent int, reason text)),
          ramp AS (INSERT INTO ramp_days (account_id, date, allowance, reason)
                   SELECT id, current_date - "daysAgo", allowance, reason FROM account, past WHERE sent > 0)
     INSERT INTO erased_sends (account_id, counted_at)
     SELECT id, current_date - "daysAgo" + interval '12 hours'
       FROM account, past, generate_series(1, sent)`,
    [address.replace(/\.(?=.*@)/g, ''), JSON.stringify(days)],
  );
  await database.close();
}

const REASON_TO_GROW = 'Mail went out on the day before: 2 more.';

interface Account {
  address: string;
  appPassword: string;
  displayName: string;
}

/** Of the slot of a kind at a place, counted from 1. */
export async function slotId(owner: TestPerson, kind: string, position: number): Promise<string> {
  const { gmailIntegration } = await owner.ask<{
    gmailIntegration: { slots: { id: string; kind: string; position: number }[] };
  }>('{ gmailIntegration { slots { id kind position } } }');
  const slot = gmailIntegration.slots.find((each) => each.kind === kind && each.position === position);
  if (!slot) throw new Error(`No ${kind} slot at ${position}`);
  return slot.id;
}

export async function connect(
  owner: TestPerson,
  mutation: 'connectGmail' | 'fillFlySlot',
  slot: string,
  { address, ...account }: Account,
): Promise<void> {
  const answer = await owner.ask<Record<string, { message?: string }>>(
    `mutation ($input: ConnectGmailInput!) { ${mutation}(input: $input) { ... on Failure { message } } }`,
    { input: { slotId: slot, email: address, ...account } },
  );
  const refusal = answer[mutation]?.message;
  if (refusal) throw new Error(`${address}: ${refusal}`);
}
