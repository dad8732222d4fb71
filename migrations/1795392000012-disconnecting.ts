import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A disconnect waits for what is on the wire, and from its first moment on nothing new may be claimed there. So it says
 * until when it means to be done: should its process die, the slot goes on sending then.
 *
 * And whoever a disconnected account was writing to is held: a conversation keeps its sender.
 */
export class Disconnecting1795392000012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE connections ADD COLUMN releasing_until timestamptz;
      ALTER TABLE enrolments DROP CONSTRAINT enrolments_held_by_check,
        ADD CONSTRAINT enrolments_held_by_check CHECK (held_by IN ('MISSING_VALUE', 'PERSON', 'DISCONNECTED'));
      -- Who goes on when an account is connected again.
      CREATE INDEX enrolments_disconnected ON enrolments (connection_id) WHERE held_by = 'DISCONNECTED';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX enrolments_disconnected;
      UPDATE enrolments SET held_by = 'PERSON' WHERE held_by = 'DISCONNECTED';
      ALTER TABLE enrolments DROP CONSTRAINT enrolments_held_by_check,
        ADD CONSTRAINT enrolments_held_by_check CHECK (held_by IN ('MISSING_VALUE', 'PERSON'));
      ALTER TABLE connections DROP COLUMN releasing_until;
    `);
  }
}
