import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { requireOwner, requireViewer } from '../identity/context';
import { DomainCapType } from './domainCap.types';
import { listDomainCaps, setDomainCap } from './domainCaps';
import type { SendingContext } from './sendingRoom';

@Resolver(() => DomainCapType)
export class DomainCapResolver {
  @Query(() => [DomainCapType])
  domainCaps(@Ctx() ctx: SendingContext) {
    return listDomainCaps(ctx.sending, requireViewer(ctx));
  }

  @Mutation(() => [DomainCapType], {
    description: 'Owners only. Null takes the cap away. All caps are returned.',
  })
  setDomainCap(
    @Ctx() ctx: SendingContext,
    @Arg('domain') domain: string,
    @Arg('dailyCap', () => Int, { nullable: true }) dailyCap: number | null,
  ) {
    return setDomainCap(ctx.sending, requireOwner(ctx), domain, dailyCap ?? null);
  }
}
