import type { Sandbox } from '../../src/sandbox/sandbox';
import { openSandbox } from '../support/sandbox';
import { type Dovecot, openDovecot, PASSWORD, SENT, SPAM } from './dovecot';

/** A Gmail of two halves: it takes mail as the sandbox does, and shows it in Dovecot's mailboxes. */
export interface GmailOnDovecot {
  sandbox: Sandbox;
  dovecot: Dovecot;
  /** Both halves, as the environment names them. */
  env: { GMAIL_SMTP_URL: string; GMAIL_IMAP_URL: string };
  addAccount(address: string, appPassword?: string): void;
  /** Resolves once all that the sandbox has filed until now stands in Dovecot; rejects where that failed. */
  settled(): Promise<void>;
}

/** Whatever comes into an account of the sandbox (Sent copies, answers, bounces, spam) is handed on by LMTP. */
export async function openGmailOnDovecot(): Promise<GmailOnDovecot> {
  const dovecot = await openDovecot();
  const sandbox = await openSandbox();
  let handedOn = Promise.resolve();
  sandbox.events.listen((event) => {
    if (event.name !== 'filed' && event.name !== 'delivered') return;
    const account = sandbox.account(event.address);
    const folder = event.name === 'filed' ? account.folder('\\Sent') : account.folder(event.folder);
    const message = folder.entries.find(({ uid }) => uid === event.uid)?.message;
    if (!message) throw new Error(`${event.address} has no mail ${event.uid} in ${folder.name}`);
    handedOn = handedOn.then(() => dovecot.deliver(account.address, message.raw, NAMES[folder.label]));
  });
  return {
    sandbox,
    dovecot,
    env: { GMAIL_SMTP_URL: sandbox.smtpUrl, GMAIL_IMAP_URL: dovecot.imapUrl },
    addAccount: (address, appPassword = PASSWORD) => void sandbox.addAccount({ address, appPassword }),
    settled: () => handedOn,
  };
}

/** Dovecot's folders, by the sandbox's labels; the rest is the inbox. */
const NAMES: Readonly<Record<string, string>> = { '\\Sent': SENT, '\\Spam': SPAM };
