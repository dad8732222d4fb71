import { signUpOnPage } from './people';
import { openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** 1,204 people; of the columns one is named as nobody guesses; three rows are no good. */
const FILE = [
  'Contact;Given name;Employer;City',
  'ann@contoso.example.com;Ann;Contoso;Berlin',
  'not an address;Nils;Contoso;Oslo',
  'kim@litware;Kim;Litware;Bergen',
  'too;few',
  ...Array.from({ length: 1_203 }, (_, n) => `person${n}@fabrikam.example.com;P${n};Fabrikam;Lagos`),
].join('\n');

test('a file is dropped, its columns corrected, its progress and rejects shown; then people are found, suppressed, erased', async () => {
  const { page, complaints } = await stage.visit();
  await signUpOnPage(page, 'ann@example.com');
  await page.getByRole('link', { name: 'Import prospects' }).click();
  await page.getByText('Nobody here yet').waitFor();
  await page
    .getByRole('navigation', { name: 'Parts of prospects' })
    .getByRole('link', { name: 'Imports' })
    .click();

  // What is no CSV is refused before anything begins.
  const drop = async (name: string, text: string) => {
    const dataTransfer = await page.evaluateHandle<unknown>(`(() => {
      const carried = new DataTransfer();
      carried.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
      return carried;
    })()`);
    await page.getByRole('region', { name: 'Drop a CSV file here' }).dispatchEvent('drop', { dataTransfer });
  };
  await drop('people.xlsx', 'PK\x03\x04');
  await page.getByText('This is an Excel workbook').waitFor();

  await drop('people.csv', FILE);
  await page.getByText('Which column has the addresses?').waitFor();
  expect(await page.getByRole('button', { name: 'Start the import' }).isDisabled()).toBe(true);
  await page.getByRole('combobox', { name: 'Email address' }).click();
  await page.getByRole('option', { name: 'Contact' }).click();
  await page.getByRole('columnheader', { name: 'Given name' }).getByText('First name').waitFor();
  await page.getByRole('columnheader', { name: 'City' }).getByText('Attribute').waitFor();
  await page.getByRole('cell', { name: 'ann@contoso.example.com' }).waitFor();
  await page.getByRole('combobox', { name: 'Tag everybody in this file' }).fill('fair-2026');
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: 'Start the import' }).click();
  const report = page.getByRole('region', { name: /^Import of/ });
  await report.getByText('Done').waitFor();
  expect(await report.getByRole('status').getByRole('definition').allTextContents()).toEqual([
    '1,207',
    '1,204',
    '0',
    '3',
  ]);
  const rejects = page.getByRole('region', { name: 'Rejected rows' });
  await rejects.getByText('Line 3', { exact: true }).waitFor();
  await rejects.getByText('"not an address" is no email address').waitFor();
  await rejects.getByText('Line 5', { exact: true }).waitFor();
  await page.getByRole('link', { name: '1,204 new, 0 changed, 3 rejected' }).waitFor();

  // Found, a page at a time; opened; suppressed with the whole domain.
  await page.getByRole('link', { name: 'See the people' }).click();
  const people = page.getByRole('region', { name: 'People' });
  await people.getByText('1,204 people').waitFor();
  expect(await people.getByRole('listitem').count()).toBe(50);
  await people.getByRole('button', { name: 'Show more' }).click();
  await people.getByRole('listitem').nth(99).waitFor();
  await page.getByLabel('Search people').fill('contoso');
  await people.getByText('One person').waitFor();
  await people.getByRole('button', { name: /^Ann/ }).click();
  const card = page.getByRole('dialog', { name: 'Ann' });
  await card.getByText('Berlin').waitFor();
  await card.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('link', { name: 'Suppressions' }).click();
  await page.getByLabel('Address or domain', { exact: true }).fill('contoso');
  await page.getByRole('button', { name: 'Never write to it again' }).click();
  await page.getByText('Must be an address, or a domain written as @example.com').waitFor();
  await page.getByLabel('Address or domain', { exact: true }).fill('@contoso.example.com');
  await page.getByRole('button', { name: 'Never write to it again' }).click();
  await page.getByRole('listitem').getByText('Your decision').waitFor();
  await page.getByLabel('Search suppressions').fill('litware');
  await page.getByText('Nothing is like that').waitFor();

  await page.goto(`${stage.url}/app/prospects?search=ann`);
  await people.getByText('Not written to').waitFor();
  await page.goto(`${stage.url}/app/prospects/suppressions`);
  await page.getByRole('button', { name: 'Remove @contoso.example.com' }).click();
  await page.getByRole('button', { name: 'Allow emails again' }).click();
  await page.getByText('No suppression', { exact: true }).waitFor();

  // By hand: who is there already is changed. And gone for good.
  await page.goto(`${stage.url}/app/prospects`);
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Email', { exact: true }).fill('ANN@contoso.example.com');
  await page.getByLabel('Last name').fill('Lee');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const changed = page.getByRole('dialog', { name: 'Ann Lee' });
  await changed.getByRole('button', { name: 'Everybody with the tag fair-2026' }).waitFor();
  await changed.getByRole('button', { name: /^Take away city$/i }).click();
  await changed.getByText('Nothing but the names.').waitFor();
  await changed.getByRole('button', { name: 'Erase this person' }).click();
  await page.getByRole('button', { name: 'Erase for good' }).click();
  await people.getByText('1,203 people').waitFor();
  const file = await fetch(`${stage.url}/export/prospects`);
  expect(file.status).toBe(401); // it takes the cookie: the link works for who is signed in
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('prospects.csv');
  expect(complaints.filter((words) => !words.includes('400 (Bad Request)'))).toEqual([]);
});
