import { newKey } from '../../api/newKey';
import type { CreateCampaignInput, Weekday } from '../../api/schema.generated';
import { WRITING } from '../../texts/campaignWriting';
import type { CampaignOutcomeFragment } from '../campaigns.generated';
import type { CampaignDraftQuery, CampaignTextFragment } from './writing.generated';

/** A campaign as it stands in the form. Each step and wording has a key of its own, also before it has an id. */
export interface Draft {
  name: string;
  schedule: { timezone: string; days: Weekday[]; from: string; to: string };
  slotIds: string[];
  steps: DraftStep[];
}

export interface DraftStep {
  key: string;
  waitDays: number;
  variants: DraftVariant[];
}

export interface DraftVariant {
  key: string;
  subject: string;
  body: string;
  weight: number;
}

export type SavedCampaign = NonNullable<CampaignDraftQuery['campaign']>;

/** What the server finds wrong, by step, variant and field, counted from 0, and the line of the field, from 1. */
export type Problem = Extract<CampaignOutcomeFragment, { __typename: 'CampaignInvalid' }>['problems'][number];

/** The ids that the server has given, by key. */
export type Ids = Map<string, string>;

/** What was saved has its id as its key. */
export function toDraft({ name, schedule, slots, steps }: CampaignTextFragment): Draft {
  const { timezone, days, from, to } = schedule;
  return {
    name,
    schedule: { timezone, days, from, to },
    slotIds: slots.map(({ id }) => id),
    steps: steps.map(({ id, waitDays, variants }) => ({
      key: id,
      waitDays,
      variants: variants.map(({ id: key, subject, body, weight }) => ({ key, subject, body, weight })),
    })),
  };
}

export function idsOf({ steps }: Pick<SavedCampaign, 'steps'>): Ids {
  return new Map(
    steps.flatMap(({ id, variants }) => [id, ...variants.map((each) => each.id)].map((one) => [one, one])),
  );
}

export function toInput({ steps, ...rest }: Draft, ids: Ids): CreateCampaignInput {
  return {
    ...rest,
    steps: steps.map(({ key, waitDays, variants }) => ({
      ...idOf(key, ids),
      waitDays,
      variants: variants.map(({ key: own, ...variant }) => ({ ...idOf(own, ids), ...variant })),
    })),
  };
}

/** Keeps the ids of what was new, so that saving again changes it instead of making it twice. */
export function learnIds(
  ids: Ids,
  sent: Draft,
  saved: { steps: readonly { id: string; variants: readonly { id: string }[] }[] },
): void {
  for (const [n, step] of sent.steps.entries()) {
    const savedStep = saved.steps[n];
    if (!savedStep) continue;
    ids.set(step.key, savedStep.id);
    for (const [m, { key }] of step.variants.entries()) {
      const id = savedStep.variants[m]?.id;
      if (id) ids.set(key, id);
    }
  }
}

export function newStep(waitDays: number, body: string, subject = ''): DraftStep {
  return { key: newKey(), waitDays, variants: [newVariant({ subject, body })] };
}

/** With the words of another to begin with. */
export function newVariant({ subject, body }: Pick<DraftVariant, 'subject' | 'body'>): DraftVariant {
  return { key: newKey(), subject, body, weight: 1 };
}

/** What a campaign is before anybody has written anything: an office week in the workspace's timezone. */
export function startingDraft(name: string, timezone: string, slotIds: string[]): Draft {
  return {
    name,
    schedule: { timezone, days: ['MON', 'TUE', 'WED', 'THU', 'FRI'], from: '09:00', to: '17:00' },
    slotIds,
    steps: [newStep(0, WRITING.starter.first, WRITING.starter.subject)],
  };
}

/** Gives back the list with another element at its place. */
export function replaceAt<T>(list: readonly T[], index: number, element: T): T[] {
  return list.map((each, n) => (n === index ? element : each));
}

function idOf(key: string, ids: Ids): { id?: string } {
  const id = ids.get(key);
  return id ? { id } : {};
}
