import type { Sql } from '../database/database';
import type { Viewer } from '../identity/context';
import { BadInput } from '../lib/failures';
import type { Prospect } from '../prospects/prospect.entity';
import { findProspect } from '../prospects/prospects';
import type { ProspectsRoom } from '../prospects/prospectsRoom';
import type { Campaign } from './campaign.entity';
import type { CampaignProblem } from './campaignInput';
import { findCampaign } from './campaigns';
import { loadSenders, renderStep, type Sender } from './renderStep';
import { chooseVariant, loadSteps, type Step, type Variant } from './steps';

export interface PreviewRequest {
  campaignId: string;
  /** Counts from 0, as `variant` does. */
  step: number;
  /** Left out: the one that this person would get. */
  variant?: number | null;
  prospectId: string;
}

export interface StepPreview {
  subject: string;
  text: string;
  html: string | null;
  problems: CampaignProblem[];
}

/**
 * What would go out to this person, enrolled or not: rendered by what the sender uses. What keeps it from going out
 * stands in `problems`, and the rest is empty then.
 *
 * @throws NotFound for a campaign or prospect that is not the workspace's; BadInput for a step or variant that is not
 * the campaign's
 */
export async function previewStep(
  room: ProspectsRoom,
  viewer: Viewer,
  request: PreviewRequest,
): Promise<StepPreview> {
  const campaign = await findCampaign(room, viewer, request.campaignId);
  const prospect = await findProspect(room, viewer, request.prospectId);
  const [steps = []] = await loadSteps(room.db, [campaign.id]);
  const step = steps[request.step];
  if (!step) throw new BadInput([{ path: 'step', message: `must be from 0 to ${steps.length - 1}` }]);
  const variant = pickVariant(step, request.variant, prospect);
  const { sender, subject: said } = await readThread(room.db, viewer, campaign, prospect);
  const threadSubject =
    request.step === 0 ? null : (said ?? subjectBefore(steps, request.step, prospect, sender));
  const rendered = renderStep({ variant, prospect, sender, threadSubject });
  if (rendered.outcome === 'Rendered') {
    const { subject, text, html } = rendered;
    return { subject, text, html, problems: [] };
  }
  const problem =
    rendered.outcome === 'Failed'
      ? rendered.problem
      : { field: 'body', line: null, message: rendered.reason };
  return {
    subject: '',
    text: '',
    html: null,
    problems: [{ step: request.step, variant: variant.position, ...problem }],
  };
}

function pickVariant(step: Step, index: number | null | undefined, prospect: Prospect): Variant {
  const variant = typeof index === 'number' ? step.variants[index] : chooseVariant(step, prospect.id);
  if (variant) return variant;
  throw new BadInput([{ path: 'variant', message: `must be from 0 to ${step.variants.length - 1}` }]);
}

/** The sender who speaks to them, else the first who could; and the subject of what was said already. */
async function readThread(
  db: Sql,
  viewer: Viewer,
  campaign: Campaign,
  prospect: Prospect,
): Promise<{ sender: Sender; subject: string | null }> {
  const [thread] = await db.query<{ connection_id: string | null; subject: string | null }>(
    `SELECT coalesce(e.connection_id, (
              SELECT c.id FROM campaign_slots JOIN slots s ON s.id = slot_id JOIN connections c USING (slot_id)
               WHERE campaign_id = $1 ORDER BY s.kind DESC, s.position LIMIT 1)) AS connection_id, t.subject
       FROM (SELECT) one LEFT JOIN enrolments e ON e.campaign_id = $1 AND e.prospect_id = $2
       LEFT JOIN conversations t ON t.id = e.conversation_id`,
    [campaign.id, prospect.id],
  );
  const [sender] = thread?.connection_id ? await loadSenders(db, [thread.connection_id]) : [];
  const viewerAsSender = { sender: { name: viewer.name, email: viewer.email } };
  return { sender: sender ?? viewerAsSender, subject: thread?.subject ?? null };
}

/** Of the thread as it would be by then: opened by the last step before that has a subject of its own. */
function subjectBefore(
  steps: readonly Step[],
  position: number,
  prospect: Prospect,
  sender: Sender,
): string | null {
  for (const step of steps.slice(0, position).reverse()) {
    const variant = chooseVariant(step, prospect.id);
    const rendered = variant && renderStep({ variant, prospect, sender, threadSubject: null });
    if (rendered?.outcome === 'Rendered' && rendered.subject !== '') return rendered.subject;
  }
  return null;
}
