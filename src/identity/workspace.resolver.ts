import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Page } from '../lib/cursor';
import { type RequestContext, requireOperator, requireOwner } from './context';
import type { Workspace } from './workspace.entity';
import { UpdateWorkspaceArgs, WorkspaceConnection, WorkspacesArgs, WorkspaceType } from './workspace.types';
import { listWorkspaces, updateWorkspace } from './workspaces';

@Resolver(() => WorkspaceType)
export class WorkspaceResolver {
  @Query(() => WorkspaceConnection, {
    description: "Operators only. By name; `search` looks into names and into the people's addresses.",
  })
  async workspaces(@Args() args: WorkspacesArgs, @Ctx() ctx: RequestContext): Promise<Page<Workspace>> {
    requireOperator(ctx);
    return listWorkspaces(ctx.identity, args);
  }

  @Mutation(() => WorkspaceType, {
    description:
      'Owners only. What is left out stays; a postal address or opt-out line of null is taken away.',
  })
  updateWorkspace(@Args() args: UpdateWorkspaceArgs, @Ctx() ctx: RequestContext): Promise<Workspace> {
    return updateWorkspace(ctx.identity, requireOwner(ctx), args);
  }
}
