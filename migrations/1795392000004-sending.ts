import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Conversations and the send ledger.
 *
 * `counted_at` is when a message began to count against Gmail's rolling 24 hours: set before the first byte
 * goes out, cleared only when it is certain that Gmail did not take the message.
 * The unique index over TRANSMITTING is the hard promise that one Gmail account never has two messages
 * on the wire, whatever the number of processes. Times that order a list are kept to the millisecond, which is
 * what a JavaScript Date, and so a cursor, can hold.
 */
export class Sending1795392000004 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE conversations (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        connection_id   uuid NOT NULL REFERENCES connections,
        prospect_id     uuid REFERENCES prospects ON DELETE CASCADE,
        subject         text NOT NULL,
        gmail_thread_id text,
        unread          boolean NOT NULL DEFAULT false,
        snippet         text NOT NULL DEFAULT '',
        last_message_at timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE INDEX conversations_newest ON conversations (workspace_id, last_message_at DESC, id DESC);
      CREATE INDEX conversations_of_prospect ON conversations (prospect_id);
      CREATE INDEX conversations_by_thread ON conversations (connection_id, gmail_thread_id)
        WHERE gmail_thread_id IS NOT NULL;

      CREATE TABLE outgoing_messages (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        connection_id   uuid NOT NULL REFERENCES connections,
        account_id      uuid NOT NULL REFERENCES gmail_accounts,
        conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
        prospect_id     uuid REFERENCES prospects ON DELETE CASCADE,
        from_address    text NOT NULL,
        from_name       text,
        to_address      text NOT NULL,
        subject         text NOT NULL,
        text            text NOT NULL,
        html            text,
        message_id      text NOT NULL UNIQUE,
        in_reply_to     text,
        reference_ids   text[] NOT NULL DEFAULT '{}',
        state           text NOT NULL DEFAULT 'QUEUED' CHECK (state IN
          ('QUEUED', 'RESERVED', 'TRANSMITTING', 'SENT', 'UNKNOWN', 'FAILED', 'CANCELLED')),
        attempts        int NOT NULL DEFAULT 0,
        idempotency_key text,
        queued_at       timestamptz(3) NOT NULL DEFAULT now(),
        due_at          timestamptz NOT NULL DEFAULT now(),
        claimed_by      uuid,
        claimed_until   timestamptz,
        counted_at      timestamptz,
        unknown_since   timestamptz,
        sent_at         timestamptz,
        bounced_at      timestamptz,
        problem         jsonb,
        UNIQUE (workspace_id, idempotency_key)
      );
      -- The claim: the next due message of an account, which sends through one connection.
      CREATE INDEX outgoing_due ON outgoing_messages (connection_id, due_at, queued_at) WHERE state = 'QUEUED';
      CREATE INDEX outgoing_in_flight ON outgoing_messages (account_id) WHERE state IN ('RESERVED', 'TRANSMITTING');
      CREATE UNIQUE INDEX outgoing_one_on_the_wire ON outgoing_messages (account_id) WHERE state = 'TRANSMITTING';
      CREATE INDEX outgoing_unknown ON outgoing_messages (unknown_since) WHERE state = 'UNKNOWN';
      -- The rolling 24 hours.
      CREATE INDEX outgoing_counted ON outgoing_messages (account_id, counted_at) WHERE counted_at IS NOT NULL;
      CREATE INDEX outgoing_newest ON outgoing_messages (workspace_id, queued_at DESC, id DESC);
      CREATE INDEX outgoing_of_prospect ON outgoing_messages (prospect_id);
      CREATE INDEX outgoing_to_address ON outgoing_messages (connection_id, to_address);
      CREATE INDEX outgoing_of_conversation ON outgoing_messages (conversation_id, queued_at);

      -- Erasing a person must not make Gmail's limit forget that they were written to: when, and nothing more.
      CREATE TABLE erased_sends (
        account_id uuid NOT NULL REFERENCES gmail_accounts,
        counted_at timestamptz NOT NULL
      );
      CREATE INDEX erased_sends_counted ON erased_sends (account_id, counted_at);
      CREATE FUNCTION keep_erased_send() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO erased_sends (account_id, counted_at) VALUES (OLD.account_id, OLD.counted_at);
        RETURN OLD;
      END $$;
      CREATE TRIGGER outgoing_erased BEFORE DELETE ON outgoing_messages
        FOR EACH ROW WHEN (OLD.counted_at IS NOT NULL) EXECUTE FUNCTION keep_erased_send();
      -- All that counts against an account's rolling 24 hours.
      CREATE VIEW counted_sends AS
        SELECT account_id, counted_at FROM outgoing_messages WHERE counted_at IS NOT NULL
        UNION ALL SELECT account_id, counted_at FROM erased_sends;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP VIEW counted_sends;
      DROP TABLE outgoing_messages, erased_sends, conversations;
      DROP FUNCTION keep_erased_send;
    `);
  }
}
