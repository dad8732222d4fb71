import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is needed to take a wrong reading of a mail back.
 *
 * `enrolment_answers` says which received message told what of which enrolment, in the order in which they were
 * heeded, and how the enrolment stood before each. So an enrolment can be stood where it would be had one of them
 * never come, whatever came before and after it.
 * A suppression names the message that made it as long as nobody else has said the same.
 */
export class Corrections1795392000016 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE enrolment_answers (
        received_id  uuid NOT NULL REFERENCES received_messages ON DELETE CASCADE,
        enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
        heeded       bigint GENERATED ALWAYS AS IDENTITY,
        outcome      text NOT NULL CHECK (outcome IN ('REPLIED', 'AUTO_REPLIED', 'BOUNCED', 'UNSUBSCRIBED')),
        answered_id  uuid REFERENCES outgoing_messages ON DELETE SET NULL,
        -- For who is away: nothing more goes out before.
        until        timestamptz,
        -- The enrolment before it: state, heldBy, heldReason.
        stood        jsonb NOT NULL,
        PRIMARY KEY (enrolment_id, received_id)
      );
      CREATE INDEX enrolment_answers_of_received ON enrolment_answers (received_id);
      CREATE INDEX enrolment_answers_of_outgoing ON enrolment_answers (answered_id) WHERE answered_id IS NOT NULL;

      ALTER TABLE suppressions ADD COLUMN received_id uuid REFERENCES received_messages ON DELETE SET NULL;
      CREATE INDEX suppressions_of_received ON suppressions (received_id) WHERE received_id IS NOT NULL;

      ALTER TABLE received_messages
        ADD COLUMN corrected_by text,
        ADD COLUMN corrected_at timestamptz(3),
        ADD CHECK ((corrected_by IS NULL) = (corrected_at IS NULL));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE received_messages DROP COLUMN corrected_by, DROP COLUMN corrected_at;
      ALTER TABLE suppressions DROP COLUMN received_id;
      DROP TABLE enrolment_answers;
    `);
  }
}
