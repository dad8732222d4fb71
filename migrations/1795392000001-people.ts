import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is asking. Tokens and secrets are kept only as SHA-256 digests: a stolen dump opens no session.
 * `attempts` holds every limited attempt (sign-in, sign-up, connect), so that the limits hold over
 * processes and restarts.
 */
export class People1795392000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE workspaces (
        id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name           text NOT NULL,
        timezone       text NOT NULL DEFAULT 'UTC',
        postal_address text,
        created_at     timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE people (
        id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id  uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        email         text NOT NULL UNIQUE,
        name          text,
        role          text NOT NULL CHECK (role IN ('OWNER', 'MEMBER')),
        is_operator   boolean NOT NULL DEFAULT false,
        password_hash text NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX people_of_workspace ON people (workspace_id, created_at);

      CREATE TABLE sessions (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        person_id    uuid NOT NULL REFERENCES people ON DELETE CASCADE,
        token_digest bytea NOT NULL UNIQUE,
        created_at   timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL
      );
      CREATE INDEX sessions_of_person ON sessions (person_id);

      CREATE TABLE api_keys (
        id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        person_id     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
        name          text NOT NULL,
        secret_digest bytea NOT NULL UNIQUE,
        created_at    timestamptz NOT NULL DEFAULT now(),
        last_used_at  timestamptz
      );
      CREATE INDEX api_keys_of_person ON api_keys (person_id);

      CREATE TABLE invitations (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        email        text NOT NULL,
        role         text NOT NULL CHECK (role IN ('OWNER', 'MEMBER')),
        token_digest bytea NOT NULL UNIQUE,
        created_at   timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        accepted_at  timestamptz
      );

      CREATE TABLE attempts (
        id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        scope text NOT NULL,
        key   text NOT NULL,
        at    timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX attempts_recent ON attempts (scope, key, at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE attempts, invitations, api_keys, sessions, people, workspaces');
  }
}
