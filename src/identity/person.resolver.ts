import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type RequestContext, requireOwner, requireViewer, type Viewer } from './context';
import type { SignInOutcome } from './identityRoom';
import { acceptInvitation, invite } from './invitations';
import {
  AcceptInvitationArgs,
  ChangePasswordArgs,
  InviteArgs,
  SignInInput,
  SignInResult,
  SignUpInput,
  ViewerType,
} from './person.types';
import { endSession } from './sessions';
import { changePassword, signIn } from './signIn';
import { signUp } from './signUp';
import type { Workspace } from './workspace.entity';
import { WorkspaceType } from './workspace.types';
import { findWorkspace } from './workspaces';

@Resolver(() => ViewerType)
export class PersonResolver {
  @Query(() => ViewerType, { nullable: true, description: 'Null when nobody is signed in.' })
  viewer(@Ctx() ctx: RequestContext): Viewer | null {
    return ctx.viewer;
  }

  @FieldResolver(() => WorkspaceType)
  workspace(@Root() viewer: Viewer, @Ctx() ctx: RequestContext): Promise<Workspace> {
    return findWorkspace(ctx.identity, viewer.workspaceId);
  }

  @Mutation(() => SignInResult, {
    description:
      'Makes a workspace, and you its owner. With SIGN_UP=first only the first person can; others are invited.',
  })
  async signUp(@Arg('input') input: SignUpInput, @Ctx() ctx: RequestContext): Promise<SignInOutcome> {
    return keepInCookie(ctx, await signUp(ctx.identity, input, ctx.clientAddress));
  }

  @Mutation(() => SignInResult, {
    description: 'Ten failures with one address in 15 minutes close it for a while.',
  })
  async signIn(@Arg('input') input: SignInInput, @Ctx() ctx: RequestContext): Promise<SignInOutcome> {
    return keepInCookie(ctx, await signIn(ctx.identity, input, ctx.clientAddress));
  }

  @Mutation(() => Boolean, {
    description:
      'Ends this session, and takes the cookie away. False when there was none, as with an API key.',
  })
  async signOut(@Ctx() ctx: RequestContext): Promise<boolean> {
    ctx.setSessionCookie(null);
    return ctx.viewer ? endSession(ctx.identity.db, ctx.viewer) : false;
  }

  @Mutation(() => Boolean, { description: 'Ends all your other sessions. API keys stay.' })
  changePassword(@Args() args: ChangePasswordArgs, @Ctx() ctx: RequestContext): Promise<boolean> {
    return changePassword(ctx.identity, requireViewer(ctx), args);
  }

  @Mutation(() => String, {
    description:
      "A link for one person, good for seven days; mailing it is the owner's business. Owners only.",
  })
  invite(@Args() args: InviteArgs, @Ctx() ctx: RequestContext): Promise<string> {
    return invite(ctx.identity, requireOwner(ctx), args);
  }

  @Mutation(() => SignInResult, {
    description: 'Makes the invited person a member of the workspace, and signs them in.',
  })
  async acceptInvitation(
    @Args() args: AcceptInvitationArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<SignInOutcome> {
    return keepInCookie(ctx, await acceptInvitation(ctx.identity, args));
  }
}

function keepInCookie(ctx: RequestContext, outcome: SignInOutcome): SignInOutcome {
  if (outcome.outcome === 'SignedIn') ctx.setSessionCookie(outcome.token);
  return outcome;
}
