import { PASSWORD, signUp } from '../support/people';
import { signUpOnPage } from './people';
import { openStage, type Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('somebody signs up, out, in with a wrong password, and in again where they wanted to go', async () => {
  const { page, complaints } = await stage.visit('/integrations/gmail');
  await signUpOnPage(page, 'ann@example.com');
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();

  await page.goto(`${stage.url}/app/integrations/gmail`);
  await page.getByLabel('Email').fill('ann@example.com');
  await page.getByLabel('Password', { exact: true }).fill('wrong horse');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This address and password do not belong together.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Gmail accounts' }).waitFor();

  // On a phone the menu is closed by going somewhere, and stays closed on the way back.
  await page.setViewportSize({ width: 390, height: 844 });
  const menu = page.getByRole('button', { name: 'Menu', exact: true });
  await menu.click();
  await page.getByRole('link', { name: 'Prospects' }).click();
  await page.getByRole('heading', { name: 'Prospects' }).waitFor();
  expect(await menu.getAttribute('aria-expanded')).toBe('false');
  await page.goBack();
  await page.getByRole('heading', { name: 'Gmail accounts' }).waitFor();
  expect(await menu.getAttribute('aria-expanded')).toBe('false');
  expect(complaints).toEqual([]);
});

test('whoever was invited joins by their link', async () => {
  const owner = await signUp(stage.url);
  const { invite } = await owner.ask<{ invite: string }>(
    'mutation { invite(email: "carl@example.com", role: MEMBER) }',
  );
  const { page, complaints } = await stage.visit(invite.slice(`${stage.url}/app`.length));
  await page.getByLabel('Your name').fill('Carl Sand');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByText('A password has at least 10 characters.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: 'Your account' }).getByText('Carl Sand').waitFor();
  expect(complaints).toEqual([]);
});
