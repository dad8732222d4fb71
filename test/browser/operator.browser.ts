import { signUp } from '../support/people';
import { furnish, nameWorkspace, slotId } from './furnish';
import { ACCOUNTS, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('an operator sees what is broken in any workspace, and fills and releases a slot of another', async () => {
  const operator = await furnish(stage);
  const customer = await nameWorkspace(await signUp(stage.url, 'ben@contoso.example'), 'Contoso');
  stage.sandbox.addAccount({ address: 'carol@gmail.com', appPassword: 'carolcarolcarolc' });
  const [, broken] = ACCOUNTS;
  const { page, complaints } = await stage.visit('/operator', { token: operator.token });

  const troubles = page.getByRole('region', { name: 'What is broken' });
  const trouble = troubles.getByRole('article', { name: broken.address });
  await trouble.getByText('Needs you').waitFor();
  await trouble.getByRole('alert').getByText('generate a new App Password').waitFor();

  // What is mended elsewhere goes away by itself.
  stage.sandbox.account(broken.address).changeAppPassword(broken.appPassword);
  await operator.ask('mutation ($slotId: ID!) { recheckConnection(slotId: $slotId) { __typename } }', {
    slotId: await slotId(operator, 'SELF', 2),
  });
  await troubles.getByText('All is well').waitFor();
  stage.sandbox.account(broken.address).changeAppPassword('revokedrevokedre');
  stage.sandbox.account(broken.address).dropSessions();

  const slots = page.getByRole('region', { name: 'Done for them' });
  await trouble.getByRole('button', { name: 'Show Northwind Traders' }).click();
  await slots.getByText('(fly: 1/2)').waitFor();

  await page.getByLabel('Search workspaces').fill('ben@contoso');
  await page.getByText('One workspace').waitFor();
  await page.getByRole('button', { name: 'Contoso' }).click();
  await slots.getByText('(fly: 0/2)').waitFor();
  await slots.getByRole('button', { name: 'Fill slot 1' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Gmail address').fill('carol@gmail.com');
  await dialog.getByLabel('App Password', { exact: true }).fill('caro lcar olca rolc');
  await dialog.getByRole('button', { name: 'Connect Gmail', exact: true }).click();
  await dialog.getByText('carol@gmail.com is connected').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await slots.getByText('(fly: 1/2)').waitFor();
  // Its state comes by itself, from another workspace.
  await slots.getByRole('article', { name: 'carol@gmail.com' }).getByText('Watching').waitFor();

  await slots.getByRole('button', { name: 'Release carol@gmail.com' }).click();
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await slots.getByText('(fly: 0/2)').waitFor();

  await page.getByRole('textbox', { name: 'Done for them' }).fill('3');
  await page.getByRole('button', { name: 'Grant' }).click();
  await slots.getByText('(fly: 0/3)').waitFor();
  expect(complaints).toEqual([]);

  const stranger = await stage.visit('/operator', { token: customer.token });
  await stranger.page.getByText('There is no such page').waitFor();
});
