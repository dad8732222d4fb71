import { draftCampaign, enrolOne, inputFor } from '../support/campaignsOverApi';
import { signUp, type TestPerson } from '../support/people';
import { findViolations } from './findViolations';
import { connectFirst, furnishPeople } from './furnishCampaigns';
import { openStage, type Stage } from './stage';

let stage: Stage;
let owner: TestPerson;

beforeAll(async () => {
  stage = await openStage();
  owner = await signUp(stage.url, 'founder@example.com');
  await connectFirst(owner);
  await furnishPeople(owner, 'Bakeries', 'bakery.example');
});
afterAll(() => stage.close());

test('a campaign is written, mended, previewed, scheduled, started, watched as people answer, and paused', async () => {
  const { page, complaints } = await stage.visit('/campaigns', { token: owner.token });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const next = () => button('Continue').click();
  const preview = page.getByRole('region', { name: 'What they will read' });
  const part = (name: string) => page.getByRole('link', { name: `Change ${name}` });

  // A name, and everybody with a tag.
  await page.getByRole('link', { name: 'New campaign' }).first().click();
  await next();
  await page.getByText('Please give it a name.').waitFor();
  await page.getByLabel('Name', { exact: true }).first().fill('Bakeries, spring');
  await page.getByRole('combobox', { name: 'Tag' }).fill('Bakeries');
  await page.getByText('15 people have this tag').waitFor();
  await next();
  await page.getByText('15 people were added.').waitFor();

  // The first email, with a typo that is shown at its line, in the part's own place.
  const subject = page.getByLabel('Subject', { exact: true });
  const body = page.getByLabel('Text', { exact: true });
  await subject.fill('Fresh bread for {{ company }}');
  await body.fill("Hi {{ first_name | default: 'there' }},\n\nhow does {{ compnay } sell its bread?\n\nMaya");
  await page.getByText('Line 3:').waitFor();
  await preview.getByText('Mend what is marked').waitFor();
  await body.fill(
    "Hi {{ first_name | default: 'there' }},\n\nhow does {{ company }} sell its bread?\n\nMaya",
  );
  await page.getByText('Line 3:').waitFor({ state: 'hidden' });

  // What a person will read, whoever is chosen.
  await preview.getByRole('combobox').fill('sofia');
  await page.getByRole('option', { name: 'Sofia Adler, sofia@bakery.example' }).click();
  await preview.getByText('Fresh bread for Adler Bakeries').waitFor();
  await preview.getByText('Hi Sofia,').waitFor();
  await preview.getByText('how does Adler Bakeries sell its bread?').waitFor();

  // HTML is shown as it will look.
  await body.fill('<p>Hi <b>{{ first_name }}</b></p>');
  const html = preview.frameLocator('iframe[title="The email as HTML"]');
  await html.locator('b', { hasText: 'Sofia' }).waitFor();
  await body.fill('Hi {{ first_name }},\n\nMaya');
  await preview.getByText('Hi Sofia,').waitFor();

  // A variable is put where the cursor stands; of two wordings each gets its share.
  await body.press('Control+End');
  await page.getByRole('button', { name: 'Insert: Text' }).click();
  await page.getByRole('menuitem', { name: 'Name of the sender' }).click();
  expect(await body.inputValue()).toMatch(/Maya\{\{ sender\.name \}\}$/);
  await preview.getByText('MayaMaya Lindt').waitFor();
  await button('Try another wording').click();
  await page.getByLabel('Share').fill('3');
  await page.getByText('75 % of the people get it').waitFor();

  // A follow-up in the same thread.
  await button('Add a follow-up').click();
  await body.fill('Hi {{ first_name }},\n\ndid this reach you?');
  await preview.getByText('did this reach you?').waitFor();
  await preview.getByText('Re: Fresh bread for').waitFor();
  expect(await findViolations(page)).toEqual([]);
  await next();

  // When, and from where.
  await page.getByText('Sat', { exact: true }).click();
  await page.getByText('Sun', { exact: true }).click();
  await choose('From', '00:00');
  await choose('Until', '24:00');
  await next();
  const account = page.getByRole('checkbox', { name: 'maya.lindt@gmail.com' });
  await page.getByText('30 left today').waitFor();
  // Also where going back to what the server has leaves nothing to save.
  await page.getByText('Saved', { exact: true }).waitFor();
  await account.click();
  await page.getByText('Choose at least one slot to send from.').waitFor();
  await account.click();
  await page.getByText('Choose at least one slot to send from.').waitFor({ state: 'hidden' });
  await next();

  // All of it at a glance, with what is to come.
  await part('Schedule').waitFor();
  await page.getByText('Mon–Sun, at any hour, ').waitFor();
  await page.getByText('maya.lindt@gmail.com').waitFor();
  await page.getByRole('img', { name: 'Emails that would go out' }).locator('svg').waitFor();

  // It runs, and its numbers rise as people answer.
  await button('Start the campaign').click();
  await page.getByText('“Bakeries, spring” is running.').waitFor();
  await figure('Emails sent', '14');
  await figure('Replied', '4');
  await figure('Bounced', '1');
  await figure('Unsubscribed', '1');
  await figure('On hold', '1');
  expect(await findViolations(page)).toEqual([]);

  // Those who are held, with the reason; and one of them is taken out.
  const people = page.getByRole('region', { name: 'People' });
  await people.getByRole('combobox', { name: 'Show' }).click();
  await page.getByRole('option', { name: 'On hold' }).click();
  await people.getByText('company').waitFor();
  // By the keyboard, since the toasts of the replies may lie over the corner.
  await people.getByRole('button', { name: 'What to do with silent.hugo@bakery.example' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Take them out' }).press('Enter');
  await people.getByText('Nobody stands there.').waitFor();

  // It is edited while it runs: what has gone out stays as it was.
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.getByRole('button', { name: /^Follow-up 1 / }).click();
  await body.fill('Hi {{ first_name }},\n\nhave you had a minute?');
  await button('Save changes').click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await preview.getByText('have you had a minute?').waitFor();
  await page.goBack();

  await button('Pause').click();
  await page.getByText('Paused: nothing goes out.').waitFor();
  await page.goto(`${stage.url}/app/campaigns`);
  await page.getByRole('row', { name: 'Bakeries, spring' }).getByText('Paused').waitFor();
  await page.getByRole('link', { name: 'Bakeries, spring' }).click();
  await button('More').click();
  await page.getByRole('menuitem', { name: 'Delete campaign' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete campaign' }).click();
  await page.getByText('No campaign yet').waitFor();
  expect(complaints).toEqual([]);

  async function choose(label: string, option: string) {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  }

  async function figure(name: string, value: string) {
    await page.locator('dl > div', { hasText: name }).getByText(value, { exact: true }).waitFor();
  }
});

test('what is changed elsewhere while somebody edits is neither lost nor overwritten, and leaving asks first', async () => {
  const writer = await signUp(stage.url);
  const id = await draftCampaign(writer);
  await enrolOne(writer, id);
  for (const verb of ['start', 'pause'])
    await writer.ask(`mutation ($id: ID!) { ${verb}Campaign(id: $id) { __typename } }`, { id });
  const { page, complaints } = await stage.visit('/campaigns', { token: writer.token });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const body = page.getByLabel('Text', { exact: true });
  const reads = (words: string) => page.locator('textarea', { hasText: words }).first().waitFor();
  await page.getByRole('link', { name: 'Spring' }).click();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();

  // What a colleague changes shows by itself, as soon as the page listens.
  // The last name of all, so that nothing more of it is to come.
  const title = (name: string) => page.getByRole('heading', { name: `Edit ${name}`, exact: true });
  const isShown = (name: string) =>
    title(name)
      .waitFor({ timeout: 5_000 })
      .then(
        () => true,
        () => false,
      );
  let year = 2025;
  do {
    year++;
    await change(writer, id, { name: `Spring of ${year}` });
  } while (!(await isShown(`Spring of ${year}`)));

  // It comes in beside what we have not saved yet.
  await body.fill('Ours');
  await page.getByText('Not saved yet').waitFor();
  await change(writer, id, { from: '10:00' });
  await page.getByText('Changed elsewhere, and now here as well: Schedule.').waitFor();
  expect(await body.inputValue()).toBe('Ours');

  // Where both changed the same, both are shown, and one is chosen before anything is saved.
  await change(writer, id, { body: 'Theirs' });
  const alert = page.getByRole('alert').filter({ hasText: 'You changed this, too: Emails.' });
  await alert.waitFor();
  expect(await button('Save changes').isDisabled()).toBe(true);
  await alert.getByText('Theirs', { exact: true }).click();
  await reads('Theirs');
  expect(await findViolations(page)).toEqual([]);
  await alert.getByText('Yours', { exact: true }).click();
  await reads('Ours');
  await button('Go on with yours').click();
  await alert.waitFor({ state: 'hidden' });

  // Neither a link nor the way back leaves without asking.
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  for (const leave of [
    () => page.getByRole('link', { name: 'Inbox' }).click(),
    () => page.evaluate('history.back()'),
  ]) {
    await leave();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
  expect(await body.inputValue()).toBe('Ours');

  // Nor is anything lost when a colleague saves in the same instant: while our own saving is on its way.
  const savings: string[] = [];
  await page.route('**/graphql', async (route) => {
    const saving = route.request().postData() ?? '';
    const isFirst = saving.includes('UpdateCampaign') && savings.push(saving) === 1;
    if (isFirst) await change(writer, id, { from: '11:00' });
    await route.continue();
  });
  await button('Save changes').click();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(savings).toHaveLength(2);
  const { campaign } = await writer.ask<{ campaign: object }>(
    'query ($id: ID!) { campaign(id: $id) { schedule { from } steps { variants { body } } } }',
    { id },
  );
  expect(campaign).toEqual({ schedule: { from: '11:00' }, steps: [{ variants: [{ body: 'Ours' }] }] });

  // Who says so leaves, and what was typed is gone.
  await body.fill('Nothing of worth');
  await page.getByRole('link', { name: 'Inbox' }).click();
  await dialog.getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL('**/app/inbox');
  expect(complaints).toEqual([]);
});

/** Changes a campaign as a colleague would who has it open, too. */
async function change(
  by: TestPerson,
  id: string,
  over: { name?: string; from?: string; body?: string },
): Promise<void> {
  const { campaign } = await by.ask<{ campaign: Written }>(
    `query ($id: ID!) { campaign(id: $id) {
      name schedule { from } steps { id variants { id body } } } }`,
    { id },
  );
  const [step] = campaign.steps;
  const [variant] = step.variants;
  const { name = campaign.name, from = campaign.schedule.from, body = variant.body } = over;
  const input = await inputFor(by, {
    name,
    schedule: { timezone: 'Europe/Berlin', days: ['MON'], from, to: '17:00' },
    steps: [{ id: step.id, waitDays: 0, variants: [{ id: variant.id, subject: 'Hello', body }] }],
  });
  await by.ask(
    'mutation ($id: ID!, $input: CreateCampaignInput!) { updateCampaign(id: $id, input: $input) { __typename } }',
    { id, input },
  );
}

interface Written {
  name: string;
  schedule: { from: string };
  steps: [{ id: string; variants: [{ id: string; body: string }] }];
}
