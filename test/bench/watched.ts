import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Sql } from '../../src/database/database';
import { renewDocuments } from '../../src/replies/conversations/searchIndex';
import { Apart } from './apart';
import { makeCertificate } from './mailboxes';
import { ENCRYPTION_KEY } from './seed';

/** A Gmail over TLS, the product, and bare imapflow, each in a process of its own. */
export interface Watched {
  gmail: Apart;
  gmailPort: number;
  product: Apart;
  productUrl: string;
  bare: Apart;
  end(): Promise<void>;
}

/** Gmail's IMAP in a process of its own, with so many accounts; `trust` is the environment of whoever is to trust it. */
export async function startGmail(accounts: number) {
  const directory = await mkdtemp(join(tmpdir(), 'connectionsphere-tls-'));
  const { certificate, key } = makeCertificate(directory);
  const part = Apart.start('gmail', { CERTIFICATE: certificate, KEY: key });
  return {
    part,
    port: await part.ask<number>('listen', { count: accounts }),
    trust: { NODE_EXTRA_CA_CERTS: certificate },
    end: async () => {
      await part.end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @param accounts of the Gmail; nobody watches them yet */
export async function startWatched(databaseUrl: string, accounts: number): Promise<Watched> {
  const { part: gmail, port: gmailPort, trust, end } = await startGmail(accounts);
  const product = Apart.start('product', {
    ...trust,
    PORT: '0',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: ENCRYPTION_KEY.toString('base64'),
    GMAIL_IMAP_URL: `imaps://127.0.0.1:${gmailPort}`,
    GMAIL_SMTP_URL: 'smtp://127.0.0.1:9',
  });
  const bare = Apart.start('bareWatchers', trust);
  return {
    gmail,
    gmailPort,
    product,
    productUrl: await product.ask<string>('start'),
    bare,
    end: async () => {
      await Promise.all([bare.end(), product.end()]);
      await end();
    },
  };
}

/** Resolves when so many connections are watched. */
export async function untilWatching(db: Sql, count: number): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM connections WHERE state = 'WATCHING'",
    );
    if ((row?.n ?? 0) >= count) return;
    await sleep(100);
  }
}

/** Resolves when the search's index knows all conversations; helps, since by itself it takes a fifth of the time. */
export async function untilIndexed(db: Database): Promise<void> {
  while ((await db.query('SELECT FROM outdated_documents LIMIT 1')).length > 0) await renewDocuments(db);
}
