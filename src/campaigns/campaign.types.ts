import {
  ArgsType,
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { Failure, typeOfOutcome } from '../identity/failure.types';
import { PageArgs, pageTypeOf } from '../identity/page.types';
import { enumOf } from '../lib/enumOf';
import { CAMPAIGN_STATES } from './campaignState';
import { WEEKDAYS } from './schedule';

const CampaignStateEnum = enumOf(...CAMPAIGN_STATES);
registerEnumType(CampaignStateEnum, {
  name: 'CampaignState',
  valuesConfig: {
    DRAFT: { description: 'Never started: nothing has gone out.' },
    RUNNING: { description: 'Sends, whenever its schedule and its slots allow it.' },
    PAUSED: { description: 'Sends nothing, and goes on where it was when it is started again.' },
    FINISHED: {
      description:
        'Nobody in it waits any more. It runs again with who is enrolled now, and with a step that is added for those who finished.',
    },
  },
});

const WeekdayEnum = enumOf(...WEEKDAYS);
registerEnumType(WeekdayEnum, { name: 'Weekday' });

@ObjectType('Schedule', {
  description: 'When a campaign may send, in its own timezone. from/to are HH:MM, from before to.',
})
export class ScheduleType {
  @Field()
  timezone: string;

  @Field(() => [WeekdayEnum])
  days: readonly (keyof typeof WeekdayEnum)[];

  @Field()
  from: string;

  @Field()
  to: string;
}

@InputType({ description: '`to` may be 24:00, the end of the day.' })
export class ScheduleInput {
  @Field({ description: 'Of the IANA database, such as Europe/Berlin.' })
  timezone: string;

  @Field(() => [WeekdayEnum])
  days: (keyof typeof WeekdayEnum)[];

  @Field()
  from: string;

  @Field()
  to: string;
}

@ObjectType('StepStats', {
  description: 'Emails that went out, and how many of those who got them answered in which way.',
})
export class StepStatsType {
  @Field(() => Int)
  sent: number;

  @Field(() => Int)
  replied: number;

  @Field(() => Int)
  bounced: number;

  @Field(() => Int)
  unsubscribed: number;
}

@ObjectType('Variant', {
  description:
    "One wording of a step. Templates are Liquid plus spintax, e.g. `{Hi|Hello} {{ first_name | default: 'there' }}`. A follow-up whose subject is empty answers in the thread.",
})
export class VariantType {
  @Field(() => ID)
  id: string;

  @Field()
  subject: string;

  @Field()
  body: string;

  @Field(() => Int, { description: 'Its share among the variants of the step; 0 for none.' })
  weight: number;
}

@InputType({
  description:
    '`id` keeps an existing variant and its numbers when a campaign is edited. `body` is text, or HTML when it starts with a tag.',
})
export class VariantInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field()
  subject: string;

  @Field()
  body: string;

  @Field(() => Int, { nullable: true, description: '1 when it is left out.' })
  weight?: number | null;
}

@ObjectType('Step', { description: 'One email of a campaign.' })
export class StepType {
  @Field(() => ID)
  id: string;

  @Field(() => Int, { description: 'Counts from 0.' })
  position: number;

  @Field(() => Int, {
    description:
      'Days after the step before (for the first, after the enrolment); 0 means as soon as the slot may.',
  })
  waitDays: number;

  @Field(() => [VariantType])
  variants: VariantType[];
}

@InputType({ description: '`id` keeps an existing step and its numbers when a campaign is edited.' })
export class StepInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Int)
  waitDays: number;

  @Field(() => [VariantInput])
  variants: VariantInput[];
}

@ObjectType('CampaignStats', {
  description:
    'People, each counted once a number, except `sent`, which are emails. Of the enrolled, those `queued` wait for their next email.',
})
export class CampaignStatsType {
  @Field(() => Int)
  enrolled: number;

  @Field(() => Int)
  queued: number;

  @Field(() => Int, { description: 'Not sent to because something is missing.' })
  held: number;

  @Field(() => Int)
  sent: number;

  @Field(() => Int)
  replied: number;

  @Field(() => Int)
  autoReplied: number;

  @Field(() => Int)
  bounced: number;

  @Field(() => Int)
  unsubscribed: number;

  @Field(() => Int, { description: 'Got every step, and did not answer.' })
  finished: number;
}

/** What the sending room adds to it (`blockers`, `forecast`) stands there. */
@ObjectType('Campaign', { description: 'A sequence of emails, and when and from where it is sent.' })
export class CampaignType {
  @Field(() => ID)
  id: string;

  @Field()
  name: string;

  @Field(() => CampaignStateEnum)
  state: keyof typeof CampaignStateEnum;

  @Field(() => Int, { description: 'Rises with each updateCampaign.' })
  version: number;

  @Field(() => Date)
  createdAt: Date;
}

export const CampaignConnection = pageTypeOf('Campaign', () => CampaignType);

@InputType({
  description: 'At most 50 steps, 20 variants a step and 1000 slots; a wait of at most 365 days.',
})
export class CreateCampaignInput {
  @Field()
  name: string;

  @Field(() => ScheduleInput)
  schedule: ScheduleInput;

  @Field(() => [StepInput])
  steps: StepInput[];

  @Field(() => [ID], { description: 'They share the work by what each has left.' })
  slotIds: string[];
}

@ObjectType()
export class CampaignSaved {
  @Field(() => CampaignType)
  campaign: CampaignType;
}

@ObjectType('TemplateProblem', {
  description:
    "`step` and `variant` count from 0; null where the problem is the campaign's own (schedule, slots).",
})
class TemplateProblemType {
  @Field(() => Int, { nullable: true })
  step: number | null;

  @Field(() => Int, { nullable: true })
  variant: number | null;

  @Field({ description: 'The name of the input field, such as body, waitDays or schedule.timezone.' })
  field: string;

  @Field(() => Int, { nullable: true, description: 'Of the field, from 1.' })
  line: number | null;

  @Field()
  message: string;
}

@ObjectType({ implements: Failure })
export class CampaignInvalid extends Failure {
  @Field(() => [TemplateProblemType])
  problems: TemplateProblemType[];
}

export const CampaignResult = createUnionType({
  name: 'CampaignResult',
  types: () => [CampaignSaved, CampaignInvalid] as const,
  resolveType: typeOfOutcome,
});

@ObjectType('StepPreview', {
  description:
    "What would go out, rendered by the sender's own code. What keeps it from going out stands in `problems`, and the rest is empty then.",
})
export class StepPreviewType {
  @Field()
  subject: string;

  @Field()
  text: string;

  @Field(() => String, { nullable: true })
  html: string | null;

  @Field(() => [TemplateProblemType])
  problems: TemplateProblemType[];
}

@ArgsType()
export class CampaignsArgs extends PageArgs {
  @Field(() => CampaignStateEnum, { nullable: true })
  state?: keyof typeof CampaignStateEnum | null;
}

@ArgsType()
export class PreviewStepArgs {
  @Field(() => ID)
  campaignId: string;

  @Field(() => Int, { description: 'Counts from 0.' })
  step: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Counts from 0; left out, the one that this person would get.',
  })
  variant?: number | null;

  @Field(() => ID)
  prospectId: string;
}
