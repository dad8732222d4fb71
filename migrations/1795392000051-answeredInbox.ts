import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the inbox could not show, or only slowly. The files of what the person wrote by hand, with where that mail lies. And
 * whether anything came back: asking each conversation's messages for that took 10 s where 250,000 were all of the other
 * kind. A trigger keeps it, since processes of the release before take mail in meanwhile.
 */
export class AnsweredInbox1795392000051 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE manual_messages
        ADD COLUMN folder       text NOT NULL DEFAULT '',
        ADD COLUMN uid_validity bigint NOT NULL DEFAULT 0,
        ADD COLUMN uid          bigint NOT NULL DEFAULT 0,
        ADD COLUMN attachments  jsonb NOT NULL DEFAULT '[]';

      ALTER TABLE conversations ADD COLUMN answered boolean NOT NULL DEFAULT false;
      CREATE FUNCTION note_answered() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          UPDATE conversations c SET answered = EXISTS (SELECT FROM received_messages WHERE conversation_id = c.id)
           WHERE id = old.conversation_id;
        END IF;
        UPDATE conversations SET answered = true WHERE id = new.conversation_id AND NOT answered;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_answered AFTER INSERT ON received_messages
        FOR EACH ROW EXECUTE FUNCTION note_answered();
      CREATE TRIGGER note_answered_elsewhere AFTER UPDATE OF conversation_id ON received_messages
        FOR EACH ROW WHEN (old.conversation_id <> new.conversation_id) EXECUTE FUNCTION note_answered();
      UPDATE conversations SET answered = true WHERE id IN (SELECT conversation_id FROM received_messages);
      CREATE INDEX conversations_answered
        ON conversations (workspace_id, last_message_at DESC, id DESC) WHERE answered;
      CREATE INDEX conversations_unanswered
        ON conversations (workspace_id, last_message_at DESC, id DESC) WHERE NOT answered;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER note_answered_elsewhere ON received_messages;
      DROP TRIGGER note_answered ON received_messages;
      DROP FUNCTION note_answered;
      ALTER TABLE conversations DROP COLUMN answered;
      ALTER TABLE manual_messages DROP COLUMN folder, DROP COLUMN uid_validity, DROP COLUMN uid, DROP COLUMN attachments;
    `);
  }
}
