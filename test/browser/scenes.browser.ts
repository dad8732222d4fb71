import { findViolations } from './findViolations';
import { openScenes, type Scenes } from './openScenes';
import { LOOKS, SCENES } from './scenes';

let scenes: Scenes;
beforeAll(async () => {
  scenes = await openScenes();
}, 60_000);
afterAll(() => scenes.close());

test.each(SCENES)(
  '$name: no serious violation, no complaint, nothing wider than the window',
  async (scene) => {
    for (const look of LOOKS) {
      const { page, complaints, leave } = await scenes.show(scene, look);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ look, violations: await findViolations(page), complaints, overflow }).toEqual({
        look,
        violations: [],
        complaints: [],
        overflow: 0,
      });
      await leave();
    }
  },
);
