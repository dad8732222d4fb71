import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openScenes, type Scenes } from './openScenes';
import { LOOKS, SCENES } from './scenes';

/** `npm run screenshots` writes dist/screenshots/NAME-light-1280.png and its like, for people to look at. */
const folder = join(__dirname, '../../dist/screenshots');

let scenes: Scenes;
beforeAll(async () => {
  scenes = await openScenes();
  await mkdir(folder, { recursive: true });
}, 60_000);
afterAll(() => scenes.close());

test.each(SCENES)('$name', async (scene) => {
  for (const look of LOOKS) {
    const { page, leave } = await scenes.show(scene, look);
    const path = join(folder, `${scene.name}-${look.colorScheme}-${look.width}.png`);
    // A window stands in front of the page, as high as the screen.
    const fullPage = (await page.getByRole('dialog').count()) === 0;
    await page.screenshot({ path, fullPage, animations: 'disabled' });
    await leave();
  }
});
