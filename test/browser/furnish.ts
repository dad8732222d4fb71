import { openSocket } from '../support/client';
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
