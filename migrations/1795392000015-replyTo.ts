import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a sender wants the answer, if not at the address they wrote from (RFC 5322, Reply-To). */
export class ReplyTo1795392000015 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE received_messages ADD COLUMN reply_to text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE received_messages DROP COLUMN reply_to');
  }
}
