import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever holds an open WebSocket hears at once that its session or API key has ended, in whatever way it did: by a
 * sign-out in another process, with a member who was removed, by `npm run password`. The payload is one of
 * database/noticePayload.ts.
 */
export class EndedCredentials1795392000020 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION tell_of_ended_credential() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('connectionsphere_notices',
          json_build_array(json_build_array('ended credentials', OLD.id))::text);
        RETURN NULL;
      END $$;

      CREATE TRIGGER session_ended AFTER DELETE ON sessions
        FOR EACH ROW EXECUTE FUNCTION tell_of_ended_credential();
      CREATE TRIGGER api_key_ended AFTER DELETE ON api_keys
        FOR EACH ROW EXECUTE FUNCTION tell_of_ended_credential();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER session_ended ON sessions;
      DROP TRIGGER api_key_ended ON api_keys;
      DROP FUNCTION tell_of_ended_credential();
    `);
  }
}
