import type { Sandbox } from '../../src/sandbox/sandbox';
import { startTestApp, type TestApp } from '../support/app';
import { openSandbox } from '../support/sandbox';
import { type Look, launch, type Visitor, visit } from './visitor';

/** The whole product with its built dashboard, a Gmail to connect to, and a browser. */
export interface Stage {
  url: string;
  app: TestApp;
  sandbox: Sandbox;
  /** A browser of its own, with nothing in it, at the dashboard. See Visitor. */
  visit(path?: string, look?: Look): Promise<Visitor>;
  close(): Promise<void>;
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
