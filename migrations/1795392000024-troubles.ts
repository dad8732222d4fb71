import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * For the operators' list of what is broken over the whole installation: of 100,000 connections a few are. The time
 * of the last proof is in no index, so that a proof, one a minute and connection, rewrites none.
 */
export class Troubles1795392000024 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX connections_in_trouble ON connections (id)
        WHERE slot_id IS NOT NULL AND state IN ('REJECTED', 'PAUSED', 'RECONNECTING', 'STALE');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX connections_in_trouble');
  }
}
