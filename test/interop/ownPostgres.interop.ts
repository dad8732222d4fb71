import { findFreePort } from '../../src/database/embedded/postmaster';
import { signUp } from '../support/people';
import { openSandbox } from '../support/sandbox';
import { readFreeSlots } from '../support/sending';
import { addAccount, change, connect, RECHECK, readSlot } from '../support/slots';
import { openPage } from '../support/typedPage';
import { openDebianPostgres } from './debianPostgres';

test('docs/self-hosting.md backs up a PostgreSQL of its own, restores it elsewhere and rotates its key', async () => {
  const postgres = await openDebianPostgres();
  const sandbox = await openSandbox();
  const port = String(await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const page = await openPage('docs/self-hosting.md', url, {
    PORT: port,
    DATABASE_URL: postgres.url,
    GMAIL_SMTP_URL: sandbox.smtpUrl,
    GMAIL_IMAP_URL: sandbox.imapUrl,
  });
  await page.type('A PostgreSQL of your own');
  const person = await signUp(url);
  const [kept, lost] = await readFreeSlots(person);
  await connect(person, kept, addAccount(sandbox).address);
  await page.type('Back it up');
  await connect(person, lost, addAccount(sandbox).address);
  await page.type('Restore it');
  // The restored process knows the session and the account of that time, and opens its password.
  expect(await change(person, RECHECK, kept)).toMatchObject({ __typename: 'GmailConnected' });
  expect(await readSlot(person, lost)).toMatchObject({ connection: null });
  expect(await page.type('Rotate its key')).toContain('1 App Passwords were sealed anew; 2 keys are in use');
  expect(await change(person, RECHECK, kept)).toMatchObject({ __typename: 'GmailConnected' });
  await page.close();
  await postgres.stop();
}, 120_000);
