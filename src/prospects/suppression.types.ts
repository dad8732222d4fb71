import { ArgsType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PageArgs, pageTypeOf } from '../identity/page.types';
import { enumOf } from '../lib/enumOf';
import { SUPPRESSION_REASONS, SUPPRESSION_SOURCES } from './suppression.entity';

export const SuppressionReasonEnum = enumOf(...SUPPRESSION_REASONS);
registerEnumType(SuppressionReasonEnum, {
  name: 'SuppressionReason',
  description: 'Why somebody must not be written to again.',
  valuesConfig: {
    UNSUBSCRIBED: { description: 'They asked for it.' },
    BOUNCED: { description: 'There is no such mailbox.' },
    COMPLAINED: { description: 'They reported an email as spam.' },
    MANUAL: { description: 'Somebody of the workspace decided so.' },
  },
});

const SuppressionSourceEnum = enumOf(...SUPPRESSION_SOURCES);
registerEnumType(SuppressionSourceEnum, {
  name: 'SuppressionSource',
  description: 'How a suppression came to be.',
  valuesConfig: {
    PERSON: { description: 'By hand, by somebody of the workspace.' },
    LINK: { description: 'By the unsubscribe link in an email.' },
    REPLY: { description: 'By an answer that asks for it.' },
    BOUNCE: { description: 'By an email that came back.' },
    COMPLAINT: { description: 'By a report of spam.' },
  },
});

@ObjectType('Suppression', {
  description: 'An address or domain that must never be written to again, whatever becomes of the prospect.',
})
export class SuppressionType {
  @Field(() => ID)
  id: string;

  @Field({ description: 'An address, or a domain written as @example.com.' })
  value: string;

  @Field(() => SuppressionReasonEnum)
  reason: keyof typeof SuppressionReasonEnum;

  @Field(() => SuppressionSourceEnum)
  source: keyof typeof SuppressionSourceEnum;

  @Field(() => ID, { nullable: true, description: 'The outgoing message that led to it, if one did.' })
  outgoingId: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The received message that said so, if one did; correctMatch takes it back.',
  })
  receivedId: string | null;

  @Field(() => Date)
  createdAt: Date;
}

export const SuppressionConnection = pageTypeOf('Suppression', () => SuppressionType);

@ArgsType()
export class SuppressionsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Part of an address or domain.' })
  search?: string | null;
}
