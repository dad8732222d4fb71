import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { EmailAddress } from '../identity/emailAddress';
import { Failure, typeOfOutcome } from '../identity/failure.types';
import { pageTypeOf } from '../identity/page.types';
import { OutgoingMessage } from '../sending/outgoing.entity';
import { OutgoingMessageType } from '../sending/outgoing.types';
import { ReceivedKind } from './classifying/classification';
import { ManualMessage } from './manual.entity';
import { ManualMessageType } from './manual.types';
import { MatchedBy } from './matching/matching';

registerEnumType(ReceivedKind, { name: 'ReceivedKind' });
registerEnumType(MatchedBy, { name: 'MatchedBy' });

@ObjectType('Evidence', { description: 'Why we believe what we believe of a received message.' })
export class EvidenceType {
  @Field(() => MatchedBy)
  matchedBy: MatchedBy;

  @Field({ description: 'Which rule decided its kind, by name.' })
  rule: string;

  @Field(() => String, { nullable: true })
  detail: string | null;

  @Field(() => EmailAddress, {
    nullable: true,
    description: 'Who said by hand what it is, or whose; null while it stands as the rules found it.',
  })
  correctedBy: string | null;

  @Field(() => Date, { nullable: true })
  correctedAt: Date | null;
}

@ObjectType('DeliveryFailure', { description: 'For a bounce or delay: who failed, and how.' })
export class DeliveryFailureType {
  @Field(() => EmailAddress, { nullable: true })
  recipient: string | null;

  @Field(() => String, { nullable: true })
  status: string | null;

  @Field(() => String, { nullable: true })
  diagnostic: string | null;

  @Field()
  permanent: boolean;

  @Field()
  deadAddress: boolean;
}

@ObjectType('ReceivedMessage')
export class ReceivedMessageType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress, { name: 'from' })
  fromAddress: string;

  @Field(() => String, { nullable: true })
  fromName: string | null;

  @Field(() => EmailAddress, {
    nullable: true,
    description:
      'Where they want the answer, if not at the address they wrote from: replyToConversation goes there.',
  })
  replyTo: string | null;

  @Field(() => [EmailAddress], { description: 'Everyone in To and Cc.' })
  recipients: string[];

  @Field()
  subject: string;

  @Field({ description: 'The whole text.' })
  text: string;

  @Field({ description: 'Only what the person wrote: no quote, no signature.' })
  replyText: string;

  @Field(() => String, {
    nullable: true,
    description: 'Sanitised: no script, no remote content, safe to show.',
  })
  html: string | null;

  @Field({
    description: "As the sender set it, or derived from the mail's hash where there was none.",
  })
  messageId: string;

  @Field(() => Date, { description: 'When Gmail took it in (INTERNALDATE).' })
  receivedAt: Date;

  @Field(() => ReceivedKind)
  kind: ReceivedKind;

  @Field()
  inSpam: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'For an out-of-office that says so: YYYY-MM-DD.',
  })
  returnDate: string | null;
}

const ConversationEntryUnion = createUnionType({
  name: 'ConversationEntry',
  types: () => [OutgoingMessageType, ReceivedMessageType, ManualMessageType] as const,
  resolveType: (entry: object) => {
    if (entry instanceof OutgoingMessage) return 'OutgoingMessage';
    return entry instanceof ManualMessage ? 'ManualMessage' : 'ReceivedMessage';
  },
});

@ObjectType('ConversationEntryEdge')
class ConversationEntryEdgeType {
  @Field()
  cursor: string;

  @Field(() => ConversationEntryUnion)
  node: typeof ConversationEntryUnion;
}

@ObjectType('ConversationPageInfo')
class ConversationPageInfoType {
  @Field()
  hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Give it back as `before` for what was written earlier.',
  })
  startCursor: string | null;
}

@ObjectType('ConversationEntryConnection')
export class ConversationEntryConnectionType {
  @Field(() => [ConversationEntryEdgeType])
  edges: ConversationEntryEdgeType[];

  @Field(() => ConversationPageInfoType)
  pageInfo: ConversationPageInfoType;

  @Field(() => Int)
  totalCount: number;
}

@ObjectType('Conversation', {
  description: 'The outgoing and received messages with one prospect, in one thread.',
})
export class ConversationType {
  @Field(() => ID)
  id: string;

  @Field()
  subject: string;

  @Field()
  unread: boolean;

  @Field(() => Date)
  lastMessageAt: Date;

  @Field({ description: 'The start of the newest entry, for lists.' })
  snippet: string;
}

export const ConversationConnection = pageTypeOf('Conversation', () => ConversationType);

@ObjectType('ReplyEvent')
export class ReplyEventType {
  @Field({ description: 'Give it back as `after` to go on exactly where you stopped.' })
  cursor: string;

  @Field(() => ReceivedMessageType)
  message: ReceivedMessageType;
}

export const ReplyEventConnection = pageTypeOf('ReplyEvent', () => ReplyEventType);

@ObjectType()
export class MatchCorrected {
  @Field(() => ReceivedMessageType)
  received: ReceivedMessageType;

  @Field(() => ConversationType, { description: 'The one that it is in now.' })
  conversation: ConversationType;
}

@ObjectType({ implements: Failure })
export class CorrectionRefused extends Failure {}

export const CorrectMatchResult = createUnionType({
  name: 'CorrectMatchResult',
  types: () => [MatchCorrected, CorrectionRefused] as const,
  resolveType: typeOfOutcome,
});

@InputType('ReplyFilter', {
  description:
    'Without `kinds`: REPLY, OUT_OF_OFFICE, AUTO_REPLY, UNSUBSCRIBE, OTHER. Bounces and the rest when asked for.',
})
export class ReplyFilterInput {
  @Field(() => ID, { nullable: true })
  slotId?: string | null;

  @Field(() => ID, { nullable: true })
  campaignId?: string | null;

  @Field(() => [ReceivedKind], { nullable: true })
  kinds?: ReceivedKind[] | null;
}
