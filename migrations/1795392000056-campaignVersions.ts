import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How often a campaign was saved, so that of two people who save it in the same instant the second is told. A trigger counts,
 * since processes of the release before save meanwhile. Every saving writes the name; starting and pausing do not.
 */
export class CampaignVersions1795392000056 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE campaigns ADD COLUMN version int NOT NULL DEFAULT 1;
      CREATE FUNCTION count_campaign_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        new.version := old.version + 1;
        RETURN new;
      END $$;
      CREATE TRIGGER count_campaign_version BEFORE UPDATE OF name ON campaigns
        FOR EACH ROW EXECUTE FUNCTION count_campaign_version();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER count_campaign_version ON campaigns;
      DROP FUNCTION count_campaign_version;
      ALTER TABLE campaigns DROP COLUMN version;
    `);
  }
}
