import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What people write in Gmail itself, in conversations that we know, as it is read from the Sent folder.
 *
 * Each recipient of it counts against Gmail's rolling 24 hours, as those of our own emails do, and goes on counting when
 * the person they wrote to is erased.
 */
export class ManualMessages1795392000014 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE manual_messages (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        connection_id   uuid NOT NULL REFERENCES connections,
        account_id      uuid NOT NULL REFERENCES gmail_accounts,
        conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
        -- As in received_messages: the same mail in Sent and in All Mail is one.
        identity        text NOT NULL,
        message_id      text NOT NULL,
        from_address    text NOT NULL,
        recipients      text[] NOT NULL,
        subject         text NOT NULL,
        text            text NOT NULL,
        html            text,
        sent_at         timestamptz(3) NOT NULL,
        UNIQUE (connection_id, identity)
      );
      CREATE INDEX manual_of_conversation ON manual_messages (conversation_id, sent_at);
      CREATE INDEX manual_counted ON manual_messages (account_id, sent_at);
      -- An answer to one of these, or one of these as an answer: both are found by the id they refer to.
      CREATE INDEX manual_by_message_id ON manual_messages (workspace_id, message_id);
      CREATE INDEX received_by_message_id ON received_messages (workspace_id, message_id);

      CREATE FUNCTION keep_erased_manual() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO erased_sends (account_id, counted_at)
        SELECT OLD.account_id, OLD.sent_at FROM generate_series(1, greatest(1, cardinality(OLD.recipients)));
        RETURN OLD;
      END $$;
      CREATE TRIGGER manual_erased BEFORE DELETE ON manual_messages
        FOR EACH ROW EXECUTE FUNCTION keep_erased_manual();

      CREATE OR REPLACE VIEW counted_sends AS
        SELECT account_id, counted_at FROM outgoing_messages WHERE counted_at IS NOT NULL
        UNION ALL SELECT account_id, counted_at FROM erased_sends
        UNION ALL SELECT account_id, sent_at FROM manual_messages
                   CROSS JOIN LATERAL generate_series(1, greatest(1, cardinality(recipients)));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE VIEW counted_sends AS
        SELECT account_id, counted_at FROM outgoing_messages WHERE counted_at IS NOT NULL
        UNION ALL SELECT account_id, counted_at FROM erased_sends;
      DROP TABLE manual_messages;
      DROP FUNCTION keep_erased_manual;
      DROP INDEX received_by_message_id;
    `);
  }
}
