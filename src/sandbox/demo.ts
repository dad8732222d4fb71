import { parseArgs, styleText } from 'node:util';
import { DemoClient, type DemoProduct, startProduct } from './demoProduct';
import { type Sandbox, startSandbox } from './sandbox';

/**
 * The whole loop on a machine with nothing but Node: a Gmail of our own, the product on it, two slots
 * connected, a handful of emails out, and the replies as they come in. Everything is asked through the public
 * API. `--once` ends by itself with status 0 when three replies have come in; `--empty` does nothing, so that a person
 * goes the whole way in the dashboard: sign up, connect, import, write, answer.
 */
async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { once: flag, empty: flag } });
  const sandbox = await startSandbox({ answerMs: 1_500, bounceMs: 1_000 });
  for (const account of ACCOUNTS) sandbox.addAccount(account);
  say('gmail', `a sandbox answers at ${sandbox.smtpUrl} and ${sandbox.imapUrl}`);
  const product = await startProduct(process.env['PORT'] ?? (values.once ? '0' : '4000'), sandbox);
  const client = new DemoClient(product.url);
  const finish = finishOn(sandbox, product, client);
  try {
    if (values.empty) return welcome(product.url);
    await signUp(client);
    const enough = new Promise<void>((resolve) => watchReplies(client, REPLIES_WANTED, resolve));
    watchSending(client);
    const slots = await readSelfSlots(client);
    for (const [index, account] of ACCOUNTS.entries()) await connect(client, slots[index] ?? '', account);
    for (const [index, email] of EMAILS.entries())
      await send(client, slots[index % ACCOUNTS.length] ?? '', email);
    if (!values.once) return invite(product.url);
    await Promise.race([enough, giveUp()]);
    await finish(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await finish(1);
  }
}

const ACCOUNTS = [
  { address: 'maya.lindt@gmail.com', appPassword: 'mayamayamayamaya', displayName: 'Maya Lindt' },
  { address: 'tom.ferro@gmail.com', appPassword: 'tomstomstomstoms', displayName: 'Tom Ferro', locale: 'de' },
] as const;

const EMAILS = [
  {
    to: 'ines@northwind.example.com',
    subject: 'Your new warehouse',
    text: 'Hi Ines,\n\nhow do you pick orders today?',
  },
  {
    to: 'away.jonas@contoso.example.com',
    subject: 'A question',
    text: 'Hi Jonas,\n\nwho looks after your CRM?',
  },
  {
    to: 'ruth@fabrikam.example.com',
    subject: 'Ten minutes?',
    text: 'Hi Ruth,\n\nhave you ten minutes on Thursday?',
  },
  { to: 'bounce@adatum.example.com', subject: 'Hello', text: 'Hi,\n\nis this still your address?' },
  {
    to: 'omar@tailspin.example.com',
    subject: 'Congratulations',
    text: 'Hi Omar,\n\nI read about your launch.',
  },
  { to: 'silent.kim@wingtip.example.com', subject: 'Idea', text: 'Hi Kim,\n\na thought on your onboarding.' },
];

const REPLIES_WANTED = 3;
const GIVE_UP_AFTER_MS = 60_000;
const PERSON = { email: 'demo@example.com', password: 'demo-demo-demo' };

type Color = 'cyan' | 'green' | 'yellow' | 'magenta' | 'red' | 'gray';
const COLORS: Record<string, Color> = {
  gmail: 'gray',
  sent: 'cyan',
  reply: 'green',
  bounce: 'red',
  check: 'yellow',
};

/** One line about what happened, in colour on a terminal and plain in a pipe. */
function say(topic: string, words: string): void {
  const label = topic.padEnd(9);
  const shown = process.stdout.isTTY ? styleText(COLORS[topic] ?? 'magenta', label) : label;
  process.stdout.write(`${shown} ${words}\n`);
}

async function signUp(client: DemoClient): Promise<void> {
  const { signUp: signedUp } = await client.ask<{ signUp: { token?: string; message?: string } }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) {
      ... on SignedIn { token } ... on SignInRefused { message } } }`,
    { input: { ...PERSON, workspaceName: 'Demo' } },
  );
  if (!signedUp.token) throw new Error(signedUp.message);
  client.signIn(signedUp.token);
  say('signed up', `${PERSON.email} owns the workspace Demo`);
}

async function readSelfSlots(client: DemoClient): Promise<string[]> {
  const { gmailIntegration } = await client.ask<{
    gmailIntegration: {
      self: { label: string };
      fly: { label: string };
      slots: { id: string; kind: string }[];
    };
  }>('{ gmailIntegration { self { label } fly { label } slots { id kind } } }');
  say('slots', `${gmailIntegration.self.label} ${gmailIntegration.fly.label}`);
  return gmailIntegration.slots.filter(({ kind }) => kind === 'SELF').map(({ id }) => id);
}

async function connect(
  client: DemoClient,
  slotId: string,
  account: (typeof ACCOUNTS)[number],
): Promise<void> {
  const { connectGmail } = await client.ask<{
    connectGmail: { checks?: { name: string; outcome: string; detail: string }[]; message?: string };
  }>(
    `mutation ($input: ConnectGmailInput!) { connectGmail(input: $input) {
      ... on GmailConnected { checks { name outcome detail } } ... on Failure { message } } }`,
    {
      input: {
        slotId,
        email: account.address,
        appPassword: account.appPassword,
        displayName: account.displayName,
      },
    },
  );
  for (const check of connectGmail.checks ?? []) say('check', `${check.name}: ${check.detail}`);
  if (connectGmail.message) throw new Error(connectGmail.message);
  say('connected', account.address);
}

async function send(client: DemoClient, slotId: string, email: (typeof EMAILS)[number]): Promise<void> {
  await client.ask(
    `mutation ($input: SendEmailInput!) { sendEmail(input: $input) { __typename ... on Failure { message } } }`,
    { input: { slotId, ...email } },
  );
}

function watchSending(client: DemoClient): void {
  // Whatever else changes of an email, it went out once.
  const told = new Set<string>();
  client.subscribe<{
    outgoingMessageChanged: {
      id: string;
      state: string;
      from: string;
      to: string;
      subject: string;
      bouncedAt: string | null;
    };
  }>(
    'subscription { outgoingMessageChanged { id state from to subject bouncedAt } }',
    {},
    ({ outgoingMessageChanged: email }) => {
      if (email.state !== 'SENT' || told.has(email.id)) return;
      told.add(email.id);
      say('sent', `${email.from} → ${email.to}: ${email.subject}`);
    },
  );
}

function watchReplies(client: DemoClient, wanted: number, onEnough: () => void): void {
  let count = 0;
  client.subscribe<{
    replyReceived: { message: { kind: string; from: string; replyText: string; evidence: { rule: string } } };
  }>(
    `subscription ($filter: ReplyFilter) { replyReceived(filter: $filter) {
      message { kind from replyText evidence { rule } } } }`,
    {
      filter: { kinds: ['REPLY', 'OUT_OF_OFFICE', 'AUTO_REPLY', 'UNSUBSCRIBE', 'BOUNCE', 'DELAY', 'OTHER'] },
    },
    ({ replyReceived: { message } }) => {
      const topic = message.kind === 'BOUNCE' ? 'bounce' : 'reply';
      say(
        topic,
        `${message.kind} from ${message.from}: ${message.replyText.replace(/\s+/g, ' ').slice(0, 90)}`,
      );
      if (topic === 'reply') count += 1;
      if (count === wanted) onEnough();
    },
  );
}

/** What somebody needs to know who does everything by hand. */
function welcome(url: string): void {
  say('open', `${url}/app`);
  for (const { address, appPassword } of ACCOUNTS) say('connect', `${address}, App Password ${appPassword}`);
  say('write', 'to anybody at example.com or a domain that ends in .example: they answer');
}

/** What a person can do now. */
function invite(url: string): void {
  say('open', `${url}/app`);
  say('explore', `${url}/graphql`);
  say('sign in', `${PERSON.email} with the password ${PERSON.password}`);
  const [first] = ACCOUNTS;
  say('try', `connect or disconnect ${first.address} yourself; its App Password is ${first.appPassword}`);
  say('go on', 'whatever you send is answered; Ctrl-C ends it');
}

function giveUp(): Promise<never> {
  return new Promise((_resolve, reject) => {
    const words = `Fewer than ${REPLIES_WANTED} replies came in within ${GIVE_UP_AFTER_MS / 1000} s`;
    setTimeout(() => reject(new Error(words)), GIVE_UP_AFTER_MS).unref();
  });
}

/** Ends the product, then the Gmail under it. Ctrl-C reaches the product too, and it is waited for. */
function finishOn(
  sandbox: Sandbox,
  product: DemoProduct,
  client: DemoClient,
): (status: number) => Promise<void> {
  let finishing: Promise<void> | undefined;
  const finish = (status: number) => {
    finishing ??= (async () => {
      await client.close();
      await product.stop();
      await sandbox.stop();
      process.exit(status);
    })();
    return finishing;
  };
  process.once('SIGINT', () => void finish(0)).once('SIGTERM', () => void finish(0));
  void product.ended.then(() => finish(1));
  return finish;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
