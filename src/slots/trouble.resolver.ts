import { Args, Ctx, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { requireOperator } from '../identity/context';
import { PageArgs } from '../identity/page.types';
import type { SlotsContext } from './slotsRoom';
import { TroubleConnection, TroubleType } from './trouble.types';
import { followTroubles, listTroubles } from './troubles';

@Resolver(() => TroubleType)
export class TroubleResolver {
  @Query(() => TroubleConnection, {
    description: 'Operators only. What is broken over all workspaces, the worst first, then the longest.',
  })
  troubles(@Ctx() ctx: SlotsContext, @Args() args: PageArgs) {
    requireOperator(ctx);
    return listTroubles(ctx.slots, args);
  }

  @Subscription(() => Int, {
    description:
      'Operators only. How many `troubles` there are: at once, and whenever a connection of any workspace comes into trouble, is in another, or is out of it.',
    subscribe: ({ context }: { context: SlotsContext }) => {
      requireOperator(context);
      return followTroubles(context.slots);
    },
  })
  troublesChanged(@Root() count: number) {
    return count;
  }
}
