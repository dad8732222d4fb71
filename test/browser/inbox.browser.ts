import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { openOnceMore } from '../support/database';
import { openWorkspace, writeTo } from './furnish';
import { say, scrollThrough } from './scrolling';
import { openStage, type Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Runs in the page. */
const titleIs = (title: string) =>
  (globalThis as unknown as { document: { title: string } }).document.title === title;

const rows = (page: Page) => page.getByRole('list', { name: 'Conversations' }).getByRole('link');
const openRow = (page: Page) => page.locator('[data-id][aria-current=page]');
const entry = (page: Page, name: string) => page.getByRole('article', { name });

test('a reply appears without a reload, is read and answered by keys alone, and what must not be answered says why', async () => {
  const owner = await openWorkspace(stage);
  const { page, complaints } = await stage.visit('/inbox', { token: owner.token });
  await page.getByText('No conversation yet').waitFor();

  await writeTo(stage, owner, ['ines@example.com']);
  await rows(page).filter({ hasText: 'ines@example.com' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'New reply from Ines' }).waitFor({ state: 'attached' });
  await page.waitForFunction(titleIs, '(1) Inbox · ConnectionSphere');
  await writeTo(stage, owner, ['unsubscribe.otto@example.com']);
  await page.getByRole('navigation').getByLabel('2 unread').waitFor();

  // The newest stands on top; j goes down, k up, Enter opens.
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await openRow(page).filter({ hasText: 'ines@example.com' }).waitFor();
  await entry(page, 'Ines').getByText('Reply', { exact: true }).waitFor();
  await page.getByRole('navigation').getByLabel('1 unread').waitFor();
  await page.keyboard.press('e');
  await page.getByRole('navigation').getByLabel('2 unread').waitFor();

  await page.keyboard.press('r');
  await page.keyboard.type('Thursday at ten, then? Please e-mail me.');
  await page.keyboard.press('Control+Enter');
  const answer = entry(page, 'You').filter({ hasText: 'Thursday at ten' });
  await answer.getByText('Sent', { exact: true }).waitFor();
  expect(await answer.count()).toBe(1);
  expect(await page.getByLabel('Your answer').inputValue()).toBe('');

  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Next conversation').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'otto' }).click();
  await page.getByText('unsubscribe.otto@example.com must not be written to: they asked for it.').waitFor();
  expect(complaints).toEqual([]);
});

test('one sees why an email counts as what it is, corrects it, finds it by a search, and loses the account', async () => {
  const owner = await openWorkspace(stage);
  await writeTo(stage, owner, ['away.jonas@example.com']);
  const { page, complaints } = await stage.visit('/inbox', { token: owner.token, width: 390 });
  await rows(page).first().click();
  await page.getByText('Out of office', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Why do we think so?' }).click();
  await page.getByText('It names an email of ours that it answers.').waitFor();
  await page.getByRole('button', { name: 'Correct it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What it is').first().click();
  await page.getByRole('option', { name: 'Reply', exact: true }).click();
  await dialog.getByRole('button', { name: 'Correct', exact: true }).click();
  await page.getByText(`${owner.email} corrected it`).waitFor();

  // Where there is room for one of them, the way back leads to the list.
  await page.getByRole('link', { name: 'Back to the list' }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('nobody like that');
  await page.getByText('No conversation fits these filters.').waitFor();
  await page.getByLabel('Search').fill('jonas');
  await rows(page).first().click();

  const { gmailIntegration } = await owner.ask<{ gmailIntegration: { slots: { id: string }[] } }>(
    '{ gmailIntegration { slots { id } } }',
  );
  await owner.ask('mutation ($id: ID!) { disconnectGmail(slotId: $id) { __typename } }', {
    id: gmailIntegration.slots[0]?.id,
  });
  await page.reload();
  await page.getByText('The account of this conversation is not connected').waitFor();
  expect(complaints).toEqual([]);
});

test('a hostile email runs nothing and loads nothing, even where the server had not sanitised it', async () => {
  const owner = await openWorkspace(stage);
  await writeTo(stage, owner, ['ines@example.com']);
  const thief = createServer((_request, response) => response.end());
  const stolen: (string | undefined)[] = [];
  thief.on('request', ({ url }) => stolen.push(url));
  await once(thief.listen(0, '127.0.0.1'), 'listening');
  const { port } = thief.address() as AddressInfo;
  const database = await openOnceMore(stage.app.databaseUrl);
  await database
    .query(UNSANITISED, [hostileHtml(`http://127.0.0.1:${port}`), owner.email])
    .finally(() => database.close());

  const { page } = await stage.visit('/inbox', { token: owner.token });
  page.on('response', (response) => response.url().includes('/theft') && stolen.push(response.url()));
  await rows(page).first().click();
  await page.getByRole('button', { name: 'Show as designed' }).click();
  const frame = page.frameLocator('iframe');
  await frame.getByText('The end of it').waitFor();
  await frame.getByRole('button', { name: 'Press me' }).click();
  await frame.getByRole('link', { name: 'Over your page' }).click();
  await page.getByRole('button', { name: 'Show as text' }).click();
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(page.url()).toContain('/app/inbox/');
  expect(stolen).toEqual([]);
  thief.close();
});

const UNSANITISED = `UPDATE received_messages SET html = $1
  WHERE workspace_id = (SELECT workspace_id FROM people WHERE email = $2)`;

/** Each line tries to run something, or to load something: from a stranger, and from the page's own server. */
function hostileHtml(stranger: string): string {
  return [stranger, '']
    .map(
      (host) => `
  <script>parent.hacked = 1; fetch('${host}/theft-by-script')</script>
  <img src="${host}/theft-by-picture" onerror="parent.hacked = 2; top.location = '${host}/theft-by-error'">
  <svg onload="parent.hacked = 3"><script>parent.hacked = 4</script></svg>
  <link rel="stylesheet" href="${host}/theft-by-sheet">
  <style>@import '${host}/theft-by-import'; body { background: url(${host}/theft-by-rule) }</style>
  <p style="background: url(${host}/theft-by-style)">Words</p>
  <meta http-equiv="refresh" content="0; url=${host}/theft-by-refresh">
  <iframe src="${host}/theft-by-frame"></iframe><object data="${host}/theft-by-object"></object>
  <embed src="${host}/theft-by-embed"><video src="${host}/theft-by-video" autoplay></video>`,
    )
    .concat(`<form action="${stranger}/theft-by-form" target="_top"><button>Press me</button></form>
      <a href="${stranger}/theft-by-link" target="_top">Over your page</a><p>The end of it</p>`)
    .join('');
}

/** Below the feed: it begins at 1. */
const MANY = `
  WITH many AS (
    INSERT INTO conversations (workspace_id, connection_id, subject, snippet, unread, last_message_at)
    SELECT p.workspace_id, c.id, 'Conversation ' || n || ' of 10000', 'What they wrote', n > 5000,
           now() - (20000 - n) * interval '1 minute'
      FROM people p JOIN connections c USING (workspace_id), generate_series(1, 10000) n WHERE p.email = $1
    RETURNING *)
  INSERT INTO received_messages (workspace_id, connection_id, conversation_id, position, identity, folder, uid_validity,
         uid, message_id, from_address, recipients, subject, text, reply_text, received_at, kind, matched_by, rule, in_spam)
  SELECT workspace_id, connection_id, id, -row_number() OVER (), id, 'Elsewhere', 1, row_number() OVER (), id,
         'ines@example.com', '{}', subject, snippet, snippet, last_message_at, 'REPLY', 'MESSAGE_ID', 'by hand', false
    FROM many`;

test('ten thousand conversations scroll with few of them drawn, and stay in place while mail comes in', async () => {
  const owner = await openWorkspace(stage);
  const database = await openOnceMore(stage.app.databaseUrl);
  await database.query(MANY, [owner.email]).finally(() => database.close());
  const { page, complaints } = await stage.visit('/inbox', { token: owner.token });
  const row = (name: string) => rows(page).filter({ hasText: name });
  const blank = page.locator('ul[aria-label=Conversations] > li:not(:has(a, h2))');
  const scroll = (top: string) =>
    page.evaluate(
      `(list => { list.scrollTop = ${top} })(document.querySelector('ul[aria-label=Conversations]').parentElement)`,
    );

  // All the way down while the pages come in, and up again over what is there. How long it took is only said.
  await row('Conversation 10000 of').waitFor();
  const down = await scrollThrough(page, 'bottom');
  await row('Conversation 1 of').waitFor({ timeout: 60_000 });
  expect(await blank.count()).toBe(0);
  const up = await scrollThrough(page, 'top');
  await row('Conversation 10000 of').waitFor();
  process.stdout.write(`10,000 conversations, down: ${say(down)}\n10,000 conversations, up: ${say(up)}\n`);
  expect(Math.max(down.mostDrawn, up.mostDrawn)).toBeLessThan(60);
  expect(await blank.count()).toBe(0);

  // In the middle the rows follow each other without a gap, and stay where they are while mail comes in.
  await scroll('list.scrollHeight / 2');
  await row('Conversation 5003 of').waitFor();
  const numbers = (await rows(page).allTextContents()).map((text) =>
    Number(/\d+(?= of 10000)/.exec(text)?.[0]),
  );
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) - index));
  const seen = page.getByRole('listitem').filter({ hasText: 'Conversation 5003 of' });
  const place = Number(await seen.getAttribute('aria-posinset'));
  const before = await seen.boundingBox();
  await writeTo(stage, owner, ['ines@example.com']);
  await page
    .locator(`[aria-posinset="${place + 1}"]`)
    .filter({ hasText: 'Conversation 5003 of' })
    .waitFor();
  expect(await seen.boundingBox()).toEqual(before);
  await scroll('0');
  await row('ines@example.com').waitFor();
  expect(complaints).toEqual([]);
});
