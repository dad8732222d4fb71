import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The migration that a process must know to work with this database: one that does not is too old for it, says so
 * and stops. Whatever takes something away raises it (src/database/README.md says how). This one does: leases by
 * connection, which it takes away, are no longer looked at since WatchProcesses1795392000022.
 */
export class SchemaFloor1795392000023 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE schema_floor (
        is_only   boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        migration text NOT NULL
      );
      INSERT INTO schema_floor (migration) VALUES ('WatchProcesses1795392000022');

      ALTER TABLE connections DROP COLUMN watched_until;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE connections ADD COLUMN watched_until timestamptz;
      DROP TABLE schema_floor;
    `);
  }
}
