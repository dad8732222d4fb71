import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageArgs, pageTypeOf } from '../identity/page.types';
import { enumOf } from '../lib/enumOf';
import { ENROLMENT_STATES } from './enrolmentState';

const EnrolmentStateEnum = enumOf(...ENROLMENT_STATES);
registerEnumType(EnrolmentStateEnum, {
  name: 'EnrolmentState',
  valuesConfig: {
    WAITING: { description: 'For the next step.' },
    HELD: { description: 'Not sent because something is missing; see heldReason.' },
    FINISHED: {
      description: 'Got every step, and did not answer. Goes on when a step is added behind the last one.',
    },
    STOPPED: { description: 'Taken out by a person.' },
  },
});

@ObjectType('Enrolment', { description: 'A prospect in a campaign: where they stand.' })
export class EnrolmentType {
  @Field(() => ID)
  id: string;

  @Field(() => EnrolmentStateEnum)
  state: keyof typeof EnrolmentStateEnum;

  @Field(() => String, { nullable: true })
  heldReason: string | null;

  @Field(() => Date)
  createdAt: Date;
}

export const EnrolmentConnection = pageTypeOf('Enrolment', () => EnrolmentType);

@InputType({ description: 'Exactly one of them.' })
export class ProspectSelection {
  @Field(() => [ID], { nullable: true })
  ids?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Everybody who was in that file.' })
  importId?: string | null;

  @Field(() => String, { nullable: true })
  tag?: string | null;
}

@ObjectType('EnrolResult', { description: 'Everybody who was selected, in exactly one of the numbers.' })
export class EnrolResultType {
  @Field(() => Int)
  enrolled: number;

  @Field(() => Int)
  alreadyEnrolled: number;

  @Field(() => Int, { description: 'Their address or its domain is suppressed.' })
  suppressed: number;

  @Field(() => Int, { description: 'They wait in another campaign; see allowOtherCampaigns.' })
  inOtherCampaign: number;
}

@ArgsType()
export class EnrolmentsArgs extends PageArgs {
  @Field(() => EnrolmentStateEnum, { nullable: true })
  state?: keyof typeof EnrolmentStateEnum | null;
}

@ArgsType()
export class EnrolProspectsArgs {
  @Field(() => ID)
  campaignId: string;

  @Field(() => ProspectSelection)
  selection: ProspectSelection;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Also who waits in another campaign of the workspace already.',
  })
  allowOtherCampaigns?: boolean | null;
}
