import { findViolations } from './findViolations';
import { signUpOnPage } from './people';
import { openStage, type Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ SUPPORT_URL: 'mailto:support@connectionsphere.example' });
});
afterAll(() => stage.close());

const EMAIL = 'maya.lindt@gmail.com';
const WORDS_OF_GOOGLE = '535-5.7.8 Username and Password not accepted';

/** "Connecting GMail for Sending Cold Emails", the page for our users, step by step. */
test('an account is connected as our guide says, mended when Google refuses it later, and disconnected', async () => {
  const { page, complaints } = await stage.visit('');
  const slots = (name: string) => page.getByRole('region', { name });
  const account = page.getByRole('article', { name: EMAIL });
  const dialog = page.getByRole('dialog');
  const password = dialog.getByLabel('App Password', { exact: true });
  const button = (name: string) => dialog.getByRole('button', { name, exact: true });

  // 1. Access the integrations page: the first step of an empty workspace leads there.
  await signUpOnPage(page, 'founder@example.com');
  await page.getByRole('link', { name: 'Connect Gmail' }).click();
  await page.waitForURL('**/app/integrations/gmail');

  // 2. Check available slots.
  await slots('Your own accounts').getByText('(self: 0/4)').waitFor();
  await slots('Done for you').getByText('(fly: 0/2)').waitFor();
  await page.getByText('0/6 connected').waitFor();
  expect(await slots('Done for you').getByText('Managed for you').count()).toBe(2);
  expect(await slots('Done for you').getByRole('button').count()).toBe(0);
  expect(await slots('Done for you').getByRole('link').first().getAttribute('href')).toMatch(
    'mailto:support@',
  );

  // 3. Click the plus button of an available self-service slot.
  expect(await slots('Your own accounts').getByRole('button').count()).toBe(4);
  await page.getByRole('button', { name: 'Connect Gmail Slot 1' }).click();

  // 4. Enter the email and the App Password, with three guides to it.
  for (const guide of ['Turn on 2-Step Verification', 'Generate an App Password', 'Enable IMAP']) {
    await dialog.getByRole('button', { name: guide }).waitFor();
  }
  const link = dialog.getByRole('link', { name: 'Open Google security settings' });
  expect(await link.getAttribute('href')).toBe('https://myaccount.google.com/security');
  await password.fill('my regular password 1!');
  await dialog.getByText('This looks like your regular password.').waitFor();
  await password.fill('wron gwro ng');
  await dialog.getByText('10 of 16 letters').waitFor();

  // A wrong one is refused, with what to do, the link and Google's own words.
  await dialog.getByLabel('Gmail address').fill(EMAIL);
  await password.fill('wron gwro ngwr ongw');
  await dialog.getByText('All 16 letters are there').waitFor();
  await button('Connect Gmail').click();
  const refusal = dialog.getByRole('alert');
  await refusal.getByText('Google does not accept this address with this App Password.').waitFor();
  await refusal.getByText('generate a new App Password').waitFor();
  await refusal.getByText(WORDS_OF_GOOGLE).waitFor();
  expect(await refusal.getByRole('link').getAttribute('href')).toMatch('https://support.google.com/');
  const failed = dialog.getByRole('listitem').filter({ hasText: 'Sign in for sending' });
  await failed.getByLabel('failed').waitFor();

  // 5. Complete the connection: each check shows, and the slot comes alive without a reload.
  await password.fill('maya maya maya maya');
  await button('Try again').click();
  await dialog.getByText(`${EMAIL} is connected`).waitFor();
  expect(await dialog.getByLabel('passed').count()).toBeGreaterThanOrEqual(7);
  expect(await findViolations(page)).toEqual([]);
  await button('Done').click();
  await slots('Your own accounts').getByText('(self: 1/4)').waitFor();
  await account.getByText('Watching').waitFor();
  await account.getByText('0 of 500').waitFor();
  await account.getByText('Nothing is waiting to be sent.').waitFor();

  // A password that is revoked later shows by itself; a new one mends it in place.
  stage.sandbox.account(EMAIL).changeAppPassword('freshfreshfreshf');
  stage.sandbox.account(EMAIL).dropSessions();
  await account.getByText('Needs you').waitFor();
  await account.getByRole('button', { name: 'Reconnect' }).click();
  await password.fill('fresh fresh fresh f');
  await button('Connect Gmail').click();
  await button('Done').click();
  await account.getByText('Watching').waitFor();

  await account.getByRole('button', { name: 'Settings' }).click();
  await dialog.getByLabel('At most this many recipients in 24 hours').fill('120');
  await dialog.getByLabel('Pause sending').check();
  await button('Save').click();
  await account.getByText('0 of 120').waitFor();
  await account.getByText('Sending is paused in the settings of this slot.').waitFor();

  // 6. Disconnect, after being told what that does.
  await account.getByRole('button', { name: 'Disconnect' }).click();
  await dialog.getByText('Its App Password is erased here.').waitFor();
  await button('Disconnect').click();
  await page.getByText(`${EMAIL} is disconnected.`).waitFor();
  await slots('Your own accounts').getByText('(self: 0/4)').waitFor();
  expect(complaints).toEqual([]);
});
