import type { MigrationInterface, QueryRunner } from 'typeorm';

/** "Unread first" is a page of its own: without this it reads past all that was read, which in the end is nearly all. */
export class InboxPages1795392000018 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX conversations_unread ON conversations (workspace_id, last_message_at DESC, id DESC) WHERE unread;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX conversations_unread');
  }
}
