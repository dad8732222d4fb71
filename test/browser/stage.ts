import { access } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { SESSION_COOKIE } from '../../src/server/whoIsAsking';
import { startTestApp, type TestApp } from '../support/app';
import { openSandbox } from '../support/sandbox';

/** The whole product with its built dashboard, a Gmail to connect to, and a browser. */
export interface Stage {
  url: string;
  app: TestApp;
  sandbox: Sandbox;
  /** A browser of its own, with nothing in it, at the dashboard. See Visitor. */
  visit(path?: string, look?: Look): Promise<Visitor>;
  close(): Promise<void>;
}

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

/**
 * Opens it all. `env` is what the environment would say; the accounts are there to be connected.
 * Needs `npm run build`, and Debian's chromium.
 */
export async function openStage(env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const sandbox = await openSandbox({ answerMs: 50, bounceMs: 50 });
  for (const account of ACCOUNTS) sandbox.addAccount(account);
  const app = await startTestApp({
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
    ...env,
  });
  const browser = await launch();
  return {
    url: app.url,
    app,
    sandbox,
    visit: (path = '', look = {}) => visit(browser, `${app.url}/app${path}`, look),
    close: async () => {
      await browser.close();
      await app.stop();
    },
  };
}

/** Whom the sandbox knows. The App Passwords are written as Google shows them. */
export const ACCOUNTS = [
  { address: 'maya.lindt@gmail.com', appPassword: 'mayamayamayamaya', displayName: 'Maya Lindt' },
  { address: 'tom.ferro@gmail.com', appPassword: 'tomstomstomstoms', displayName: 'Tom Ferro' },
  { address: 'lea.brandt@gmail.com', appPassword: 'leasleasleasleas', displayName: 'Lea Brandt' },
] as const;

/** Longer than any step of a page takes on a busy machine. */
const PATIENCE_MS = 15_000;
const HEIGHT = 860;

async function launch(): Promise<Browser> {
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

async function visit(browser: Browser, url: string, look: Look): Promise<Visitor> {
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
