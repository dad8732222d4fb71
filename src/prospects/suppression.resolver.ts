import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { requireViewer } from '../identity/context';
import type { ProspectsContext } from './prospectsRoom';
import type { SuppressionReason } from './suppression.entity';
import {
  SuppressionConnection,
  SuppressionReasonEnum,
  SuppressionsArgs,
  SuppressionType,
} from './suppression.types';
import { listSuppressions, suppress, unsuppress } from './suppressions';

@Resolver(() => SuppressionType)
export class SuppressionResolver {
  @Query(() => SuppressionConnection, { description: 'Newest first.' })
  suppressions(@Ctx() ctx: ProspectsContext, @Args() args: SuppressionsArgs) {
    return listSuppressions(ctx.prospects, requireViewer(ctx), args);
  }

  @Mutation(() => SuppressionType, {
    description:
      'Never write to an address, or to a domain written as @example.com, again. Twice does no harm; the first reason stays, unless it was MANUAL, which is also the default.',
  })
  suppress(
    @Ctx() ctx: ProspectsContext,
    @Arg('value') value: string,
    @Arg('reason', () => SuppressionReasonEnum, { nullable: true }) reason?: SuppressionReason | null,
  ) {
    return suppress(ctx.prospects.db, requireViewer(ctx).workspaceId, value, reason ?? 'MANUAL');
  }

  @Mutation(() => Boolean, { description: 'They may be written to again.' })
  unsuppress(@Ctx() ctx: ProspectsContext, @Arg('id', () => ID) id: string) {
    return unsuppress(ctx.prospects, requireViewer(ctx), id);
  }
}
