import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type NonEmptyArray, type PubSub } from 'type-graphql';
import { CampaignResolver, StepResolver, VariantResolver } from '../campaigns/campaign.resolver';
import { EnrolmentResolver, ProspectEnrolmentsResolver } from '../campaigns/enrolment.resolver';
import { ApiKeyResolver } from '../identity/apiKey.resolver';
import { DateTime } from '../identity/dateTime';
import { MemberResolver } from '../identity/member.resolver';
import { PersonResolver } from '../identity/person.resolver';
import { WorkspaceResolver } from '../identity/workspace.resolver';
import { ImportResolver } from '../prospects/import.resolver';
import { ProspectResolver } from '../prospects/prospect.resolver';
import { SuppressionResolver } from '../prospects/suppression.resolver';
import {
  ConversationResolver,
  OutgoingConversationResolver,
} from '../replies/conversations/conversation.resolver';
import { ManualMessageResolver, ReceivedMessageResolver, ReplyResolver } from '../replies/reply.resolver';
import { CampaignOutlookResolver, OutgoingCampaignResolver } from '../sending/campaignFields.resolver';
import { DomainCapResolver } from '../sending/domainCap.resolver';
import { OutgoingMessageResolver, SendingStatusResolver } from '../sending/outgoing.resolver';
import { GmailConnectionResolver, SlotResolver } from '../slots/slot.resolver';
import { TroubleResolver } from '../slots/trouble.resolver';
import { validateInput } from './validateInput';

/** All that the API can be asked. Nothing is found by scanning folders: what is not in this list is not there. */
export function createSchema(resolvers: NonEmptyArray<new () => object> = RESOLVERS): GraphQLSchema {
  readFieldsPlainly();
  return buildSchemaSync({
    resolvers,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validateFn: validateInput,
    pubSub: NO_TOPICS,
  });
}

/**
 * Leaves a field that is a property of the same name without a resolver: the one that type-graphql makes doubles what it
 * takes to execute a list.
 */
function readFieldsPlainly(): void {
  for (const field of getMetadataStorage().fields) field.simple = field.name === field.schemaName;
}

/**
 * type-graphql asks for topics even where each subscription brings its own iterable, as all of ours do: they read the
 * database, and a topic would hand out what was never written there.
 */
const NO_TOPICS: PubSub = { publish: refuseTopics, subscribe: refuseTopics };

function refuseTopics(): never {
  throw new Error('A subscription must have a `subscribe` of its own');
}

const RESOLVERS: NonEmptyArray<new () => object> = [
  PersonResolver,
  MemberResolver,
  WorkspaceResolver,
  ApiKeyResolver,
  SlotResolver,
  TroubleResolver,
  GmailConnectionResolver,
  ProspectResolver,
  SuppressionResolver,
  ImportResolver,
  CampaignResolver,
  StepResolver,
  VariantResolver,
  EnrolmentResolver,
  ProspectEnrolmentsResolver,
  OutgoingMessageResolver,
  SendingStatusResolver,
  CampaignOutlookResolver,
  OutgoingCampaignResolver,
  DomainCapResolver,
  ReplyResolver,
  ReceivedMessageResolver,
  ManualMessageResolver,
  ConversationResolver,
  OutgoingConversationResolver,
];
