import { PASSWORD, signUpOnPage } from './people';
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
  expect(complaints).toEqual([]);
});
