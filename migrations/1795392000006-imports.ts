import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * CSV files of prospects, as they are and were read.
 *
 * While one is RUNNING its rows lie in a table of its own, `import_staging_` and the id: unlogged, since a crash of
 * PostgreSQL fails the import anyway, and dropped in the transaction that ends it.
 * `import_prospects` references nothing: a check a row would cost more than the row (100,000 at a time), and who is
 * erased is simply not found any more.
 */
export class Imports1795392000006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE prospect_imports (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        state        text NOT NULL DEFAULT 'RUNNING' CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
        rows_read    int NOT NULL DEFAULT 0,
        created      int NOT NULL DEFAULT 0,
        updated      int NOT NULL DEFAULT 0,
        rejected     int NOT NULL DEFAULT 0,
        message      text,
        created_at   timestamptz NOT NULL DEFAULT now(),
        -- Until when its process is believed to be alive.
        lease_until  timestamptz NOT NULL
      );
      CREATE INDEX prospect_imports_newest ON prospect_imports (workspace_id, created_at DESC, id DESC);
      CREATE INDEX prospect_imports_running ON prospect_imports (id) WHERE state = 'RUNNING';

      CREATE TABLE import_rejects (
        import_id uuid NOT NULL REFERENCES prospect_imports ON DELETE CASCADE,
        line      int NOT NULL,
        reason    text NOT NULL,
        PRIMARY KEY (import_id, line)
      );

      -- Everybody who was in the file, also those whom it did not change.
      CREATE TABLE import_prospects (
        import_id   uuid NOT NULL,
        prospect_id uuid NOT NULL
      );
      CREATE INDEX import_prospects_of_import ON import_prospects (import_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE import_prospects, import_rejects, prospect_imports');
  }
}
