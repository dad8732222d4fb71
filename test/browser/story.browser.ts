import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { findViolations } from './findViolations';
import { signUpOnPage } from './people';
import { launch, visit } from './visitor';

let demo: ChildProcess;
let browser: Browser;
let app: string;

beforeAll(async () => {
  demo = spawn(process.execPath, ['--enable-source-maps', 'dist/src/sandbox/demo.js', '--empty'], {
    env: { ...process.env, PORT: '0', SUPPORT_URL: 'mailto:support@connectionsphere.example' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  browser = await launch();
  app = await addressOf(demo);
});
afterAll(async () => {
  await browser.close();
  demo.kill('SIGTERM');
  if (demo.exitCode === null) await once(demo, 'exit');
});

const MAYA = 'maya.lindt@gmail.com';

/** As a trade fair hands it out. In the demo Ines answers, Jonas is away, Otto wants no more of it, and Kim says nothing. */
const FILE = `Email;First name;Company
ines@northwind.example;Ines;Northwind
away.jonas@contoso.example;Jonas;Contoso
unsubscribe.otto@fabrikam.example;Otto;Fabrikam
silent.kim@wingtip.example;Kim;Wingtip
`;

/** "Connecting GMail for Sending Cold Emails", the page for our users, and what it promises: in one sitting. */
test('a founder signs up, connects Gmail, writes to the people of a file, reads and answers what comes back, and leaves', async () => {
  const { page, complaints } = await visit(browser, app);
  await page.evaluate('window.isOneSitting = true');
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const go = (name: string) =>
    page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name }).click();
  const region = (name: string) => page.getByRole('region', { name });
  const dialog = page.getByRole('dialog');

  await signUpOnPage(page, 'founder@example.com');

  // 1. Access the integrations page: the first step of an empty workspace leads there.
  await page.getByRole('link', { name: 'Connect Gmail' }).click();
  await page.waitForURL('**/app/integrations/gmail');

  // 2. Check the available slots.
  const [own, managed] = [region('Your own accounts'), region('Done for you')];
  await own.getByText('(self: 0/4)').waitFor();
  await managed.getByText('(fly: 0/2)').waitFor();
  await page.getByText('0/6 connected').waitFor();
  expect(await managed.getByText('Managed for you').count()).toBe(2);
  expect(await managed.getByRole('button').count()).toBe(0);
  expect(await managed.getByRole('link').first().getAttribute('href')).toMatch('mailto:support@');

  // 3. Click the plus button of a free self-service slot.
  expect(await own.getByRole('button').count()).toBe(4);
  await button('Connect Gmail Slot 1').click();

  // 4. Enter the address and the App Password, with three guides to it; the regular password will not do.
  for (const guide of ['Turn on 2-Step Verification', 'Generate an App Password', 'Enable IMAP']) {
    await dialog.getByRole('button', { name: guide }).waitFor();
  }
  const link = dialog.getByRole('link', { name: 'Open Google security settings' });
  expect(await link.getAttribute('href')).toBe('https://myaccount.google.com/security');
  const password = dialog.getByLabel('App Password', { exact: true });
  await dialog.getByLabel('Gmail address').fill(MAYA);
  await password.fill('my regular password 1!');
  await dialog.getByText('This looks like your regular password.').waitFor();
  await password.fill('wron gwro ng');
  await dialog.getByText('10 of 16 letters').waitFor();
  await password.fill('wron gwro ngwr ongw');
  await dialog.getByText('All 16 letters are there').waitFor();
  await dialog.getByRole('button', { name: 'Connect Gmail', exact: true }).click();

  // A wrong one is refused, with what to do, a link, and Google's own words.
  const refusal = dialog.getByRole('alert');
  await refusal.getByText('Google does not accept this address with this App Password.').waitFor();
  await refusal.getByText('generate a new App Password').waitFor();
  await refusal.getByText('535-5.7.8 Username and Password not accepted').waitFor();
  expect(await refusal.getByRole('link').getAttribute('href')).toMatch('https://support.google.com/');
  const signingIn = dialog.getByRole('listitem').filter({ hasText: 'Sign in for sending' });
  await signingIn.getByLabel('failed').waitFor();

  // 5. Complete the connection: each check shows, and the slot comes alive.
  await password.fill('maya maya maya maya');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByText(`${MAYA} is connected`).waitFor();
  expect(await dialog.getByLabel('passed').count()).toBeGreaterThanOrEqual(7);
  expect(await findViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await own.getByText('(self: 1/4)').waitFor();
  const account = page.getByRole('article', { name: MAYA });
  await account.getByText('Watching').waitFor();
  await account.getByText('0 of 500').waitFor();

  // So that the story ends today, no minutes pass between two emails.
  await account.getByRole('button', { name: 'Settings' }).click();
  await dialog.getByLabel('At least').fill('0');
  await dialog.getByLabel('At most', { exact: true }).fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });

  // The people come from a file, and get a tag.
  await go('Prospects');
  await page.getByRole('link', { name: 'Imports' }).click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) });
  await page.getByRole('combobox', { name: 'Tag everybody in this file' }).fill('fair');
  await page.keyboard.press('Enter');
  await button('Start the import').click();
  await region('Import of').getByText('Done').waitFor();

  // A campaign for them, at any hour of any day.
  await go('Campaigns');
  await page.getByRole('link', { name: 'New campaign' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('After the fair');
  await page.getByRole('combobox', { name: 'Tag' }).fill('fair');
  await page.getByText('4 people have this tag').waitFor();
  await button('Continue').click();
  await page.getByLabel('Subject', { exact: true }).fill('{{ company }} at the fair');
  await page.getByLabel('Text', { exact: true }).fill('Hi {{ first_name }},\n\nshall we talk?\n\nMaya');
  await region('What they will read').getByText('shall we talk?').waitFor();
  await button('Continue').click();
  await page.getByText('Sat', { exact: true }).click();
  await page.getByText('Sun', { exact: true }).click();
  await choose('From', '00:00');
  await choose('Until', '24:00');
  await button('Continue').click();
  await page.getByRole('checkbox', { name: MAYA }).waitFor();
  await button('Continue').click();
  await button('Start the campaign').click();

  // It goes out, and the numbers rise as people answer.
  await figure('Emails sent', '4');
  await figure('Replied', '1');
  await figure('Unsubscribed', '1');

  // All replies stand in one inbox; one of them is answered.
  await go('Inbox');
  const conversations = page.getByRole('list', { name: 'Conversations' }).getByRole('link');
  await conversations.filter({ hasText: 'Jonas · Contoso' }).waitFor();
  await conversations.filter({ hasText: 'Otto · Fabrikam' }).waitFor();
  await conversations.filter({ hasText: 'Ines · Northwind' }).click();
  const entries = (name: string) => page.getByRole('article', { name });
  await entries('Ines').first().waitFor();
  await page.getByLabel('Your answer').fill('Thursday at ten, then?');
  await button('Send').click();
  const answer = entries('You').filter({ hasText: 'Thursday at ten' });
  await answer.getByText('Sent', { exact: true }).waitFor();
  // Ines writes back at once, and it appears under our answer.
  await entries('Ines').nth(1).waitFor();

  // 6. Disconnect, after being told what that does.
  await go('Gmail');
  await account.getByText('of 500').waitFor();
  await account.getByRole('button', { name: 'Disconnect' }).click();
  await dialog.getByText('Its App Password is erased here.').waitFor();
  await dialog.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await page.getByText(`${MAYA} is disconnected.`).waitFor();
  await own.getByText('(self: 0/4)').waitFor();

  expect(complaints).toEqual([]);
  expect(await page.evaluate('window.isOneSitting')).toBe(true); // nothing of it took a reload

  async function choose(label: string, option: string) {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  }

  async function figure(name: string, value: string) {
    await page.locator('dl > div', { hasText: name }).getByText(value, { exact: true }).waitFor();
  }
});

/** The demo says where the dashboard is as soon as it is there. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The demo has no output to read');
  for await (const line of createInterface(stdout)) {
    const [, url] = /^open\s+(\S+)/.exec(line) ?? [];
    if (!url) continue;
    stdout.resume();
    return url;
  }
  throw new Error('The demo ended before it was open');
}
