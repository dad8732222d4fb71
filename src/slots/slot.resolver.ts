import {
  Arg,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { requireOperator, requireViewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import { connectGmail, fillFlySlot } from './connect';
import type { GmailConnection } from './connection.entity';
import { disconnectGmail, releaseFlySlot } from './disconnect';
import {
  connectionOf,
  findSlot,
  grantSlots,
  loadAccounts,
  reachOf,
  readLastChecks,
  showIntegration,
} from './integration';
import { recheckConnection } from './recheck';
import { updateSendingSettings } from './settings';
import type { Slot } from './slot.entity';
import {
  CheckStepType,
  ConnectGmailInput,
  ConnectGmailResult,
  DisconnectGmailResult,
  GmailConnectionType,
  GmailIntegrationType,
  SendingSettingsInput,
  SendingSettingsType,
  SlotType,
} from './slot.types';
import { followChecks, followSlots } from './slotEvents';
import type { SlotsContext } from './slotsRoom';

@Resolver(() => SlotType)
export class SlotResolver {
  @Query(() => GmailIntegrationType, {
    description: "The viewer's own; operators may name another workspace.",
  })
  gmailIntegration(
    @Ctx() ctx: SlotsContext,
    @Arg('workspaceId', () => ID, { nullable: true }) workspaceId?: string,
  ) {
    return showIntegration(ctx.slots, requireViewer(ctx), workspaceId);
  }

  @Query(() => SlotType, { nullable: true })
  slot(@Ctx() ctx: SlotsContext, @Arg('id', () => ID) id: string) {
    return findSlot(ctx.slots, reachOf(requireViewer(ctx)), id);
  }

  @Mutation(() => ConnectGmailResult)
  connectGmail(@Ctx() ctx: SlotsContext, @Arg('input') input: ConnectGmailInput) {
    return connectGmail(ctx.slots, requireViewer(ctx), input);
  }

  @Mutation(() => DisconnectGmailResult)
  disconnectGmail(@Ctx() ctx: SlotsContext, @Arg('slotId', () => ID) slotId: string) {
    return disconnectGmail(ctx.slots, requireViewer(ctx), slotId);
  }

  @Mutation(() => ConnectGmailResult, { description: 'Try all checks again with what is stored.' })
  recheckConnection(@Ctx() ctx: SlotsContext, @Arg('slotId', () => ID) slotId: string) {
    return recheckConnection(ctx.slots, requireViewer(ctx), slotId);
  }

  @Mutation(() => SlotType)
  updateSendingSettings(
    @Ctx() ctx: SlotsContext,
    @Arg('slotId', () => ID) slotId: string,
    @Arg('input') input: SendingSettingsInput,
  ) {
    return updateSendingSettings(ctx.slots, requireViewer(ctx), slotId, input);
  }

  @Mutation(() => GmailIntegrationType, {
    description: 'Operators only. Absolute capacities; never below what is used.',
  })
  grantSlots(
    @Ctx() ctx: SlotsContext,
    @Arg('workspaceId', () => ID) workspaceId: string,
    @Arg('self', () => Int) self: number,
    @Arg('fly', () => Int) fly: number,
  ) {
    requireOperator(ctx);
    return grantSlots(ctx.slots, workspaceId, { self, fly });
  }

  @Mutation(() => ConnectGmailResult, {
    description: 'Operators only: fill a done-for-you slot of any workspace.',
  })
  fillFlySlot(@Ctx() ctx: SlotsContext, @Arg('input') input: ConnectGmailInput) {
    return fillFlySlot(ctx.slots, requireOperator(ctx), input);
  }

  @Mutation(() => DisconnectGmailResult, { description: 'Operators only.' })
  releaseFlySlot(@Ctx() ctx: SlotsContext, @Arg('slotId', () => ID) slotId: string) {
    requireOperator(ctx);
    return releaseFlySlot(ctx.slots, slotId);
  }

  @Subscription(() => SlotType, {
    description: 'A slot of the workspace changed: state, problem, proof, blockers.',
    subscribe: ({ context, args }: { context: SlotsContext; args: { slotId?: string } }) =>
      followSlots(context.slots, requireViewer(context), args.slotId ?? null),
  })
  slotChanged(@Root() slot: Slot, @Arg('slotId', () => ID, { nullable: true }) _slotId?: string) {
    return slot;
  }

  @Subscription(() => CheckStepType, {
    description: 'The checks of a connectGmail in progress on this slot, step by step.',
    subscribe: ({ context, args }: { context: SlotsContext; args: { slotId: string } }) =>
      followChecks(context.slots, requireViewer(context), args.slotId),
  })
  connectionCheck(@Root() step: CheckStepType, @Arg('slotId', () => ID) _slotId: string) {
    return step;
  }

  @FieldResolver(() => GmailConnectionType, { nullable: true })
  connection(@Ctx() ctx: SlotsContext, @Root() slot: Slot) {
    return connectionOf(ctx.slots, slot);
  }

  @FieldResolver(() => [CheckStepType], { description: 'The last attempt to connect here.' })
  lastChecks(@Ctx() ctx: SlotsContext, @Root() slot: Slot) {
    return loadTogether(ctx.slots, readLastChecks, slot.id);
  }
}

@Resolver(() => GmailConnectionType)
export class GmailConnectionResolver {
  @FieldResolver(() => SendingSettingsType)
  settings(@Ctx() ctx: SlotsContext, @Root() connection: GmailConnection) {
    return loadTogether(ctx.slots, loadAccounts, connection.accountId);
  }
}
