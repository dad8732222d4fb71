import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands, of serious or critical impact: one line a rule, with where it is broken. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(TRANSITIONS_ENDED);
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  // Every rule is tried; of those that hold, the thousand elements that they hold for are not described.
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
}

/** A colour on its way to another has neither's contrast. What turns for ever is no transition. */
const TRANSITIONS_ENDED = `Promise.allSettled(
  document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished))`;
