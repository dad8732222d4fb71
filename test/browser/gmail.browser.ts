import { signUp } from '../support/people';
import { connectFirst } from './furnish';
import { ACCOUNTS, openStage, type Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('an account whose password was revoked says so by itself, is mended in place, and sends as its settings say', async () => {
  const owner = await signUp(stage.url);
  const [maya] = ACCOUNTS;
  await connectFirst(owner, maya);
  const { page, complaints } = await stage.visit('/integrations/gmail', { token: owner.token });
  const account = page.getByRole('article', { name: maya.address });
  const dialog = page.getByRole('dialog');
  const button = (name: string) => dialog.getByRole('button', { name, exact: true });
  await account.getByText('Watching').waitFor();
  await account.getByText('Nothing is waiting to be sent.').waitFor();

  stage.sandbox.account(maya.address).changeAppPassword('freshfreshfreshf');
  stage.sandbox.account(maya.address).dropSessions();
  await account.getByText('Needs you').waitFor();
  await account.getByRole('button', { name: 'Reconnect' }).click();
  await dialog.getByLabel('App Password', { exact: true }).fill('fresh fresh');
  await button('Connect Gmail').click();
  await dialog.getByText('An App Password has 16 letters, and this has 10.').waitFor();
  await dialog.getByLabel('App Password', { exact: true }).fill('fresh fresh fresh f');
  await button('Connect Gmail').click();
  await button('Done').click();
  await account.getByText('Watching').waitFor();

  await account.getByRole('button', { name: 'Settings' }).click();
  await dialog.getByLabel('At most this many recipients in 24 hours').fill('120');
  await dialog.getByLabel('Pause sending').check();
  await button('Save').click();
  await account.getByText('0 of 120').waitFor();
  await account.getByText('Sending is paused in the settings of this slot.').waitFor();
  expect(complaints).toEqual([]);
});
