import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { CampaignType } from '../../campaigns/campaign.types';
import { requireViewer } from '../../identity/context';
import { PageArgs } from '../../identity/page.types';
import { loadTogether } from '../../lib/batch';
import { ProspectType } from '../../prospects/prospect.types';
import type { Conversation } from '../../sending/conversation.entity';
import { slotsOf } from '../../sending/outgoing';
import type { OutgoingMessage } from '../../sending/outgoing.entity';
import { OutgoingMessageType, SendEmailResult } from '../../sending/outgoing.types';
import { SlotType } from '../../slots/slot.types';
import type { RepliesContext } from '../repliesRoom';
import { ConversationConnection, ConversationEntryConnectionType, ConversationType } from '../reply.types';
import { loadCampaignsOf, prospectOf } from './conversationParts';
import {
  findConversation,
  followConversations,
  listConversations,
  loadConversations,
  markConversationRead,
} from './conversations';
import { readEntries } from './entries';
import { replyToConversation } from './replyToConversation';

@ArgsType()
class ConversationsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true })
  unread?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether anything came back.' })
  answered?: boolean | null;

  @Field(() => ID, { nullable: true })
  slotId?: string | null;

  @Field(() => ID, { nullable: true })
  campaignId?: string | null;

  @Field(() => ID, { nullable: true })
  prospectId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Looks into subjects, into what was answered and by whom, and at the prospect, for all of these words in any order, ' +
      'whatever their case and accents, and also within longer words; one or two letters are the beginning of a word. What is in ' +
      '"quotes" stands together.',
  })
  search?: string | null;
}

@ArgsType()
class ReplyToConversationArgs {
  @Field(() => ID)
  conversationId: string;

  @Field()
  text: string;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Resolver(() => ConversationType)
export class ConversationResolver {
  @Query(() => ConversationType, { nullable: true })
  conversation(@Ctx() ctx: RepliesContext, @Arg('id', () => ID) id: string) {
    return findConversation(ctx.replies, requireViewer(ctx), id);
  }

  @Query(() => ConversationConnection, { description: 'Newest first.' })
  conversations(@Ctx() ctx: RepliesContext, @Args() args: ConversationsArgs) {
    return listConversations(ctx.replies, requireViewer(ctx), args);
  }

  @Mutation(() => ConversationType)
  markConversationRead(
    @Ctx() ctx: RepliesContext,
    @Arg('id', () => ID) id: string,
    @Arg('read') read: boolean,
  ) {
    return markConversationRead(ctx.replies, requireViewer(ctx), id, read);
  }

  @Mutation(() => SendEmailResult)
  replyToConversation(@Ctx() ctx: RepliesContext, @Args() args: ReplyToConversationArgs) {
    return replyToConversation(ctx.replies, requireViewer(ctx), args);
  }

  @Subscription(() => ConversationType, {
    description: 'A conversation of the workspace has a new message, or was read.',
    subscribe: ({ context }: { context: RepliesContext }) =>
      followConversations(context.replies, requireViewer(context)),
  })
  conversationChanged(@Root() conversation: Conversation) {
    return conversation;
  }

  @FieldResolver(() => ProspectType, { nullable: true })
  prospect(@Ctx() ctx: RepliesContext, @Root() conversation: Conversation) {
    return prospectOf(ctx.replies, conversation);
  }

  @FieldResolver(() => CampaignType, { nullable: true })
  campaign(@Ctx() ctx: RepliesContext, @Root() conversation: Conversation) {
    return loadTogether(ctx.replies, loadCampaignsOf, conversation.id);
  }

  @FieldResolver(() => SlotType, { nullable: true })
  slot(@Ctx() ctx: RepliesContext, @Root() conversation: Conversation) {
    return loadTogether(ctx.sending, slotsOf, conversation);
  }

  @FieldResolver(() => ConversationEntryConnectionType, {
    description: 'Newest last; `before` pages backwards.',
  })
  entries(
    @Ctx() ctx: RepliesContext,
    @Root() conversation: Conversation,
    @Arg('last', () => Int, { nullable: true }) last?: number,
    @Arg('before', () => String, { nullable: true }) before?: string,
  ) {
    return readEntries(ctx.replies, conversation, { last: last ?? null, before: before ?? null });
  }
}

/** What the replies room knows of an outgoing message. */
@Resolver(() => OutgoingMessageType)
export class OutgoingConversationResolver {
  @FieldResolver(() => ConversationType, { nullable: true })
  conversation(@Ctx() ctx: RepliesContext, @Root() message: OutgoingMessage) {
    return loadTogether(ctx.replies, loadConversations, message.conversationId);
  }
}
