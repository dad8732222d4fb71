import { isTimezone } from '../lib/timezone';
import { nextOpening, type Schedule, WEEKDAYS, type Weekday } from './schedule';
import { checkTemplate } from './templates/template';

/** What a person writes of a campaign. Ids keep existing steps and variants, with their numbers. */
export interface CampaignInput {
  name: string;
  schedule: ScheduleText;
  steps: readonly StepText[];
  slotIds: readonly string[];
}

/** `from` and `to` are HH:MM; `to` may be 24:00. */
export interface ScheduleText {
  timezone: string;
  days: readonly Weekday[];
  from: string;
  to: string;
}

export interface StepText {
  id?: string | null;
  waitDays: number;
  variants: readonly VariantText[];
}

export interface VariantText {
  id?: string | null;
  subject: string;
  body: string;
  /** 1 when it is left out. */
  weight?: number | null;
}

/** `step` and `variant` count from 0; null where the problem is the campaign's own. */
export interface CampaignProblem {
  step: number | null;
  variant: number | null;
  field: string;
  line: number | null;
  message: string;
}

/** What an input may refer to. */
export interface Known {
  slotIds: ReadonlySet<string>;
  /** The variants of each step that the campaign has. */
  variantIds: ReadonlyMap<string, ReadonlySet<string>>;
}

export const MOST = { steps: 50, variants: 20, slots: 1_000, waitDays: 365, weight: 1_000 };

/** All that is wrong with a campaign, in the order in which it is written. */
export function checkCampaign(input: CampaignInput, known: Known, now: Date): CampaignProblem[] {
  return [
    ...checkName(input.name),
    ...checkSchedule(input.schedule, now),
    ...checkSlots(input.slotIds, known.slotIds),
    ...checkSteps(input.steps, known),
  ];
}

/** In the shape of the rows; the text must have passed checkCampaign. */
export function toSchedule({ timezone, days, from, to }: ScheduleText): Schedule {
  return {
    timezone,
    days: WEEKDAYS.filter((day) => days.includes(day)),
    fromMinute: minuteOf(from) ?? 0,
    toMinute: minuteOf(to) ?? 0,
  };
}

/** As it is written: HH:MM. */
export function toScheduleText({ timezone, days, fromMinute, toMinute }: Schedule): ScheduleText {
  return { timezone, days, from: timeOf(fromMinute), to: timeOf(toMinute) };
}

function checkName(name: string): CampaignProblem[] {
  const accepted = /^(?=.*\S)[^\p{Cc}\p{Cs}\u2028\u2029]{1,200}$/u.test(name);
  return accepted ? [] : [own('name', 'A name has 1 to 200 characters in one line.')];
}

function checkSchedule(text: ScheduleText, now: Date): CampaignProblem[] {
  const [from, to] = [minuteOf(text.from), minuteOf(text.to)];
  const problems: CampaignProblem[] = [];
  if (!isTimezone(text.timezone)) {
    problems.push(
      own('schedule.timezone', 'This is no timezone of the IANA database, such as Europe/Berlin.'),
    );
  }
  if (text.days.length === 0)
    problems.push(own('schedule.days', 'Choose at least one day on which it may send.'));
  if (from === null || from === DAY_MINUTES)
    problems.push(own('schedule.from', 'A time is HH:MM, from 00:00 to 23:59.'));
  if (to === null) problems.push(own('schedule.to', 'A time is HH:MM, from 00:01 to 24:00.'));
  if (from !== null && to !== null && from >= to) {
    problems.push(own('schedule.to', `The window must end after it begins, at ${text.from}.`));
  }
  if (problems.length > 0 || nextOpening(toSchedule(text), now)) return problems;
  return [own('schedule', 'This schedule never opens: no moment is inside it.')];
}

function checkSlots(slotIds: readonly string[], known: ReadonlySet<string>): CampaignProblem[] {
  if (slotIds.length === 0) return [own('slotIds', 'Choose at least one slot to send from.')];
  if (slotIds.length > MOST.slots)
    return [own('slotIds', `A campaign sends from at most ${MOST.slots} slots.`)];
  const unknown = slotIds.filter((id) => !known.has(id));
  return unknown.map((id) => own('slotIds', `There is no such slot: ${id.slice(0, 40)}.`));
}

function checkSteps(steps: readonly StepText[], known: Known): CampaignProblem[] {
  if (steps.length === 0) return [own('steps', 'A campaign needs at least one step.')];
  if (steps.length > MOST.steps) return [own('steps', `A campaign has at most ${MOST.steps} steps.`)];
  return steps.flatMap((step, index) => [
    ...checkId(step.id, steps.slice(0, index), new Set(known.variantIds.keys())).map((message) =>
      ofStep(index, 'id', message),
    ),
    ...checkStep(step, index, known),
  ]);
}

function checkStep({ id, waitDays, variants }: StepText, index: number, known: Known): CampaignProblem[] {
  const say = (field: string, message: string) => ofStep(index, field, message);
  const problems: CampaignProblem[] = [];
  if (waitDays < 0 || waitDays > MOST.waitDays)
    problems.push(say('waitDays', `A wait is from 0 to ${MOST.waitDays} days.`));
  if (variants.length === 0) return [...problems, say('variants', 'A step needs at least one variant.')];
  if (variants.length > MOST.variants)
    return [...problems, say('variants', `A step has at most ${MOST.variants} variants.`)];
  if (variants.every(({ weight }) => weight === 0))
    problems.push(say('variants', 'One variant at least needs a weight above 0.'));
  const knownHere = (id && known.variantIds.get(id)) || new Set<string>();
  return [
    ...problems,
    ...variants.flatMap((variant, n) => [
      ...checkId(variant.id, variants.slice(0, n), knownHere).map((message) =>
        ofStep(index, 'id', message, n),
      ),
      ...checkVariant(variant, index, n),
    ]),
  ];
}

function checkVariant(variant: VariantText, step: number, index: number): CampaignProblem[] {
  const say = (field: string, message: string) => ofStep(step, field, message, index);
  const { subject, body } = variant;
  const weight = variant.weight ?? 1;
  const problems: CampaignProblem[] = [];
  if (weight < 0 || weight > MOST.weight)
    problems.push(say('weight', `A weight is from 0 to ${MOST.weight}.`));
  if (step === 0 && subject.trim() === '')
    problems.push(say('subject', 'The first email opens the thread: give it a subject.'));
  for (const field of ['subject', 'body'] as const) {
    if (variant[field].includes('\0')) problems.push(say(field, 'It holds a NUL character: take it out.'));
  }
  if (problems.length > 0) return problems;
  return checkTemplate({ subject, body }).map((problem) => ({ step, variant: index, ...problem }));
}

function checkId(
  id: string | null | undefined,
  earlier: readonly { id?: string | null }[],
  known: ReadonlySet<string>,
): string[] {
  if (id === null || id === undefined) return [];
  if (!known.has(id)) return ['There is none with this id to be kept: leave the id out to make a new one.'];
  return earlier.some((each) => each.id === id) ? ['This id is given twice.'] : [];
}

function own(field: string, message: string): CampaignProblem {
  return { step: null, variant: null, field, line: null, message };
}

function ofStep(
  step: number,
  field: string,
  message: string,
  variant: number | null = null,
): CampaignProblem {
  return { step, variant, field, line: null, message };
}

const DAY_MINUTES = 24 * 60;

function minuteOf(time: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hours && minutes) return Number(hours) * 60 + Number(minutes);
  return time === '24:00' ? DAY_MINUTES : null;
}

function timeOf(minute: number): string {
  const twoDigits = (number: number) => String(number).padStart(2, '0');
  return `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
}
