import { Loop } from '../lib/loop';
import { failAbandoned } from './importState';
import type { ProspectsRoom } from './prospectsRoom';

/** With the lease's 10 s, what a dead process left is ended within 15. */
const EVERY_MS = 5_000;

/** Ends the imports of dead processes, at the start and from then on. Several processes may do so at once. */
export function createImportRescue(room: ProspectsRoom): Loop {
  return new Loop(() => endInterruptedImports(room), {
    name: 'Import rescue',
    everyMs: EVERY_MS,
    log: room.log,
  });
}

/** Fails every import whose lease has run out, and drops staging tables that belong to none that is running. */
export async function endInterruptedImports(room: ProspectsRoom): Promise<void> {
  await failAbandoned(room);
  const orphans = await room.db.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
      WHERE relkind = 'r' AND relname LIKE 'import\\_staging\\_%' AND pg_table_is_visible(oid) AND NOT EXISTS (
            SELECT FROM prospect_imports
             WHERE state = 'RUNNING' AND relname = 'import_staging_' || replace(id::text, '-', ''))`,
  );
  for (const { name } of orphans) await room.db.query(`DROP TABLE IF EXISTS ${name}`);
}
