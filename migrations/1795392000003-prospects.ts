import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who may be written to, and addresses and domains that must never be written to again. */
export class Prospects1795392000003 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE prospects (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        email        text NOT NULL,
        first_name   text,
        last_name    text,
        company      text,
        attributes   jsonb NOT NULL DEFAULT '{}',
        tags         text[] NOT NULL DEFAULT '{}',
        created_at   timestamptz NOT NULL DEFAULT now(),
        UNIQUE (workspace_id, email)
      );
      CREATE INDEX prospects_newest ON prospects (workspace_id, created_at DESC, id DESC);
      -- Colleagues: who at this company have we written to?
      CREATE INDEX prospects_by_domain ON prospects (workspace_id, split_part(email, '@', 2));
      CREATE INDEX prospects_by_tag ON prospects USING gin (tags);

      -- No reference to prospects: a suppression outlives the person's erasure and every campaign.
      CREATE TABLE suppressions (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        value        text NOT NULL,
        reason       text NOT NULL CHECK (reason IN ('UNSUBSCRIBED', 'BOUNCED', 'COMPLAINED', 'MANUAL')),
        created_at   timestamptz NOT NULL DEFAULT now(),
        UNIQUE (workspace_id, value)
      );
      CREATE INDEX suppressions_newest ON suppressions (workspace_id, created_at DESC, id DESC);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE suppressions, prospects');
  }
}
