import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { CampaignType } from '../campaigns/campaign.types';
import { requireViewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import { ProspectType } from '../prospects/prospect.types';
import { loadCampaignsOf, loadProspectsOf } from './conversationParts';
import { loadConversations } from './conversations';
import { followReplies, listReplyEvents, type ReplyEvent, type ReplyFilter, readFeedEnd } from './feed';
import type { ReceivedMessage } from './received.entity';
import type { RepliesContext } from './repliesRoom';
import {
  ConversationType,
  EvidenceType,
  ReceivedMessageType,
  ReplyEventConnection,
  ReplyEventType,
  ReplyFilterInput,
} from './reply.types';

@ArgsType()
class ReplyEventsArgs {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => ReplyFilterInput, { nullable: true })
  filter?: ReplyFilterInput | null;
}

@Resolver(() => ReplyEventType)
export class ReplyResolver {
  @Query(() => ReplyEventConnection, {
    description:
      "Replies are kept: read back what a subscriber missed. Oldest first; the cursors are replyReceived's.",
  })
  replyEvents(@Ctx() ctx: RepliesContext, @Args() args: ReplyEventsArgs) {
    return listReplyEvents(ctx.replies, requireViewer(ctx), args);
  }

  @Query(() => String, {
    description:
      'The end of the feed as it stands: take it first, subscribe after it, and nothing falls between.',
  })
  replyCursor(@Ctx() ctx: RepliesContext) {
    return readFeedEnd(ctx.replies, requireViewer(ctx).workspaceId);
  }

  @Subscription(() => ReplyEventType, {
    description:
      'First what was kept after `after`, in order and without a gap or a repeat, then live. Without `after`: live only.',
    subscribe: ({
      context,
      args,
    }: {
      context: RepliesContext;
      args: { after?: string; filter?: ReplyFilter };
    }) => followReplies(context.replies, requireViewer(context), args.after, args.filter),
  })
  replyReceived(
    @Root() event: ReplyEvent,
    @Arg('after', () => String, { nullable: true }) _after?: string,
    @Arg('filter', () => ReplyFilterInput, { nullable: true }) _filter?: ReplyFilterInput,
  ) {
    return event;
  }

  @FieldResolver(() => ConversationType)
  conversation(@Ctx() ctx: RepliesContext, @Root() { message }: ReplyEvent) {
    return loadTogether(ctx.replies, loadConversations, message.conversationId);
  }

  @FieldResolver(() => CampaignType, { nullable: true })
  campaign(@Ctx() ctx: RepliesContext, @Root() { message }: ReplyEvent) {
    return loadTogether(ctx.replies, loadCampaignsOf, message.conversationId);
  }

  @FieldResolver(() => ProspectType, { nullable: true })
  prospect(@Ctx() ctx: RepliesContext, @Root() { message }: ReplyEvent) {
    return loadTogether(ctx.replies, loadProspectsOf, message.conversationId);
  }
}

@Resolver(() => ReceivedMessageType)
export class ReceivedMessageResolver {
  @FieldResolver(() => EvidenceType)
  evidence(@Root() message: ReceivedMessage) {
    return message;
  }
}
