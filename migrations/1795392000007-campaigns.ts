import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Campaigns, who is enrolled in them, what came of it, and the numbers.
 *
 * The numbers are kept by triggers, so that no code path can forget one, and as changes, not as totals: whoever
 * counts only appends a row. With one total a campaign, fifty slots that send for it would commit one after the other
 * on that row, and two transactions that touch two totals in different order would dead-lock. A number is the sum of
 * its changes; one change in sixty-four folds the older ones of its campaign into one, skipping what another is
 * folding, so that it waits for nobody and a sum stays short.
 */
export class Campaigns1795392000007 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaigns (
        id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
        name         text NOT NULL,
        state        text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT', 'RUNNING', 'PAUSED', 'FINISHED')),
        timezone     text NOT NULL,
        days         text[] NOT NULL,
        from_minute  int NOT NULL,
        to_minute    int NOT NULL,
        created_at   timestamptz(3) NOT NULL DEFAULT now(),
        CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
      );
      CREATE INDEX campaigns_newest ON campaigns (workspace_id, created_at DESC, id DESC);

      -- Steps and variants that mail went out of are kept, as removed, for their numbers.
      CREATE TABLE campaign_steps (
        id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        position    int NOT NULL,
        wait_days   int NOT NULL,
        removed_at  timestamptz
      );
      CREATE INDEX campaign_steps_of_campaign ON campaign_steps (campaign_id, position);

      CREATE TABLE campaign_variants (
        id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        step_id    uuid NOT NULL REFERENCES campaign_steps ON DELETE CASCADE,
        position   int NOT NULL,
        subject    text NOT NULL,
        body       text NOT NULL,
        weight     int NOT NULL,
        removed_at timestamptz
      );
      CREATE INDEX campaign_variants_of_step ON campaign_variants (step_id, position);

      CREATE TABLE campaign_slots (
        campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
        slot_id     uuid NOT NULL REFERENCES slots ON DELETE CASCADE,
        PRIMARY KEY (campaign_id, slot_id)
      );
      CREATE INDEX campaign_slots_of_slot ON campaign_slots (slot_id);

      -- No references: PostgreSQL looks them up row by row, which took half of the time of enrolling 100,000. The
      -- triggers below stand for them, and enrolProspects, where alone rows are made, holds the locks that they need.
      CREATE TABLE enrolments (
        id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        workspace_id    uuid NOT NULL,
        campaign_id     uuid NOT NULL,
        prospect_id     uuid NOT NULL,
        state           text NOT NULL DEFAULT 'WAITING' CHECK (state IN
          ('WAITING', 'HELD', 'REPLIED', 'BOUNCED', 'UNSUBSCRIBED', 'FINISHED', 'STOPPED')),
        -- Who speaks to them: nobody until the first email goes out, so that until then any slot may.
        connection_id   uuid,
        conversation_id uuid,
        -- So many of the campaign's steps, from the first on, are behind them.
        steps_done      int NOT NULL DEFAULT 0,
        -- From when the wait of the next step counts: the last email, or the enrolment.
        waiting_since   timestamptz NOT NULL DEFAULT now(),
        -- They are away until then.
        postponed_until timestamptz,
        -- The later of the two. Null while their next email is on its way out.
        next_at         timestamptz DEFAULT now(),
        held_by         text CHECK (held_by IN ('MISSING_VALUE', 'PERSON')),
        held_reason     text,
        created_at      timestamptz(3) NOT NULL DEFAULT now(),
        -- The prospect stands first: it serves also who asks for all enrolments of a person.
        UNIQUE (prospect_id, campaign_id),
        CHECK ((state = 'HELD') = (held_by IS NOT NULL) AND (held_by IS NULL) = (held_reason IS NULL))
      );
      -- The two claims: follow-ups of a connection, first emails of a campaign.
      CREATE INDEX enrolments_follow_up ON enrolments (connection_id, next_at)
        WHERE state = 'WAITING' AND connection_id IS NOT NULL;
      CREATE INDEX enrolments_first_email ON enrolments (campaign_id, next_at, id)
        WHERE state = 'WAITING' AND connection_id IS NULL;
      -- The lists. Who waits is most of a campaign or nobody; the rest is found among many.
      CREATE INDEX enrolments_newest ON enrolments (campaign_id, created_at DESC, id DESC);
      CREATE INDEX enrolments_by_state ON enrolments (campaign_id, state, created_at DESC, id DESC)
        WHERE state <> 'WAITING';
      CREATE INDEX enrolments_held ON enrolments (prospect_id) WHERE state = 'HELD';
      CREATE INDEX enrolments_of_conversation ON enrolments (conversation_id) WHERE conversation_id IS NOT NULL;

      -- What came of an enrolment, each at most once, and on which wording; null where none had gone out.
      CREATE TABLE enrolment_outcomes (
        enrolment_id uuid NOT NULL REFERENCES enrolments ON DELETE CASCADE,
        outcome      text NOT NULL CHECK (outcome IN ('REPLIED', 'AUTO_REPLIED', 'BOUNCED', 'UNSUBSCRIBED')),
        campaign_id  uuid NOT NULL,
        step_id      uuid,
        variant_id   uuid,
        at           timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (enrolment_id, outcome)
      );

      -- The ledger outlives the campaign. The other three mean something as long as campaign_id does, and steps with
      -- mail are never deleted before it: references would cost an index and a lookup each.
      ALTER TABLE outgoing_messages
        ADD COLUMN campaign_id  uuid REFERENCES campaigns ON DELETE SET NULL,
        ADD COLUMN enrolment_id uuid,
        ADD COLUMN step_id      uuid,
        ADD COLUMN variant_id   uuid;
      CREATE INDEX outgoing_of_campaign ON outgoing_messages (campaign_id, queued_at DESC, id DESC)
        WHERE campaign_id IS NOT NULL;
      -- Nobody gets a step twice. What was cancelled may be sent after all, unless Gmail may have taken it.
      CREATE UNIQUE INDEX outgoing_step_once ON outgoing_messages (enrolment_id, step_id)
        WHERE enrolment_id IS NOT NULL AND (state <> 'CANCELLED' OR counted_at IS NOT NULL);
    `);
    await db.query(CASCADING);
    await db.query(COUNTING);
    await db.query(RELEASING);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER release_held ON prospects;
      DROP TRIGGER erase_enrolments ON prospects;
      DROP TRIGGER count_sent ON outgoing_messages;
      DROP TRIGGER count_sent_change ON outgoing_messages;
      DROP TRIGGER count_sent_erased ON outgoing_messages;
      ALTER TABLE outgoing_messages
        DROP COLUMN campaign_id, DROP COLUMN enrolment_id, DROP COLUMN step_id, DROP COLUMN variant_id;
      DROP TABLE campaign_counts, enrolment_outcomes, enrolments, campaign_slots, campaign_variants, campaign_steps,
        campaigns;
      DROP FUNCTION release_held, erase_enrolments, delete_enrolments, count_sent, count_outcome, count_enrolments, add_state_to_count, add_to_count;
    `);
  }
}

const CASCADING = `
  -- Who enrols holds the campaign's row, for which its deletion waits.
  CREATE FUNCTION delete_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM enrolments USING removed WHERE campaign_id = removed.id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER delete_enrolments AFTER DELETE ON campaigns
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION delete_enrolments();

  -- Who enrols holds this lock alone: either we wait and then see the new rows, or they wait and then miss the person.
  CREATE FUNCTION erase_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('enrol ' || workspace_id, 0))
       FROM (SELECT DISTINCT workspace_id FROM removed) workspaces;
    DELETE FROM enrolments USING removed WHERE prospect_id = removed.id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER erase_enrolments AFTER DELETE ON prospects
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION erase_enrolments();
`;

const COUNTING = `
  CREATE TABLE campaign_counts (
    campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    step_id     uuid,
    variant_id  uuid,
    number      text NOT NULL,
    delta       bigint NOT NULL
  );
  CREATE INDEX campaign_counts_of_campaign ON campaign_counts (campaign_id);

  -- Nothing is counted for a campaign that is being deleted: its enrolments go after it.
  CREATE FUNCTION add_to_count(campaign uuid, step uuid, variant uuid, counted text, change bigint)
    RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO campaign_counts (campaign_id, step_id, variant_id, number, delta)
      SELECT campaign, step, variant, counted, change FROM campaigns WHERE id = campaign;
    IF random() < 1.0 / 64 THEN
      WITH folded AS (
        DELETE FROM campaign_counts WHERE ctid IN (
            SELECT ctid FROM campaign_counts WHERE campaign_id = campaign LIMIT 1000 FOR UPDATE SKIP LOCKED)
          RETURNING step_id, variant_id, number, delta)
      INSERT INTO campaign_counts (campaign_id, step_id, variant_id, number, delta)
        SELECT campaign, step_id, variant_id, number, sum(delta) FROM folded
         GROUP BY step_id, variant_id, number HAVING sum(delta) <> 0;
    END IF;
  END $$;

  CREATE FUNCTION add_state_to_count(campaign uuid, state text, change bigint)
    RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF state IN ('WAITING', 'HELD', 'FINISHED') THEN
      PERFORM add_to_count(campaign, NULL, NULL, CASE state WHEN 'WAITING' THEN 'queued' ELSE lower(state) END, change);
    END IF;
  END $$;

  -- By statement: 100,000 enrolled at once are two changes.
  CREATE FUNCTION count_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      PERFORM add_state_to_count(campaign_id, state, count(*)) FROM added GROUP BY campaign_id, state;
      PERFORM add_to_count(campaign_id, NULL, NULL, 'enrolled', count(*)) FROM added GROUP BY campaign_id;
    ELSIF TG_OP = 'DELETE' THEN
      PERFORM add_state_to_count(campaign_id, state, -count(*)) FROM removed GROUP BY campaign_id, state;
      PERFORM add_to_count(campaign_id, NULL, NULL, 'enrolled', -count(*)) FROM removed GROUP BY campaign_id;
    ELSE
      PERFORM add_state_to_count(campaign_id, state, sum(sign)::bigint)
        FROM (SELECT campaign_id, state, 1 AS sign FROM added
              UNION ALL SELECT campaign_id, state, -1 FROM removed) moved
       GROUP BY campaign_id, state HAVING sum(sign) <> 0;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_enrolled AFTER INSERT ON enrolments
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_enrolments();
  CREATE TRIGGER count_moved AFTER UPDATE ON enrolments
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_enrolments();
  CREATE TRIGGER count_erased AFTER DELETE ON enrolments
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_enrolments();

  CREATE FUNCTION count_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    one enrolment_outcomes := coalesce(NEW, OLD);
  BEGIN
    PERFORM add_to_count(one.campaign_id, one.step_id, one.variant_id,
      CASE one.outcome WHEN 'AUTO_REPLIED' THEN 'autoReplied' ELSE lower(one.outcome) END,
      CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END);
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_outcome AFTER INSERT OR DELETE ON enrolment_outcomes
    FOR EACH ROW EXECUTE FUNCTION count_outcome();

  -- By row and under a condition: of the ledger's many updates of one row only those into SENT count.
  CREATE FUNCTION count_sent() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    message outgoing_messages := coalesce(NEW, OLD);
  BEGIN
    PERFORM add_to_count(message.campaign_id, message.step_id, message.variant_id, 'sent',
      CASE WHEN TG_OP <> 'DELETE' AND message.state = 'SENT' THEN 1 ELSE -1 END);
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_sent AFTER INSERT ON outgoing_messages
    FOR EACH ROW WHEN (NEW.state = 'SENT' AND NEW.campaign_id IS NOT NULL) EXECUTE FUNCTION count_sent();
  CREATE TRIGGER count_sent_change AFTER UPDATE ON outgoing_messages
    FOR EACH ROW WHEN ((OLD.state = 'SENT') <> (NEW.state = 'SENT') AND NEW.campaign_id IS NOT NULL)
    EXECUTE FUNCTION count_sent();
  CREATE TRIGGER count_sent_erased AFTER DELETE ON outgoing_messages
    FOR EACH ROW WHEN (OLD.state = 'SENT' AND OLD.campaign_id IS NOT NULL) EXECUTE FUNCTION count_sent();
`;

/** In the database, since a prospect is changed by mutations and by imports, in a room that knows no campaigns. */
const RELEASING = `
  -- More is known of somebody: whether it is what was missing, the sender finds out by rendering again.
  CREATE FUNCTION release_held() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE enrolments held SET state = 'WAITING', held_by = NULL, held_reason = NULL
      FROM before JOIN after USING (id)
     WHERE held.prospect_id = after.id AND held.state = 'HELD' AND held.held_by = 'MISSING_VALUE'
       AND (before.first_name, before.last_name, before.company, before.attributes)
           IS DISTINCT FROM (after.first_name, after.last_name, after.company, after.attributes);
    RETURN NULL;
  END $$;
  CREATE TRIGGER release_held AFTER UPDATE ON prospects
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION release_held();
`;
