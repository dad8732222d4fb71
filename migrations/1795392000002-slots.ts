import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Slots, and the Gmail accounts connected into them.
 *
 * Three tables, since three things live for different times: a slot belongs to the workspace for good; a
 * connection is one workspace's history with one address (revived in place when the address comes back); a
 * Gmail account is the address itself, over the whole installation, so that its limits, ramp and settings
 * survive every disconnect and cannot be reset by moving to another slot or workspace.
 */
export class Slots1795392000002 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE slots (
        id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id     uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        kind             text NOT NULL CHECK (kind IN ('SELF', 'FLY')),
        position         int NOT NULL,
        checking_attempt uuid,
        UNIQUE (workspace_id, kind, position)
      );

      CREATE TABLE gmail_accounts (
        id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        canonical_address text NOT NULL UNIQUE,
        daily_limit       int NOT NULL,
        ramp_enabled      boolean NOT NULL DEFAULT true,
        ramp_start        int NOT NULL DEFAULT 5,
        ramp_growth       int NOT NULL DEFAULT 2,
        ramp_ceiling      int NOT NULL,
        gap_min_seconds   int NOT NULL DEFAULT 360,
        gap_max_seconds   int NOT NULL DEFAULT 840,
        paused            boolean NOT NULL DEFAULT false,
        signature         text,
        parked_until      timestamptz,
        parked_problem    jsonb
      );

      CREATE TABLE connections (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        slot_id         uuid REFERENCES slots,
        account_id      uuid NOT NULL REFERENCES gmail_accounts,
        email           text NOT NULL,
        display_name    text,
        state           text NOT NULL
          CHECK (state IN ('CONNECTING', 'WATCHING', 'STALE', 'RECONNECTING', 'REJECTED', 'PAUSED')),
        problem         jsonb,
        sealed_password text,
        -- Raised by each connect, reconnect and disconnect: what was begun under an older one is void.
        generation      int NOT NULL DEFAULT 1,
        connected_at    timestamptz NOT NULL DEFAULT now(),
        last_proof_at   timestamptz,
        -- Which process watches it, and until when without a further word.
        watched_by      uuid,
        watched_until   timestamptz,
        UNIQUE (workspace_id, account_id),
        CHECK ((slot_id IS NULL) = (sealed_password IS NULL))
      );
      CREATE UNIQUE INDEX one_connection_a_slot ON connections (slot_id) WHERE slot_id IS NOT NULL;
      CREATE UNIQUE INDEX one_slot_an_account ON connections (account_id) WHERE slot_id IS NOT NULL;

      -- Append-only, so that a subscriber sees every step also when another process makes the attempt.
      CREATE TABLE check_steps (
        id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        slot_id uuid NOT NULL REFERENCES slots ON DELETE CASCADE,
        attempt uuid NOT NULL,
        name    text NOT NULL,
        outcome text NOT NULL,
        detail  text NOT NULL,
        problem jsonb
      );
      CREATE INDEX check_steps_of_slot ON check_steps (slot_id, id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE check_steps, connections, gmail_accounts, slots');
  }
}
