import type { Page } from 'playwright-core';

/** How a list went by, as the browser measured it. Times in milliseconds. */
export interface Scrolling {
  frames: number;
  /** From one frame to the next: half of them took less, 95 % of them took less, and the longest. */
  median: number;
  p95: number;
  worst: number;
  /** Tasks of more than 50 ms, in which the page answers nothing (the Long Tasks API): how many, and their sum. */
  longTasks: number;
  longTasksSum: number;
  /** The most rows that were in the document in any frame. */
  mostDrawn: number;
}

/** Scrolls the list that has the rows to one end, as a swift hand would, and measures each frame. */
export async function scrollThrough(page: Page, to: 'top' | 'bottom'): Promise<Scrolling> {
  const measured = await page.evaluate<Measured>(`(${MEASURE})(${to === 'top' ? -STEP : STEP})`);
  const times = measured.times.sort((one, other) => one - other);
  const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
  return {
    frames: times.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    longTasks: measured.tasks.length,
    longTasksSum: Math.round(measured.tasks.reduce((sum, task) => sum + task, 0)),
    mostDrawn: measured.mostDrawn,
  };
}

/** In a line, for the log of a test. */
export function say(scrolling: Scrolling): string {
  const { frames, median, p95, worst, longTasks, longTasksSum, mostDrawn } = scrolling;
  return [
    `${frames} frames, half within ${median} ms, 95 % within ${p95} ms, the longest ${worst} ms`,
    `${longTasks} tasks of more than 50 ms, ${longTasksSum} ms in all`,
    `at most ${mostDrawn} rows drawn`,
  ].join('; ');
}

/** Pixels a frame: more than the list is high, so that no frame can keep a row of the one before. */
const STEP = 5_000;

interface Measured {
  times: number[];
  tasks: number[];
  mostDrawn: number;
}

/** Runs in the page. */
const MEASURE = `async (step) => {
  const list = document.querySelector('ul[aria-label=Conversations]').parentElement;
  const tasks = [];
  const observer = new PerformanceObserver((seen) => tasks.push(...seen.getEntries().map((task) => task.duration)));
  observer.observe({ type: 'longtask' });
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  let mostDrawn = 0;
  let last = await frame();
  let before;
  do {
    before = list.scrollTop;
    list.scrollTop += step;
    const now = await frame();
    times.push(now - last);
    last = now;
    mostDrawn = Math.max(mostDrawn, list.querySelectorAll('li').length);
  } while (list.scrollTop !== before);
  observer.disconnect();
  return { times, tasks, mostDrawn };
}`;
