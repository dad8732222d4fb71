import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { requireViewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import type { Prospect } from './prospect.entity';
import {
  AttributeType,
  ProspectConnection,
  ProspectInput,
  ProspectsArgs,
  ProspectType,
  TagType,
} from './prospect.types';
import { deleteProspect, findProspect, listAttributes, listProspects } from './prospects';
import type { ProspectsContext } from './prospectsRoom';
import { saveProspects } from './saveProspects';
import { SuppressionType } from './suppression.types';
import { findSuppressions } from './suppressions';
import { listTags, untagProspects } from './tags';

@Resolver(() => ProspectType)
export class ProspectResolver {
  @Query(() => ProspectType, { nullable: true })
  prospect(@Ctx() ctx: ProspectsContext, @Arg('id', () => ID) id: string) {
    return findProspect(ctx.prospects, requireViewer(ctx), id);
  }

  @Query(() => ProspectConnection, { description: 'Newest first.' })
  prospects(@Ctx() ctx: ProspectsContext, @Args() args: ProspectsArgs) {
    return listProspects(ctx.prospects, requireViewer(ctx), args);
  }

  @Query(() => [TagType], { description: 'The most used first; at most 500.' })
  prospectTags(@Ctx() ctx: ProspectsContext) {
    return listTags(ctx.prospects, requireViewer(ctx));
  }

  @Mutation(() => [ProspectType], {
    description: 'At most 1000 at once, all or none; the answer is in the order of the question.',
  })
  saveProspects(
    @Ctx() ctx: ProspectsContext,
    @Arg('prospects', () => [ProspectInput]) prospects: ProspectInput[],
  ) {
    return saveProspects(ctx.prospects, requireViewer(ctx), prospects);
  }

  @Mutation(() => Boolean, {
    description: 'Erases the person: conversations, enrolments, attributes. A suppression stays.',
  })
  deleteProspect(@Ctx() ctx: ProspectsContext, @Arg('id', () => ID) id: string) {
    return deleteProspect(ctx.prospects, requireViewer(ctx), id);
  }

  @Mutation(() => Int, {
    description:
      'Takes a tag from these prospects, at most 1000, or without `ids` from everybody; answers from how many.',
  })
  untagProspects(
    @Ctx() ctx: ProspectsContext,
    @Arg('tag') tag: string,
    @Arg('ids', () => [ID], { nullable: true }) ids: string[] | null,
  ) {
    return untagProspects(ctx.prospects, requireViewer(ctx), tag, ids ?? null);
  }

  @FieldResolver(() => [AttributeType], { description: 'By name.' })
  attributes(@Root() prospect: Prospect) {
    return listAttributes(prospect);
  }

  @FieldResolver(() => SuppressionType, {
    nullable: true,
    description: 'Why they must not be written to: their address or its whole domain is suppressed.',
  })
  suppression(@Ctx() ctx: ProspectsContext, @Root() prospect: Prospect) {
    return loadTogether(ctx.prospects.db, findSuppressions, prospect);
  }
}
