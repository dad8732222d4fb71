import { findViolations } from './findViolations';
import { openScenes, type Scenes } from './openScenes';
import { SCENES } from './scenes';

let scenes: Scenes;
beforeAll(async () => {
  scenes = await openScenes();
});
afterAll(() => scenes.close());

test.each(SCENES)(
  '$name: no serious violation, no complaint, nothing wider than the window',
  async (scene) => {
    const { page, complaints, look, leave } = await scenes.show(scene);
    for (const each of [LIGHT_AND_WIDE, DARK_AND_NARROW]) {
      await look(each);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect({ ...each, overflow, violations: await findViolations(page) }).toEqual({
        ...each,
        overflow: 0,
        violations: [],
      });
    }
    expect(complaints).toEqual([]);
    await leave();
  },
);

// Between them they have everything of the four that screenshots are taken in.
const LIGHT_AND_WIDE = { colorScheme: 'light', width: 1280 } as const;
const DARK_AND_NARROW = { colorScheme: 'dark', width: 390 } as const;
