import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { requireOperator } from '../identity/context';
import type { SlotsContext } from './slotsRoom';
import { TroubleConnection, TroublesArgs, TroubleType } from './trouble.types';
import { listTroubles } from './troubles';

@Resolver(() => TroubleType)
export class TroubleResolver {
  @Query(() => TroubleConnection, {
    description: 'Operators only. What is broken over all workspaces, the worst first, then the longest.',
  })
  troubles(@Ctx() ctx: SlotsContext, @Args() args: TroublesArgs) {
    requireOperator(ctx);
    return listTroubles(ctx.slots, args);
  }
}
