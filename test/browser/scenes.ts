import type { Page } from 'playwright-core';
import { FAIR } from './importPeople';

/** One thing to look at: a page, and what is done on it before one looks. */
export interface Scene {
  name: string;
  path: string;
  /** `stranger` is nobody; `newcomer` has an empty workspace; `owner` the one of furnish.ts. */
  as: 'stranger' | 'newcomer' | 'owner';
  /** Ends when what is to be seen is there. */
  show(page: Page): Promise<void>;
}

/** Every page of the dashboard, in its states that are worth a look. axe looks at them too: scenes.browser.ts. */
export const SCENES: readonly Scene[] = [
  {
    name: 'sign-in',
    path: '',
    as: 'stranger',
    show: (page) => page.getByRole('heading', { name: 'Sign in' }).waitFor(),
  },
  {
    name: 'sign-up',
    path: '/sign-up',
    as: 'stranger',
    show: (page) => page.getByRole('heading', { name: 'Create your workspace' }).waitFor(),
  },
  {
    name: 'invitation',
    path: '/invitation?token=any',
    as: 'stranger',
    show: (page) => page.getByRole('heading', { name: 'Join your team' }).waitFor(),
  },
  {
    name: 'first-steps',
    path: '',
    as: 'newcomer',
    show: (page) => page.getByText('0 of 4 done').waitFor(),
  },
  {
    name: 'start',
    path: '',
    as: 'owner',
    show: (page) => page.getByText('Connected accounts').waitFor(),
  },
  {
    name: 'gmail-empty',
    path: '/integrations/gmail',
    as: 'newcomer',
    show: (page) => page.getByText('(self: 0/4)').waitFor(),
  },
  {
    name: 'gmail',
    path: '/integrations/gmail',
    as: 'owner',
    async show(page) {
      await page.getByText('(self: 2/4)').waitFor();
      await page.getByText('Needs you').waitFor();
    },
  },
  {
    name: 'gmail-connect',
    path: '/integrations/gmail',
    as: 'newcomer',
    async show(page) {
      await page.getByRole('button', { name: 'Connect Gmail Slot 1' }).click();
      await page.getByLabel('Gmail address').fill('nobody@gmail.com');
      await page.getByLabel('App Password', { exact: true }).fill('abcd efgh ijkl mnop');
      await page.getByRole('button', { name: 'Connect Gmail', exact: true }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'gmail-settings',
    path: '/integrations/gmail',
    as: 'owner',
    async show(page) {
      await page.getByRole('article').first().getByRole('button', { name: 'Settings' }).click();
      await page.getByLabel('Signature').waitFor();
    },
  },
  {
    name: 'gmail-disconnect',
    path: '/integrations/gmail',
    as: 'owner',
    async show(page) {
      await page.getByRole('article').first().getByRole('button', { name: 'Disconnect' }).click();
      await page.getByRole('dialog').getByText('Its App Password is erased here.').waitFor();
    },
  },
  {
    name: 'warm-up-empty',
    path: '/warm-up',
    as: 'newcomer',
    show: (page) => page.getByText('No account yet').waitFor(),
  },
  {
    name: 'warm-up',
    path: '/warm-up',
    as: 'owner',
    async show(page) {
      await page.getByRole('img', { name: /maya\.lindt@gmail\.com/ }).waitFor();
      await page.getByRole('button', { name: 'Day by day' }).first().click();
      await page.getByText('The ramp begins.').waitFor();
    },
  },
  {
    name: 'settings',
    path: '/settings',
    as: 'owner',
    async show(page) {
      await page.getByLabel('What is it for?').fill('CRM sync');
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByText('Your new key').waitFor();
      await page.getByText('Ann', { exact: false }).first().waitFor();
    },
  },
  {
    name: 'inbox-empty',
    path: '/inbox',
    as: 'newcomer',
    show: (page) => page.getByText('No conversation yet').waitFor(),
  },
  {
    name: 'inbox',
    path: '/inbox',
    as: 'owner',
    show: (page) => page.getByRole('link', { name: 'ines@' }).waitFor(),
  },
  {
    name: 'inbox-conversation',
    path: '/inbox',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: 'Clara Weiss' }).click();
      await page.getByRole('button', { name: 'Show as designed' }).click();
      await page.frameLocator('iframe').getByText('Thursday at ten').waitFor();
      await page.getByLabel('Your answer').fill('Thanks, Clara. Ten sharp it is.');
    },
  },
  {
    name: 'inbox-evidence',
    path: '/inbox',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: 'jonas' }).click();
      await page.getByRole('button', { name: 'Why do we think so?' }).click();
      await page.getByRole('button', { name: 'Correct it' }).waitFor();
    },
  },
  {
    name: 'inbox-correct',
    path: '/inbox',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: 'jonas' }).click();
      await page.getByRole('button', { name: 'Why do we think so?' }).click();
      await page.getByRole('button', { name: 'Correct it' }).click();
      await page.getByRole('dialog').getByLabel('Somebody else’s').check();
    },
  },
  {
    name: 'inbox-suppressed',
    path: '/inbox',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: 'unsubscribe.otto' }).click();
      await page.getByText('No answer can be sent').waitFor();
    },
  },
  {
    name: 'inbox-keys',
    path: '/inbox',
    as: 'owner',
    async show(page) {
      await page.getByRole('button', { name: 'Keys of the inbox' }).click();
      await page.getByRole('dialog').getByText('Next conversation').waitFor();
    },
  },
  {
    name: 'prospects-empty',
    path: '/prospects',
    as: 'newcomer',
    show: (page) => page.getByText('Nobody here yet').waitFor(),
  },
  {
    name: 'prospects',
    path: '/prospects',
    as: 'owner',
    show: (page) => page.getByText('Lena Moreau').waitFor(),
  },
  {
    name: 'prospect',
    path: '/prospects?search=ruth',
    as: 'owner',
    async show(page) {
      await page.getByRole('button', { name: 'Ruth Okafor' }).click();
      await page.getByRole('dialog').getByText('Ten minutes?').waitFor();
    },
  },
  {
    name: 'prospect-add',
    path: '/prospects',
    as: 'newcomer',
    async show(page) {
      await page.getByRole('button', { name: 'Add a person' }).click();
      await page.getByLabel('First name').waitFor();
    },
  },
  {
    name: 'imports',
    path: '/prospects/imports',
    as: 'owner',
    show: (page) => page.getByText('8 new, 0 changed, 3 rejected').waitFor(),
  },
  {
    name: 'import-mapping',
    path: '/prospects/imports',
    as: 'newcomer',
    async show(page) {
      const file = { name: 'fair-2026.csv', mimeType: 'text/csv', buffer: Buffer.from(FAIR) };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Start the import' }).waitFor();
    },
  },
  {
    name: 'import',
    path: '/prospects/imports',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: '8 new, 0 changed, 3 rejected' }).click();
      await page.getByText('Line 6').waitFor();
    },
  },
  {
    name: 'suppressions',
    path: '/prospects/suppressions',
    as: 'owner',
    show: (page) => page.getByText('@wingtip.example.com').waitFor(),
  },
  {
    name: 'suppressions-remove',
    path: '/prospects/suppressions',
    as: 'owner',
    async show(page) {
      await page.getByRole('button', { name: 'Remove ruth@fabrikam.example.com' }).click();
      await page.getByText('They asked not to be written to.').waitFor();
    },
  },
  {
    name: 'operator',
    path: '/operator',
    as: 'owner',
    async show(page) {
      await page.getByText('One connection').waitFor();
      await page.getByRole('button', { name: 'Northwind Traders', exact: true }).click();
      await page.getByText('(fly: 1/2)').waitFor();
    },
  },
  {
    name: 'campaigns-empty',
    path: '/campaigns',
    as: 'newcomer',
    show: (page) => page.getByText('No campaign yet').waitFor(),
  },
  {
    name: 'campaigns',
    path: '/campaigns',
    as: 'owner',
    show: (page) => page.getByRole('link', { name: RUNNING }).waitFor(),
  },
  {
    name: 'campaign-new',
    path: '/campaigns/new',
    as: 'owner',
    async show(page) {
      await page.getByText('Addresses', { exact: true }).click();
      await page.getByLabel('Addresses', { exact: true }).last().fill('Ines Silva <ines@example.com>\njonas');
      await page.getByText('This is no address: jonas').waitFor();
    },
  },
  ...(['people', 'emails', 'schedule', 'accounts', 'review'] as const).map((part) => ({
    name: `campaign-${part}`,
    path: '/campaigns',
    as: 'owner' as const,
    show: (page: Page) => openPart(page, part),
  })),
  {
    name: 'campaign-html',
    path: '/campaigns',
    as: 'owner',
    async show(page) {
      await openPart(page, 'emails');
      await page.getByRole('button', { name: /^Follow-up 2 / }).click();
      await page.getByLabel('Text', { exact: true }).fill(HTML);
      await page.frameLocator('iframe').getByRole('heading', { name: 'One last idea' }).waitFor();
    },
  },
  {
    name: 'campaign-wrong',
    path: '/campaigns',
    as: 'owner',
    async show(page) {
      await openPart(page, 'emails');
      await page.getByRole('button', { name: 'Try another wording' }).click();
      await page
        .getByLabel('Text', { exact: true })
        .fill('Hi {{ first_name }},\n\nhow is {{ company }? Well?');
      await page.getByText('Line 3:').waitFor();
    },
  },
  {
    name: 'campaign',
    path: '/campaigns',
    as: 'owner',
    async show(page) {
      await page.getByRole('link', { name: RUNNING }).click();
      await page.getByRole('table').getByText('On hold').waitFor();
      await page.getByRole('img', { name: 'Emails that would go out' }).locator('svg').waitFor();
    },
  },
  {
    name: 'not-found',
    path: '/nowhere',
    as: 'newcomer',
    show: (page) => page.getByText('There is no such page').waitFor(),
  },
];

const HTML = `<style>h2 { color: #5a3fd6 }</style>
<h2>One last idea</h2>
<p>Hi {{ first_name | default: 'there' }},</p>
<p>shall I send you <a href="https://northwind.example.com">the numbers</a> of two other hotels?</p>`;

const RUNNING = 'Restaurants in Berlin';

/** A part of the draft, with what comes last on it there. */
async function openPart(page: Page, part: keyof typeof LAST_OF_PARTS): Promise<void> {
  await page.getByRole('link', { name: 'Hotels, autumn' }).click();
  await page.getByRole('link', { name: 'Continue writing' }).click();
  await page
    .getByRole('navigation', { name: 'Parts of the campaign' })
    .getByRole('link')
    .nth(ORDER.indexOf(part))
    .click();
  await page.locator(LAST_OF_PARTS[part]).first().waitFor();
}

const LAST_OF_PARTS = {
  people: 'text=15 people are in it.',
  emails: 'section[aria-label="What they will read"] >> text=customers at',
  schedule: '[role=group][aria-label="On these days"]',
  accounts: 'text=left today',
  review: '[role=img] svg',
};
const ORDER = Object.keys(LAST_OF_PARTS);
