import type { Request } from 'playwright-core';
import { furnish, openWorkspace, writeTo } from './furnish';
import { holdNetwork } from './network';
import { openStage, type Stage } from './stage';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Keeps the title of every toast in `window.toasts`, since they go away by themselves. */
const KEEP_TOASTS = `
  window.toasts = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        for (const title of node.querySelectorAll?.('.mantine-Notification-title') ?? [])
          window.toasts.push(title.textContent);
  }).observe(document, { childList: true, subtree: true });
`;

/** Runs in the page. */
const isKept = (title: string) => (globalThis as unknown as { toasts: string[] }).toasts.includes(title);

test('a reply that comes in while the connection is lost is told of when it is back, once', async () => {
  const owner = await furnish(stage);
  const { page } = await stage.visit('/nowhere', { token: owner.token });
  const told = (name: string) => page.waitForFunction(isKept, `${name} answered`);
  const lost = page.getByText('The live connection was lost');
  const network = await holdNetwork(page);
  await page.addInitScript(KEEP_TOASTS);
  await page.reload();

  await network.followed;
  await writeTo(stage, owner, ['iris@example.com']);
  await told('Iris');
  await network.cut();
  await lost.waitFor();
  await writeTo(stage, owner, ['noor@example.com']);
  network.mend();
  await told('Noor');
  await lost.waitFor({ state: 'hidden' });
  await writeTo(stage, owner, ['yuki@example.com']);
  await told('Yuki');
  expect(await page.evaluate('window.toasts')).toEqual(['Iris answered', 'Noor answered', 'Yuki answered']);
});

test('what comes in while the way back is being opened, or an older answer is on its way, shows in the inbox', async () => {
  const owner = await openWorkspace(stage);
  const { page } = await stage.visit('/nowhere', { token: owner.token });
  const row = (name: string) => page.getByRole('list', { name: 'Conversations' }).getByText(name);
  const network = await holdNetwork(page);
  await page.goto(`${stage.url}/app/inbox`);
  await network.followed;
  await writeTo(stage, owner, ['iris@example.com']);
  await row('iris@example.com').waitFor();

  // The list is asked for when the connection is back, and before the server hears that we want news of it.
  await network.cut();
  const fail = network.failAt('conversationChanged');
  const answered = page.waitForResponse((response) => asksForUnread(response.request()));
  network.mend();
  await answered;
  await writeTo(stage, owner, ['noor@example.com']);
  await row('noor@example.com').waitFor();

  // Nor does the page stay behind where the server fails at telling news: it asks for them again.
  await owner.ask('mutation ($id: ID!) { markConversationRead(id: $id, read: true) { id } }', {
    id: (await row('iris@example.com').locator('xpath=ancestor::a').getAttribute('data-id')) ?? '',
  });
  fail();
  await page.getByRole('navigation').getByLabel('1 unread').waitFor();

  // The page is given no answer but one that was made after the mail came in.
  await page.route('**/graphql', async (route) => {
    if (!asksForUnread(route.request())) return route.continue();
    const response = await route.fetch();
    if ((await response.text()).includes('yuki@example.com')) await route.fulfill({ response });
  });
  const asked = page.waitForRequest(asksForUnread);
  await page.reload();
  await asked;
  await writeTo(stage, owner, ['yuki@example.com']);
  await row('yuki@example.com').waitFor();
});

function asksForUnread(request: Request): boolean {
  return /"query Conversations\(.*"unread":true/.test(request.postData() ?? '');
}
