import { openSocket } from '../support/client';
import { openOnceMore } from '../support/database';
import { signUp, type TestPerson } from '../support/people';
import { ACCOUNTS, type Stage } from './stage';

/**
 * A workspace in which work goes on: accounts connected (one refused since, one done for us), emails out, answers in.
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
  await writeTo(stage, owner, [
    'ines@northwind.example.com',
    'away.jonas@contoso.example.com',
    'ruth@fabrikam.example.com',
  ]);
  stage.sandbox.account(tom.address).changeAppPassword('revokedrevokedre');
  stage.sandbox.account(tom.address).dropSessions();
  return owner;
}

/** As a person would have named it in the form, and in whose timezone the browser of the tests is. */
export async function nameWorkspace(owner: TestPerson, name: string): Promise<TestPerson> {
  await owner.ask(
    'mutation ($name: String!) { updateWorkspace(name: $name, timezone: "Europe/Berlin") { id } }',
    { name },
  );
  return owner;
}

/** Writes to each of these from the first account, and waits until all have answered and the answers are taken in. */
export async function writeTo(stage: Stage, owner: TestPerson, people: readonly string[]): Promise<void> {
  const slot = await slotId(owner, 'SELF', 1);
  const socket = await openSocket(stage.url, { payload: { authorization: `Bearer ${owner.token}` } });
  const replies = socket.subscribe('subscription { replyReceived { cursor } }');
  for (const to of people) {
    await owner.ask('mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename } }', {
      input: { slotId: slot, to, subject: 'Ten minutes?', text: 'Hi,\n\nhave you ten minutes on Thursday?' },
    });
  }
  for (const _person of people) await replies.next();
  await socket.close();
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

async function slotId(owner: TestPerson, kind: string, position: number): Promise<string> {
  const { gmailIntegration } = await owner.ask<{
    gmailIntegration: { slots: { id: string; kind: string; position: number }[] };
  }>('{ gmailIntegration { slots { id kind position } } }');
  const slot = gmailIntegration.slots.find((each) => each.kind === kind && each.position === position);
  if (!slot) throw new Error(`No ${kind} slot at ${position}`);
  return slot.id;
}

async function connect(
  owner: TestPerson,
  mutation: 'connectGmail' | 'fillFlySlot',
  slot: string,
  { address, ...account }: (typeof ACCOUNTS)[number],
): Promise<void> {
  const answer = await owner.ask<Record<string, { message?: string }>>(
    `mutation ($input: ConnectGmailInput!) { ${mutation}(input: $input) { ... on Failure { message } } }`,
    { input: { slotId: slot, email: address, ...account } },
  );
  const refusal = answer[mutation]?.message;
  if (refusal) throw new Error(`${address}: ${refusal}`);
}
