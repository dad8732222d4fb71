import { Client } from 'pg';
import { createTestDatabase } from '../support/database';
import { tellSecrets } from '../support/tellSecrets';

test('nothing secret is in any output, answer or row of a story with a crash in it', async () => {
  const { url, drop } = await createTestDatabase();
  await tellSecrets(url, () => readAllRows(url));
  await drop();
}, 120_000);

/** What a dump of the database would hold. */
async function readAllRows(connectionString: string): Promise<string> {
  const sql = new Client({ connectionString });
  await sql.connect();
  const { rows: tables } = await sql.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  await sql.end();
  return texts.join('\n');
}
