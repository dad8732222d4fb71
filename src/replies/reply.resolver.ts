import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { CampaignType } from '../campaigns/campaign.types';
import { requireViewer } from '../identity/context';
import { PageArgs } from '../identity/page.types';
import { loadTogether } from '../lib/batch';
import { ProspectType } from '../prospects/prospect.types';
import { AttachmentType } from './attachments/attachment.types';
import { linkAttachments } from './attachments/attachmentLinks';
import { ReceivedKind, tellsOfDelivery } from './classifying/classification';
import { conversationOfEvent, loadCampaignsOf, prospectOfEvent } from './conversations/conversationParts';
import { followReplies, listReplyEvents, type ReplyEvent, type ReplyFilter, readFeedEnd } from './feed';
import { correctMatch } from './intake/correction';
import type { ManualMessage } from './manual.entity';
import { ManualMessageType } from './manual.types';
import type { ReceivedMessage } from './received.entity';
import type { RepliesContext } from './repliesRoom';
import {
  ConversationType,
  CorrectMatchResult,
  DeliveryFailureType,
  EvidenceType,
  ReceivedMessageType,
  ReplyEventConnection,
  ReplyEventType,
  ReplyFilterInput,
} from './reply.types';

@ArgsType()
class ReplyEventsArgs extends PageArgs {
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
  conversation(@Ctx() ctx: RepliesContext, @Root() event: ReplyEvent) {
    return conversationOfEvent(ctx.replies, event);
  }

  @FieldResolver(() => CampaignType, { nullable: true })
  campaign(@Ctx() ctx: RepliesContext, @Root() { message }: ReplyEvent) {
    return loadTogether(ctx.replies, loadCampaignsOf, message.conversationId);
  }

  @FieldResolver(() => ProspectType, { nullable: true })
  prospect(@Ctx() ctx: RepliesContext, @Root() event: ReplyEvent) {
    return prospectOfEvent(ctx.replies, event);
  }
}

@ArgsType()
class CorrectMatchArgs {
  @Field(() => ID)
  messageId: string;

  @Field(() => ID, { nullable: true, description: 'Whose it is: it goes into their latest conversation.' })
  prospectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Where it belongs.' })
  conversationId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'It is no answer to anything of ours.' })
  nobody?: boolean | null;

  @Field(() => ReceivedKind, { nullable: true, description: 'What it is.' })
  kind?: ReceivedKind | null;
}

@Resolver(() => ManualMessageType)
export class ManualMessageResolver {
  @FieldResolver(() => [AttachmentType], {
    description: 'In the order of the mail, pictures in its text too.',
  })
  attachments(@Ctx() ctx: RepliesContext, @Root() message: ManualMessage) {
    return linkAttachments(ctx.identity.publicUrl(), message);
  }
}

@Resolver(() => ReceivedMessageType)
export class ReceivedMessageResolver {
  @Mutation(() => CorrectMatchResult, {
    description:
      'Says by hand whose a received message is (one of prospectId, conversationId, nobody) and what it is; what is left out stays. What it did as it was understood is undone, unless something else says the same, and what it does as it is meant is done.',
  })
  correctMatch(@Ctx() ctx: RepliesContext, @Args() args: CorrectMatchArgs) {
    return correctMatch(ctx.replies, requireViewer(ctx), args);
  }

  @FieldResolver(() => [DeliveryFailureType], { description: 'For a bounce or delay: who failed, and how.' })
  failures(@Root() { kind, failures }: ReceivedMessage) {
    return tellsOfDelivery(kind) ? failures : [];
  }

  @FieldResolver(() => EvidenceType)
  evidence(@Root() message: ReceivedMessage) {
    return message;
  }

  @FieldResolver(() => [AttachmentType], {
    description: 'In the order of the mail, pictures in its text too.',
  })
  attachments(@Ctx() ctx: RepliesContext, @Root() message: ReceivedMessage) {
    return linkAttachments(ctx.identity.publicUrl(), message);
  }
}
