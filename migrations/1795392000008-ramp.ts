import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the ramp allowed an account on each day that something went out, and why. A day without a row allowed what
 * the day before it did: it is written with the day's first email, under the account's lock.
 *
 * A cap over all connections of one sending domain is a workspace's own decision, so there is none until it is set.
 */
export class Ramp1795392000008 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE ramp_days (
        account_id uuid NOT NULL REFERENCES gmail_accounts,
        date       date NOT NULL,
        allowance  int NOT NULL,
        reason     text NOT NULL,
        throttled  boolean NOT NULL DEFAULT false,
        PRIMARY KEY (account_id, date)
      );

      CREATE TABLE domain_caps (
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        domain       text NOT NULL,
        daily_cap    int NOT NULL CHECK (daily_cap > 0),
        PRIMARY KEY (workspace_id, domain)
      );
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE domain_caps, ramp_days');
  }
}
