import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ProblemCode } from '../gmail/problem';
import { EmailAddress } from '../identity/emailAddress';
import { Failure } from '../identity/failure.types';
import { enumOf } from '../lib/enumOf';
import { CHECK_NAMES } from './checkReport';

const SlotKindEnum = enumOf('SELF', 'FLY');
registerEnumType(SlotKindEnum, {
  name: 'SlotKind',
  valuesConfig: {
    SELF: { description: 'Self-service: the workspace connects its own Gmail account.' },
    FLY: { description: 'Done for you: an operator fills and releases it.' },
  },
});

const ConnectionStateEnum = enumOf('CONNECTING', 'WATCHING', 'STALE', 'RECONNECTING', 'REJECTED', 'PAUSED');
registerEnumType(ConnectionStateEnum, {
  name: 'ConnectionState',
  valuesConfig: {
    WATCHING: { description: 'Proven: new mail would be seen.' },
    STALE: { description: 'Connected, as far as we know, but without proof for minutes.' },
    REJECTED: { description: 'Gmail refused; a person must act. See `problem`.' },
    PAUSED: { description: 'Gmail asked to be left alone for hours; watching goes on by itself afterwards.' },
  },
});

const CheckNameEnum = enumOf(...CHECK_NAMES);
registerEnumType(CheckNameEnum, { name: 'CheckName' });
const CheckOutcomeEnum = enumOf('RUNNING', 'PASSED', 'WARNING', 'FAILED', 'SKIPPED');
registerEnumType(CheckOutcomeEnum, { name: 'CheckOutcome' });
registerEnumType(ProblemCode, { name: 'ProblemCode' });

@ObjectType('Problem')
export class ProblemType {
  @Field(() => ProblemCode)
  code: ProblemCode;

  @Field({ description: 'What happened, in one plain sentence.' })
  message: string;

  @Field({ description: 'What to do about it, in one plain sentence.' })
  remedy: string;

  @Field(() => String, { nullable: true })
  helpUrl: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The server's own words, verbatim, with no secret in them.",
  })
  serverReply: string | null;

  @Field(() => Date)
  at: Date;
}

@ObjectType('SlotUsage', {
  description:
    "How many slots of a kind are used, of how many. `label` is the dashboard's notation, used/capacity, e.g. `(self: 0/4)`.",
})
class SlotUsageType {
  @Field(() => Int)
  used: number;

  @Field(() => Int)
  capacity: number;

  @Field()
  label: string;
}

@ObjectType('CheckStep', {
  description: 'One step of trying an account: shown live while connecting, and kept as the diagnosis.',
})
export class CheckStepType {
  @Field(() => CheckNameEnum)
  name: keyof typeof CheckNameEnum;

  @Field(() => CheckOutcomeEnum)
  outcome: keyof typeof CheckOutcomeEnum;

  @Field()
  detail: string;

  @Field(() => ProblemType, { nullable: true })
  problem: ProblemType | null;
}

@ObjectType('SendingSettings', {
  description:
    'Set by person, kept by canonical address: disconnecting and connecting again changes none of it.',
})
export class SendingSettingsType {
  @Field(() => Int)
  dailyLimit: number;

  @Field()
  rampEnabled: boolean;

  @Field(() => Int)
  rampStart: number;

  @Field(() => Int)
  rampGrowth: number;

  @Field(() => Int)
  rampCeiling: number;

  @Field(() => Int)
  gapMinSeconds: number;

  @Field(() => Int)
  gapMaxSeconds: number;

  @Field()
  paused: boolean;

  @Field(() => String, { nullable: true })
  signature: string | null;
}

@InputType({
  description: "What is left out stays. A gap of 0 is accepted only while Gmail's URLs point to loopback.",
})
export class SendingSettingsInput {
  @Field(() => Int, { nullable: true })
  dailyLimit?: number | null;

  @Field(() => Boolean, { nullable: true })
  rampEnabled?: boolean | null;

  @Field(() => Int, { nullable: true })
  rampStart?: number | null;

  @Field(() => Int, { nullable: true })
  rampGrowth?: number | null;

  @Field(() => Int, { nullable: true })
  rampCeiling?: number | null;

  @Field(() => Int, { nullable: true })
  gapMinSeconds?: number | null;

  @Field(() => Int, { nullable: true })
  gapMaxSeconds?: number | null;

  @Field(() => Boolean, { nullable: true })
  paused?: boolean | null;

  @Field(() => String, { nullable: true })
  signature?: string | null;

  @Field(() => String, { nullable: true })
  displayName?: string | null;
}

/** What the sending room adds to it (`sending`, `rampDays`) stands there. */
@ObjectType('GmailConnection')
export class GmailConnectionType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress)
  email: string;

  @Field(() => String, { nullable: true })
  displayName: string | null;

  @Field(() => ConnectionStateEnum)
  state: keyof typeof ConnectionStateEnum;

  @Field(() => ProblemType, {
    nullable: true,
    description: 'What is wrong and what the person should do; null while all is well.',
  })
  problem: ProblemType | null;

  @Field(() => Date)
  connectedAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When the watcher last PROVED that it would have seen new mail (not when it last hoped).',
  })
  lastProofAt: Date | null;
}

@ObjectType('Slot')
export class SlotType {
  @Field(() => ID)
  id: string;

  @Field(() => SlotKindEnum)
  kind: keyof typeof SlotKindEnum;

  @Field(() => Int)
  position: number;
}

@ObjectType('GmailIntegration')
export class GmailIntegrationType {
  @Field(() => SlotUsageType)
  self: SlotUsageType;

  @Field(() => SlotUsageType)
  fly: SlotUsageType;

  @Field(() => SlotUsageType, { description: 'Total connection capacity; label e.g. `0/6`.' })
  total: SlotUsageType;

  @Field(() => [SlotType])
  slots: SlotType[];

  @Field(() => String, { nullable: true, description: 'Where to ask about fly slots.' })
  supportUrl: string | null;
}

@InputType()
export class ConnectGmailInput {
  @Field(() => ID)
  slotId: string;

  @Field(() => EmailAddress)
  email: string;

  @Field({ description: '16 letters; the spaces that Google shows between them are accepted.' })
  appPassword: string;

  @Field(() => String, { nullable: true })
  displayName?: string | null;
}

@ObjectType()
export class GmailConnected {
  @Field(() => SlotType)
  slot: SlotType;

  @Field(() => [CheckStepType])
  checks: CheckStepType[];
}

@ObjectType({ implements: Failure })
export class ConnectionRefused extends Failure {
  @Field(() => ProblemType)
  problem: ProblemType;

  @Field(() => [CheckStepType])
  checks: CheckStepType[];
}

@ObjectType({ implements: Failure })
export class SlotUnavailable extends Failure {}

@ObjectType({ implements: Failure })
export class AddressInUse extends Failure {}

@ObjectType()
export class GmailDisconnected {
  @Field(() => SlotType)
  slot: SlotType;

  @Field(() => Int, { description: 'Queued messages that were cancelled with it.' })
  cancelledMessages: number;
}

export const ConnectGmailResult = createUnionType({
  name: 'ConnectGmailResult',
  types: () => [GmailConnected, ConnectionRefused, SlotUnavailable, AddressInUse] as const,
  resolveType: (result: object) => ('outcome' in result ? String(result.outcome) : undefined),
});

export const DisconnectGmailResult = createUnionType({
  name: 'DisconnectGmailResult',
  types: () => [GmailDisconnected, SlotUnavailable] as const,
  resolveType: (result: object) => ('outcome' in result ? String(result.outcome) : undefined),
});
