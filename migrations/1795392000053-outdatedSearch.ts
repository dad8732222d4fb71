import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was there before has no document yet. The newest last: they are taken from the end. After the triggers, and in a
 * transaction of its own, since theirs holds the tables that everybody writes.
 */
export class OutdatedSearch1795392000053 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      INSERT INTO outdated_documents (workspace_id, conversation_id)
      SELECT workspace_id, id FROM conversations ORDER BY last_message_at
    `);
  }

  async down(): Promise<void> {}
}
