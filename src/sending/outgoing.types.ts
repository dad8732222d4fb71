import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { EmailAddress } from '../identity/emailAddress';
import { Failure } from '../identity/failure.types';
import { pageTypeOf } from '../identity/page.types';
import { enumOf } from '../lib/enumOf';
import { SuppressionType } from '../prospects/suppression.types';
import { ProblemType, SlotUnavailable } from '../slots/slot.types';
import { BLOCKER_CODES } from './blockers';

export const DeliveryStateEnum = enumOf(
  'QUEUED',
  'RESERVED',
  'TRANSMITTING',
  'SENT',
  'UNKNOWN',
  'FAILED',
  'CANCELLED',
);
registerEnumType(DeliveryStateEnum, {
  name: 'DeliveryState',
  valuesConfig: {
    QUEUED: { description: 'Waiting for its turn.' },
    RESERVED: { description: 'Claimed, nothing said to Gmail yet: safe to release.' },
    TRANSMITTING: { description: 'The message may be on the wire.' },
    SENT: { description: 'Gmail answered 250, or its copy was found in Sent.' },
    UNKNOWN: {
      description: 'The connection died before the answer. Being looked up in Sent; never resent blindly.',
    },
  },
});

const BlockerCodeEnum = enumOf(...BLOCKER_CODES);
registerEnumType(BlockerCodeEnum, {
  name: 'BlockerCode',
  valuesConfig: {
    BACKING_OFF: { description: 'Gmail had a passing trouble; it is tried again by itself.' },
  },
});

@ObjectType('OutgoingMessage', { description: 'One row of the send ledger.' })
export class OutgoingMessageType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress, { name: 'from' })
  fromAddress: string;

  @Field(() => EmailAddress, { name: 'to' })
  toAddress: string;

  @Field()
  subject: string;

  @Field()
  text: string;

  @Field(() => String, { nullable: true })
  html: string | null;

  @Field({ description: 'RFC 5322 Message-ID, ours, fixed before the first attempt.' })
  messageId: string;

  @Field(() => DeliveryStateEnum)
  state: keyof typeof DeliveryStateEnum;

  @Field(() => Int)
  attempts: number;

  @Field(() => Date)
  queuedAt: Date;

  @Field(() => Date, { nullable: true })
  sentAt: Date | null;

  @Field(() => Date, { nullable: true })
  bouncedAt: Date | null;

  @Field(() => ProblemType, { nullable: true })
  problem: ProblemType | null;
}

export const OutgoingMessageConnection = pageTypeOf('OutgoingMessage', () => OutgoingMessageType);

@InputType()
export class SendEmailInput {
  @Field(() => ID)
  slotId: string;

  @Field(() => EmailAddress)
  to: string;

  @Field()
  subject: string;

  @Field()
  text: string;

  @Field(() => String, { nullable: true })
  html?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Within the workspace, the same key never sends twice; the first email is returned again.',
  })
  idempotencyKey?: string | null;
}

@ObjectType()
export class EmailQueued {
  @Field(() => OutgoingMessageType)
  email: OutgoingMessageType;
}

@ObjectType({ implements: Failure })
export class RecipientSuppressed extends Failure {
  @Field(() => SuppressionType)
  suppression: SuppressionType;
}

export const SendEmailResult = createUnionType({
  name: 'SendEmailResult',
  types: () => [EmailQueued, RecipientSuppressed, SlotUnavailable] as const,
  resolveType: (result: object) => ('outcome' in result ? String(result.outcome) : undefined),
});

@ObjectType('Blocker', {
  description: 'Why this slot is not sending right now. Each says when it ends, if that is known.',
})
export class BlockerType {
  @Field(() => BlockerCodeEnum)
  code: keyof typeof BlockerCodeEnum;

  @Field()
  message: string;

  @Field(() => Date, { nullable: true })
  until: Date | null;
}

@ObjectType('ForecastDay', { description: "`date` is YYYY-MM-DD in the campaign's timezone." })
export class ForecastDayType {
  @Field()
  date: string;

  @Field(() => Int)
  sends: number;
}

@ObjectType('RampDay', { description: "`date` is YYYY-MM-DD in the workspace's timezone." })
export class RampDayType {
  @Field()
  date: string;

  @Field(() => Int)
  allowance: number;

  @Field(() => Int)
  sent: number;

  @Field()
  reason: string;
}

@ObjectType('SendingStatus')
export class SendingStatusType {
  @Field(() => Int, { description: 'Recipients in the rolling 24 hours, as Gmail counts them.' })
  sentLast24h: number;

  @Field(() => Int, {
    description:
      'The hard ceiling: 500 for a consumer account, 2000 for Workspace, or lower if the person set it so.',
  })
  dailyLimit: number;

  @Field(() => Int, {
    nullable: true,
    description: 'What the warm-up ramp allows today; null when the ramp is off.',
  })
  rampAllowance: number | null;

  @Field(() => Date, { nullable: true })
  nextSendAt: Date | null;

  @Field(() => [BlockerType])
  blockers: BlockerType[];
}
