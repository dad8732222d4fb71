import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which processes watch, and until when without a further word. A connection is watched as long as the process in
 * `watched_by` is alive, so a lease is renewed by one row a process: a row a connection would be 33,000 updates a
 * second at 100,000 connections.
 *
 * `watch_term` is the fence: raised whenever a process takes the connection, and checked in every write of its
 * watcher.
 */
export class WatchProcesses1795392000022 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE watch_processes (
        id          uuid PRIMARY KEY,
        alive_until timestamptz NOT NULL
      );

      ALTER TABLE connections ADD COLUMN watch_term int NOT NULL DEFAULT 0;
      CREATE INDEX connections_to_watch ON connections (watched_by)
        WHERE slot_id IS NOT NULL AND state <> 'REJECTED';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX connections_to_watch;
      ALTER TABLE connections DROP COLUMN watch_term;
      DROP TABLE watch_processes;
    `);
  }
}
