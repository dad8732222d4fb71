import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the watchers take in.
 *
 * `seen_mail` keeps nothing but the ids of every mail looked at, so that a UID which Gmail shows late is told
 * from one that was dealt with, and a mail in two folders is taken in once.
 * `position` orders a workspace's reply feed: it is drawn from `feed_heads` under that row's lock, which is
 * held until commit, so positions become visible in their own order and without gaps.
 */
export class Replies1795392000005 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE folder_cursors (
        connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
        folder        text NOT NULL,
        uid_validity  bigint NOT NULL,
        baseline_uid  bigint NOT NULL,
        last_uid      bigint NOT NULL,
        PRIMARY KEY (connection_id, folder)
      );

      CREATE TABLE seen_mail (
        connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
        folder        text NOT NULL,
        uid_validity  bigint NOT NULL,
        uid           bigint NOT NULL,
        PRIMARY KEY (connection_id, folder, uid_validity, uid)
      );

      CREATE TABLE feed_heads (
        workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
        position     bigint NOT NULL DEFAULT 0
      );

      CREATE TABLE received_messages (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        connection_id   uuid NOT NULL REFERENCES connections,
        conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
        outgoing_id     uuid REFERENCES outgoing_messages ON DELETE SET NULL,
        position        bigint NOT NULL,
        -- Gmail's X-GM-MSGID, or a hash of the mail where the server has none.
        identity        text NOT NULL,
        folder          text NOT NULL,
        uid_validity    bigint NOT NULL,
        uid             bigint NOT NULL,
        gmail_thread_id text,
        message_id      text NOT NULL,
        from_address    text NOT NULL,
        from_name       text,
        recipients      text[] NOT NULL,
        subject         text NOT NULL,
        text            text NOT NULL,
        reply_text      text NOT NULL,
        html            text,
        received_at     timestamptz(3) NOT NULL,
        kind            text NOT NULL CHECK (kind IN ('REPLY', 'OUT_OF_OFFICE', 'AUTO_REPLY', 'BOUNCE', 'DELAY',
          'UNSUBSCRIBE', 'COMPLAINT', 'SENDING_REFUSED', 'OTHER')),
        matched_by      text NOT NULL CHECK (matched_by IN
          ('MESSAGE_ID', 'GMAIL_THREAD', 'SENDER_ADDRESS', 'SENDER_DOMAIN', 'BOUNCE_REPORT', 'NONE')),
        rule            text NOT NULL,
        detail          text,
        in_spam         boolean NOT NULL,
        return_date     text,
        failures        jsonb NOT NULL DEFAULT '[]',
        attachments     jsonb NOT NULL DEFAULT '[]',
        UNIQUE (workspace_id, position),
        UNIQUE (connection_id, identity),
        UNIQUE (connection_id, folder, uid_validity, uid)
      );
      CREATE INDEX received_of_outgoing ON received_messages (outgoing_id);
      CREATE INDEX received_of_conversation ON received_messages (conversation_id, received_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE received_messages, feed_heads, seen_mail, folder_cursors');
  }
}
