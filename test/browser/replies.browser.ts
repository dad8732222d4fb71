import { furnish, writeTo } from './furnish';
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
