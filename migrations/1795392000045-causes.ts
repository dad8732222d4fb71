import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everybody who said that somebody must not be written to again, so that a suppression is lifted when the last of them
 * is taken back, and not before. The suppression itself shows the first of them.
 *
 * An answer may also stop a sequence that it does not answer: that of whoever turns out to have no mailbox.
 * And one Gmail mailbox is found by any of its spellings.
 */
export class Causes1795392000045 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE suppression_causes (
        id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        suppression_id uuid NOT NULL REFERENCES suppressions ON DELETE CASCADE,
        reason        text NOT NULL,
        source        text NOT NULL,
        -- No reference: what a message said counts on when it is erased.
        received_id   uuid,
        outgoing_id   uuid REFERENCES outgoing_messages ON DELETE SET NULL
      );
      CREATE UNIQUE INDEX suppression_causes_once
        ON suppression_causes (suppression_id, source, coalesce(received_id, suppression_id));
      CREATE INDEX suppression_causes_of_received ON suppression_causes (received_id) WHERE received_id IS NOT NULL;
      CREATE INDEX suppression_causes_of_outgoing ON suppression_causes (outgoing_id) WHERE outgoing_id IS NOT NULL;
      INSERT INTO suppression_causes (suppression_id, reason, source, received_id, outgoing_id)
      SELECT id, reason, source, received_id, outgoing_id FROM suppressions;

      ALTER TABLE enrolment_answers DROP CONSTRAINT enrolment_answers_outcome_check,
        ADD CONSTRAINT enrolment_answers_outcome_check
            CHECK (outcome IN ('REPLIED', 'AUTO_REPLIED', 'BOUNCED', 'UNSUBSCRIBED', 'STOPPED'));

      -- As canonicalAddress has it, for the two domains whose dots mean nothing.
      CREATE INDEX prospects_by_gmail_name
        ON prospects (workspace_id, replace(split_part(split_part(email, '@', 1), '+', 1), '.', ''))
        WHERE split_part(email, '@', 2) IN ('gmail.com', 'googlemail.com');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX prospects_by_gmail_name;
      DELETE FROM enrolment_answers WHERE outcome = 'STOPPED';
      ALTER TABLE enrolment_answers DROP CONSTRAINT enrolment_answers_outcome_check,
        ADD CONSTRAINT enrolment_answers_outcome_check
            CHECK (outcome IN ('REPLIED', 'AUTO_REPLIED', 'BOUNCED', 'UNSUBSCRIBED'));
      DROP TABLE suppression_causes;
    `);
  }
}
