import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openScenes, type Scenes } from './openScenes';
import { SCENES } from './scenes';

/** `npm run screenshots` writes dist/screenshots/NAME-light-1280.png and its like, for people to look at. */
const folder = join(__dirname, '../../dist/screenshots');

let scenes: Scenes;
beforeAll(async () => {
  scenes = await openScenes();
  await mkdir(folder, { recursive: true });
});
afterAll(() => scenes.close());

test.each(SCENES)('$name', async (scene) => {
  const { page, look, leave } = await scenes.show(scene);
  for (const { width, colorScheme } of LOOKS) {
    await look({ width, colorScheme });
    const path = join(folder, `${scene.name}-${colorScheme}-${width}.png`);
    // A window stands in front of the page, as high as the screen.
    const fullPage = (await page.getByRole('dialog').count()) === 0;
    await page.screenshot({ path, fullPage, animations: 'disabled' });
  }
  await leave();
});

const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const;
