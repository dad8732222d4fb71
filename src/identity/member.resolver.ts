import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { type RequestContext, requireOwner, requireViewer } from './context';
import { ChangeRoleArgs, MemberResult, MemberType } from './member.types';
import { changeRole, listMembers, type MemberOutcome, removeMember } from './members';
import type { Person } from './person.entity';

@Resolver(() => MemberType)
export class MemberResolver {
  @Query(() => [MemberType], {
    description: 'The people of your workspace, in the order in which they came.',
  })
  members(@Ctx() ctx: RequestContext): Promise<Person[]> {
    return listMembers(ctx.identity, requireViewer(ctx));
  }

  @Mutation(() => MemberResult, { description: 'Owners only.' })
  changeRole(@Args() args: ChangeRoleArgs, @Ctx() ctx: RequestContext): Promise<MemberOutcome> {
    return changeRole(ctx.identity, requireOwner(ctx), args);
  }

  @Mutation(() => MemberResult, {
    description: 'Owners only. Their sessions and API keys end; what they did stays.',
  })
  removeMember(
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() ctx: RequestContext,
  ): Promise<MemberOutcome> {
    return removeMember(ctx.identity, requireOwner(ctx), memberId);
  }
}
