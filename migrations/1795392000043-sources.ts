import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who said that somebody must not be written to again, and by which email; and a workspace's own opt-out line. */
export class Sources1795392000043 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE suppressions
        ADD COLUMN source text NOT NULL DEFAULT 'PERSON' CHECK (source IN
          ('PERSON', 'LINK', 'REPLY', 'BOUNCE', 'COMPLAINT')),
        ADD COLUMN outgoing_id uuid REFERENCES outgoing_messages ON DELETE SET NULL;
      CREATE INDEX suppressions_of_outgoing ON suppressions (outgoing_id) WHERE outgoing_id IS NOT NULL;
      UPDATE suppressions SET source = CASE reason WHEN 'BOUNCED' THEN 'BOUNCE' WHEN 'COMPLAINED' THEN 'COMPLAINT'
             WHEN 'UNSUBSCRIBED' THEN CASE WHEN received_id IS NULL THEN 'LINK' ELSE 'REPLY' END ELSE 'PERSON' END;
      ALTER TABLE workspaces ADD COLUMN opt_out_line text;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE workspaces DROP COLUMN opt_out_line;
      ALTER TABLE suppressions DROP COLUMN source, DROP COLUMN outgoing_id;
    `);
  }
}
