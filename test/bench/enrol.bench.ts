import type { CampaignsRoom } from '../../src/campaigns/campaignsRoom';
import { enrolProspects } from '../../src/campaigns/enrol';
import { Notices } from '../../src/database/notices';
import { bench, median, takeTurns, timed } from './bench';
import { createWorkspace, viewerOf } from './populate';

const PROSPECTS = 100_000;
const ROUNDS = 5;

/**
 * Enrols 100,000 prospects by one call, each asked against the suppressions and the other campaigns. The peer is one
 * bare INSERT ... SELECT of as many rows into a table with the same columns, constraints and indexes, and no triggers.
 */
bench(async ({ db, url, log }) => {
  const room: CampaignsRoom = { db, notices: new Notices({ url, log }), log, now: () => new Date() };
  const workspaceId = await createWorkspace(db);
  const campaignId = await createCampaign(room, workspaceId);
  await db.query(
    `INSERT INTO prospects (workspace_id, email, first_name, tags)
       SELECT $1, 'person' || n || '@company' || n % 5000 || '.example.com', 'Ann', '{march}'
         FROM generate_series(1, $2::int) n`,
    [workspaceId, PROSPECTS],
  );
  await db.query(
    `INSERT INTO suppressions (workspace_id, value, reason)
       SELECT $1, 'other' || n || '@example.com', 'BOUNCED' FROM generate_series(1, 10000) n`,
    [workspaceId],
  );
  await db.query('CREATE TABLE peer (LIKE enrolments INCLUDING ALL)');
  await db.query('VACUUM ANALYZE');
  const turns = await takeTurns(
    ROUNDS,
    async () => {
      await db.query('TRUNCATE enrolments, campaign_counts CASCADE');
      return timed(async () => {
        const request = { campaignId, selection: { tag: 'march' } };
        const { enrolled } = await enrolProspects(room, viewerOf(workspaceId), request);
        if (enrolled !== PROSPECTS) throw new Error('Not all were enrolled');
      });
    },
    async () => {
      await db.query('TRUNCATE peer');
      return timed(() =>
        db.query(
          `INSERT INTO peer (workspace_id, campaign_id, prospect_id)
             SELECT workspace_id, $2, id FROM prospects WHERE workspace_id = $1`,
          [workspaceId, campaignId],
        ),
      );
    },
  );
  const seconds = (values: number[]) => `${median(values).toFixed(2)} s`;
  return [
    {
      what: 'time of one call',
      value: median(turns.map(({ ours, peer }) => ours / peer)),
      bound: { atMost: 3 },
      ours: seconds(turns.map(({ ours }) => ours)),
      peer: seconds(turns.map(({ peer }) => peer)),
    },
  ];
});

async function createCampaign({ db }: CampaignsRoom, workspaceId: string): Promise<string> {
  const [campaign] = await db.query<{ id: string }>(
    `INSERT INTO campaigns (workspace_id, name, state, timezone, days, from_minute, to_minute)
       VALUES ($1, 'Spring', 'RUNNING', 'Europe/Berlin', '{MON}', 540, 1020) RETURNING id`,
    [workspaceId],
  );
  const id = campaign?.id ?? '';
  await db.query('INSERT INTO campaign_steps (campaign_id, position, wait_days) VALUES ($1, 0, 0)', [id]);
  return id;
}
