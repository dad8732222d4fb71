import { findCampaign } from '../../src/campaigns/campaigns';
import type { CampaignsRoom } from '../../src/campaigns/campaignsRoom';
import { enrolProspects } from '../../src/campaigns/enrol';
import { startCampaign } from '../../src/campaigns/runCampaign';
import { createCampaign } from '../../src/campaigns/saveCampaign';
import { forecastCampaign } from '../../src/sending/campaignOutlook';
import { bench, median } from './bench';
import { createSlots, openSendingRoom, viewerOf } from './populate';

const PROSPECTS = 100_000;
const SLOTS = 50;
const DAYS = 90;
const ROUNDS = 3;

/**
 * What a forecast over 90 days costs, of 100,000 people in three steps over 50 slots with the usual ramp. There is no peer:
 * what it does nobody else does.
 */
bench(async (ground) => {
  const { db } = ground;
  const sending = openSendingRoom(ground, 0);
  const room: CampaignsRoom = sending;
  const workspaceId = await createSlots(db, SLOTS, sending.seal);
  const viewer = viewerOf(workspaceId);
  await db.query(
    `INSERT INTO prospects (workspace_id, email, tags)
       SELECT $1, 'person' || n || '@company' || n % 5000 || '.example.com', '{march}' FROM generate_series(1, $2::int) n`,
    [workspaceId, PROSPECTS],
  );
  const slots = await db.query<{ id: string }>('SELECT id FROM slots WHERE workspace_id = $1', [workspaceId]);
  const saved = await createCampaign(room, viewer, {
    name: 'Spring',
    schedule: {
      timezone: 'Europe/Berlin',
      days: ['MON', 'TUE', 'WED', 'THU', 'FRI'],
      from: '09:00',
      to: '17:00',
    },
    slotIds: slots.map(({ id }) => id),
    steps: [0, 3, 4].map((waitDays) => ({ waitDays, variants: [{ subject: 'Hello', body: 'Hi' }] })),
  });
  if (saved.outcome !== 'CampaignSaved') throw new Error(saved.message);
  const { id } = saved.campaign;
  await enrolProspects(room, viewer, { campaignId: id, selection: { tag: 'march' } });
  await startCampaign(room, viewer, id);
  await db.query('VACUUM ANALYZE');
  const campaign = await findCampaign(room, viewer, id);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    const days = await forecastCampaign(sending, campaign, DAYS);
    const { user, system } = process.cpuUsage(before);
    if (days.every(({ sends }) => sends === 0)) throw new Error('Nothing was forecast');
    seconds.push((user + system) / 1e6);
  }
  return [
    { what: '90 days of 100,000 people', value: median(seconds), unit: 's of CPU', bound: { atMost: 5 } },
  ];
});
