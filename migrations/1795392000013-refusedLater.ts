import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Gmail takes some emails with 250 and says by mail that it did not send them. Their copy stays in Sent all the same,
 * so that Sent proves nothing about them any more: `refused_at` says so.
 *
 * What has certainly not gone out no longer keeps its step from being sent: a person who resumes somebody whose email
 * FAILED asks for just that.
 */
export class RefusedLater1795392000013 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE outgoing_messages ADD COLUMN refused_at timestamptz;
      DROP INDEX outgoing_step_once;
      CREATE UNIQUE INDEX outgoing_step_once ON outgoing_messages (enrolment_id, step_id)
        WHERE enrolment_id IS NOT NULL AND (state NOT IN ('CANCELLED', 'FAILED') OR counted_at IS NOT NULL);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX outgoing_step_once;
      CREATE UNIQUE INDEX outgoing_step_once ON outgoing_messages (enrolment_id, step_id)
        WHERE enrolment_id IS NOT NULL AND (state <> 'CANCELLED' OR counted_at IS NOT NULL);
      ALTER TABLE outgoing_messages DROP COLUMN refused_at;
    `);
  }
}
