import { access } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { SESSION_COOKIE } from '../../src/server/whoIsAsking';

/** How wide the window is, which colours the system asks for, and whose session is in its cookie. */
export interface Look {
  width?: number;
  colorScheme?: 'light' | 'dark';
  token?: string | undefined;
}

export interface Visitor {
  page: Page;
  /** Changes the window's width or the system's colours, as a person may at any time. */
  look(look: Pick<Look, 'width' | 'colorScheme'>): Promise<void>;
  /** What the browser complained of: errors of scripts, refusals by the Content-Security-Policy, failed requests. */
  complaints: string[];
  leave(): Promise<void>;
}

/** Starts Debian's chromium, for as long as the tests of a file take. */
export async function launch(): Promise<Browser> {
  const executablePath = '/usr/bin/chromium';
  await access(executablePath).catch(() => {
    throw new Error(`The browser tests need ${executablePath}: apt-get install chromium`);
  });
  return chromium.launch({
    executablePath,
    // CI runs as root in a container without user namespaces, with a small /dev/shm and no way out.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server'],
  });
}

/** Opens a window of its own, with nothing in it, at this address. */
export async function visit(browser: Browser, url: string, look: Look = {}): Promise<Visitor> {
  const { width = 1280, colorScheme = 'light', token } = look;
  const options: BrowserContextOptions = {
    viewport: { width, height: HEIGHT },
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  };
  const context = await browser.newContext(options);
  if (token) await context.addCookies([{ name: SESSION_COOKIE, value: token, url: new URL(url).origin }]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async look({ width, colorScheme }) {
      if (colorScheme) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
      }
      if (width) await page.setViewportSize({ width, height: HEIGHT });
    },
    leave: () => context.close(),
  };
}

/** Longer than any step of a page takes on a busy machine. */
const PATIENCE_MS = 30_000;
const HEIGHT = 860;
