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
import { requireViewer } from '../identity/context';
import { PageArgs } from '../identity/page.types';
import { loadTogether } from '../lib/batch';
import type { GmailConnection } from '../slots/connection.entity';
import { GmailConnectionType, SlotType } from '../slots/slot.types';
import type { DeliveryState } from './deliveryState';
import { cancelEmail, findOutgoing, followOutgoing, listOutgoing, slotsOf } from './outgoing';
import type { OutgoingMessage } from './outgoing.entity';
import {
  DeliveryStateEnum,
  OutgoingMessageConnection,
  OutgoingMessageType,
  RampDayType,
  SendEmailInput,
  SendEmailResult,
  SendingStatusType,
} from './outgoing.types';
import { readRampDays } from './rampDays';
import { sendEmail } from './sendEmail';
import type { SendingContext } from './sendingRoom';
import { readSendingStatuses } from './sendingStatus';

@ArgsType()
class OutgoingMessagesArgs extends PageArgs {
  @Field(() => ID, { nullable: true })
  slotId?: string | null;

  @Field(() => ID, { nullable: true })
  campaignId?: string | null;

  @Field(() => [DeliveryStateEnum], { nullable: true })
  states?: DeliveryState[] | null;
}

@Resolver(() => OutgoingMessageType)
export class OutgoingMessageResolver {
  @Query(() => OutgoingMessageType, { nullable: true })
  outgoingMessage(@Ctx() ctx: SendingContext, @Arg('id', () => ID) id: string) {
    return findOutgoing(ctx.sending, requireViewer(ctx), id);
  }

  @Query(() => OutgoingMessageConnection, { description: 'Newest first.' })
  outgoingMessages(@Ctx() ctx: SendingContext, @Args() args: OutgoingMessagesArgs) {
    return listOutgoing(ctx.sending, requireViewer(ctx), args);
  }

  @Mutation(() => SendEmailResult)
  sendEmail(@Ctx() ctx: SendingContext, @Arg('input') input: SendEmailInput) {
    return sendEmail(ctx.sending, requireViewer(ctx), input);
  }

  @Mutation(() => OutgoingMessageType, { description: 'While it is QUEUED, or UNKNOWN and given up on.' })
  cancelEmail(@Ctx() ctx: SendingContext, @Arg('id', () => ID) id: string) {
    return cancelEmail(ctx.sending, requireViewer(ctx), id);
  }

  @Subscription(() => OutgoingMessageType, {
    description: 'An email of the workspace moved on in the ledger, or was queued.',
    subscribe: ({
      context,
      args,
    }: {
      context: SendingContext;
      args: { slotId?: string; campaignId?: string };
    }) => followOutgoing(context.sending, requireViewer(context), args),
  })
  outgoingMessageChanged(
    @Root() message: OutgoingMessage,
    @Arg('slotId', () => ID, { nullable: true }) _slotId?: string,
    @Arg('campaignId', () => ID, { nullable: true }) _campaignId?: string,
  ) {
    return message;
  }

  @FieldResolver(() => SlotType, { nullable: true, description: 'Null once the account is disconnected.' })
  slot(@Ctx() ctx: SendingContext, @Root() message: OutgoingMessage) {
    return loadTogether(ctx.sending, slotsOf, message);
  }
}

/** What the sending room knows of a connection. */
@Resolver(() => GmailConnectionType)
export class SendingStatusResolver {
  @FieldResolver(() => SendingStatusType)
  sending(@Ctx() ctx: SendingContext, @Root() connection: GmailConnection) {
    return loadTogether(ctx.sending, readSendingStatuses, connection);
  }

  @FieldResolver(() => [RampDayType], {
    description: 'One row a day: what the ramp allowed, what went out, and why.',
  })
  rampDays(
    @Ctx() ctx: SendingContext,
    @Root() connection: GmailConnection,
    @Arg('days', () => Int, { nullable: true }) days?: number,
  ) {
    return readRampDays(ctx.sending, connection, days);
  }
}
