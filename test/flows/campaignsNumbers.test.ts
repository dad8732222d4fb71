import fc from 'fast-check';
import { deleteCampaign } from '../../src/campaigns/campaigns';
import { enrolProspects } from '../../src/campaigns/enrol';
import { unenrol } from '../../src/campaigns/enrolments';
import {
  holdEnrolment,
  noteAutoReply,
  releaseEnrolment,
  stopEnrolment,
} from '../../src/campaigns/moveEnrolment';
import { updateCampaign } from '../../src/campaigns/saveCampaign';
import { loadCampaignStats } from '../../src/campaigns/stats';
import { deleteProspect } from '../../src/prospects/prospects';
import { keptNumbers, recount } from '../support/campaignNumbers';
import {
  type CampaignsWorld,
  campaignInput,
  makeCampaign,
  makeOwner,
  makeProspects,
  type Owner,
  openCampaigns,
  sendStep,
  stepText,
} from '../support/campaigns';

let world: CampaignsWorld;
let room: CampaignsWorld['room'];

beforeAll(async () => {
  world = await openCampaigns();
  room = world.room;
});
afterAll(() => world.close());

type Operation = (owner: Owner, pick: (from: readonly string[]) => string | undefined) => Promise<unknown>;

const idsOf = async (query: string, owner: Owner) =>
  (await room.db.query<{ id: string }>(query, [owner.workspaceId])).map(({ id }) => id);
const campaigns = (owner: Owner) =>
  idsOf('SELECT id FROM campaigns WHERE workspace_id = $1 ORDER BY id', owner);
const prospects = (owner: Owner) =>
  idsOf('SELECT id FROM prospects WHERE workspace_id = $1 ORDER BY id', owner);
const enrolments = (owner: Owner) =>
  idsOf('SELECT id FROM enrolments WHERE workspace_id = $1 ORDER BY id', owner);
const emails = (owner: Owner) =>
  idsOf('SELECT id FROM outgoing_messages WHERE workspace_id = $1 ORDER BY id', owner);

/** Does something to an enrolment, if there is one. */
function ofEnrolment(work: (owner: Owner, enrolmentId: string) => Promise<unknown>): Operation {
  return async (owner, pick) => {
    const id = pick(await enrolments(owner));
    if (id) await work(owner, id);
  };
}

function stopAs(state: 'REPLIED' | 'BOUNCED' | 'UNSUBSCRIBED'): Operation {
  return ofEnrolment((_, enrolmentId) =>
    room.db.transaction((tx) => stopEnrolment(tx, { enrolmentId }, state)),
  );
}

function moveEmail(state: string): Operation {
  return async (owner, pick) => {
    const id = pick(await emails(owner));
    if (id) await room.db.query('UPDATE outgoing_messages SET state = $2 WHERE id = $1', [id, state]);
  };
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  enrol: async (owner, pick) => {
    const campaignId = pick(await campaigns(owner));
    const id = pick(await prospects(owner));
    if (!campaignId || !id) return;
    await enrolProspects(room, owner, { campaignId, selection: { ids: [id] }, allowOtherCampaigns: true });
  },
  enrolAll: async (owner, pick) => {
    const campaignId = pick(await campaigns(owner));
    if (campaignId) await enrolProspects(room, owner, { campaignId, selection: { tag: 'all' } });
  },
  // Refused when everything has gone out already: then nothing must be counted either.
  send: ofEnrolment((owner, id) => sendStep(room, owner, id).catch(() => undefined)),
  reply: stopAs('REPLIED'),
  bounce: stopAs('BOUNCED'),
  unsubscribe: stopAs('UNSUBSCRIBED'),
  autoReply: ofEnrolment((_, id) => noteAutoReply(room.db, id)),
  hold: ofEnrolment((_, id) => holdEnrolment(room.db, id, 'Not known: city')),
  release: ofEnrolment((_, id) => releaseEnrolment(room.db, id)),
  unenrol: ofEnrolment((owner, id) => unenrol(room, owner, id)),
  unknown: moveEmail('UNKNOWN'),
  sentAfterAll: moveEmail('SENT'),
  erase: async (owner, pick) => {
    const id = pick(await prospects(owner));
    if (id) await deleteProspect({ ...room }, owner, id);
  },
  edit: async (owner, pick) => {
    const id = pick(await campaigns(owner));
    if (id)
      await updateCampaign(room, owner, id, campaignInput(owner, { steps: [stepText(0), stepText(1)] }));
  },
  deleteCampaign: async (owner, pick) => {
    const id = pick(await campaigns(owner));
    if (id) await deleteCampaign(room, owner, id);
  },
};

test('the numbers equal a recount after each of any operations', async () => {
  const operations = fc.array(fc.tuple(fc.constantFrom(...Object.keys(OPERATIONS)), fc.nat(1_000)), {
    minLength: 10,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(operations, async (chosen) => {
      const owner = await makeOwner(room.db);
      for (let n = 0; n < 2; n += 1) await makeCampaign(room, owner);
      await makeProspects(room, owner, 4);
      for (const [name, seed] of [['enrolAll', 0] as const, ...chosen]) {
        await OPERATIONS[name]?.(owner, (from) => from[seed % from.length]);
        expect(await keptNumbers(room.db, owner)).toEqual(await recount(room.db, owner));
      }
    }),
    { numRuns: 15 },
  );
}, 120_000);

test('fifty that send and answer at once wait for nobody, and miscount nothing', async () => {
  const owner = await makeOwner(room.db);
  const { id: campaignId } = await makeCampaign(room, owner);
  await makeProspects(room, owner, 50);
  await enrolProspects(room, owner, { campaignId, selection: { tag: 'all' } });
  const ids = await enrolments(owner);
  await Promise.all(
    ids.map(async (id, n) => {
      for (let step = 0; step < 2; step += 1) await sendStep(room, owner, id);
      if (n % 2 === 0) await OPERATIONS['reply']?.(owner, () => id);
    }),
  );
  expect(await keptNumbers(room.db, owner)).toEqual(await recount(room.db, owner));
  expect(await loadCampaignStats(room.db, [campaignId])).toMatchObject([
    { enrolled: 50, queued: 0, sent: 100, replied: 25, finished: 25 },
  ]);
});

test('what was counted is folded, so that a sum stays short', async () => {
  const owner = await makeOwner(room.db);
  const { id: campaignId } = await makeCampaign(room, owner);
  const change = `SELECT add_to_count($1, NULL, NULL, 'sent', 1) FROM generate_series(1, 2000)`;
  await Promise.all([1, 2, 3].map(() => room.db.query(change, [campaignId])));
  await room.db.query(change, [campaignId]);
  const [row] = await room.db.query<{ rows: number; sum: number }>(
    'SELECT count(*)::int AS rows, sum(delta)::int FROM campaign_counts WHERE campaign_id = $1',
    [campaignId],
  );
  expect(row?.sum).toBe(8_000);
  expect(row?.rows).toBeLessThan(2_000);
});
