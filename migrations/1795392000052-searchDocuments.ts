import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is searched for in the inbox, a document a conversation, and an index of pieces of its words (searchWords.ts).
 * PostgreSQL's own pg_trgm would be an extension, which not every database lets us create; it knows no words of two
 * letters, which are most of Chinese, and no workspace: what is common elsewhere would be read here.
 *
 * Triggers say which documents are out of date, since processes of the release before take mail in meanwhile, and since
 * the index would keep whoever waits for a reply waiting. One row a change, and no key: nobody waits for who writes another.
 */
export class SearchDocuments1795392000052 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE conversation_documents (
        conversation_id uuid PRIMARY KEY REFERENCES conversations ON DELETE CASCADE,
        words           text NOT NULL,
        grams           integer[] NOT NULL
      );
      -- Numbers do not compress; and nothing about them would help to plan, at the cost of reading 30,000 documents.
      ALTER TABLE conversation_documents ALTER COLUMN grams SET STORAGE EXTERNAL,
        ALTER COLUMN grams SET STATISTICS 0, ALTER COLUMN words SET STATISTICS 0;
      CREATE INDEX conversation_documents_grams ON conversation_documents USING gin (grams);

      CREATE TABLE outdated_documents (
        id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        workspace_id    uuid NOT NULL,
        conversation_id uuid NOT NULL
      );
      CREATE INDEX outdated_documents_of_workspace ON outdated_documents (workspace_id);

      CREATE FUNCTION outdate_document() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO outdated_documents (workspace_id, conversation_id) VALUES (new.workspace_id, new.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER outdate_document AFTER INSERT OR UPDATE OF last_message_at, snippet, subject, prospect_id ON conversations
        FOR EACH ROW EXECUTE FUNCTION outdate_document();

      CREATE FUNCTION outdate_documents_of_prospect() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO outdated_documents (workspace_id, conversation_id)
        SELECT workspace_id, id FROM conversations WHERE prospect_id = new.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER outdate_documents AFTER UPDATE OF email, first_name, last_name, company ON prospects
        FOR EACH ROW WHEN ((old.email, old.first_name, old.last_name, old.company)
          IS DISTINCT FROM (new.email, new.first_name, new.last_name, new.company))
        EXECUTE FUNCTION outdate_documents_of_prospect();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER outdate_documents ON prospects;
      DROP FUNCTION outdate_documents_of_prospect;
      DROP TRIGGER outdate_document ON conversations;
      DROP FUNCTION outdate_document;
      DROP TABLE outdated_documents, conversation_documents;
    `);
  }
}
