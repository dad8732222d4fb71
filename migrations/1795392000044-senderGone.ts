import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Nobody waits for a sender that is gone: whoever would, is held, visibly, until it is connected again. A disconnect
 * holds those that wait; but an email that was on the wire for longer than it has patience, a value that is filled in
 * or a person who resumes somebody may come after it. The lock lets a disconnect come before this, or after.
 */
export class SenderGone1795392000044 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION hold_without_sender() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE sender connections;
      BEGIN
        SELECT * INTO sender FROM connections WHERE id = NEW.connection_id FOR SHARE;
        IF sender.slot_id IS NULL THEN
          NEW.state := 'HELD';
          NEW.held_by := 'DISCONNECTED';
          NEW.held_reason := sender.email || ' wrote to them, and is disconnected: connect it again, and they go on.';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER enrolments_without_sender BEFORE UPDATE ON enrolments FOR EACH ROW
        WHEN (NEW.state = 'WAITING' AND NEW.connection_id IS NOT NULL
              AND (OLD.state <> 'WAITING' OR OLD.connection_id IS NULL))
        EXECUTE FUNCTION hold_without_sender();
      UPDATE enrolments e SET state = 'HELD', held_by = 'DISCONNECTED', next_at = coalesce(e.next_at, now()),
             held_reason = c.email || ' wrote to them, and is disconnected: connect it again, and they go on.'
        FROM connections c WHERE c.id = e.connection_id AND c.slot_id IS NULL AND e.state = 'WAITING';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER enrolments_without_sender ON enrolments;
      DROP FUNCTION hold_without_sender();
    `);
  }
}
