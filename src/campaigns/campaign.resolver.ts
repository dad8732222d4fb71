import {
  Arg,
  Args,
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
import { requireViewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import { SlotType } from '../slots/slot.types';
import type { Campaign } from './campaign.entity';
import {
  CampaignConnection,
  CampaignResult,
  CampaignStatsType,
  CampaignsArgs,
  CampaignType,
  CreateCampaignInput,
  PreviewStepArgs,
  ScheduleType,
  StepPreviewType,
  StepStatsType,
  StepType,
  VariantType,
} from './campaign.types';
import { toScheduleText } from './campaignInput';
import { deleteCampaign, findCampaign, followCampaigns, listCampaigns } from './campaigns';
import type { CampaignsContext } from './campaignsRoom';
import { EnrolmentConnection, EnrolmentsArgs } from './enrolment.types';
import { listEnrolments, loadCampaignSlots } from './enrolments';
import { previewStep } from './previewStep';
import { pauseCampaign, startCampaign } from './runCampaign';
import { createCampaign, updateCampaign } from './saveCampaign';
import { loadCampaignStats, loadStepStats, loadVariantStats } from './stats';
import { loadSteps, type Step, type Variant } from './steps';

@Resolver(() => CampaignType)
export class CampaignResolver {
  @Query(() => CampaignType, { nullable: true })
  campaign(@Ctx() ctx: CampaignsContext, @Arg('id', () => ID) id: string) {
    return findCampaign(ctx.campaigns, requireViewer(ctx), id);
  }

  @Query(() => CampaignConnection, { description: 'Newest first.' })
  campaigns(@Ctx() ctx: CampaignsContext, @Args() args: CampaignsArgs) {
    return listCampaigns(ctx.campaigns, requireViewer(ctx), args);
  }

  @Query(() => StepPreviewType)
  previewStep(@Ctx() ctx: CampaignsContext, @Args() args: PreviewStepArgs) {
    return previewStep(ctx.campaigns, requireViewer(ctx), args);
  }

  @Mutation(() => CampaignResult, { description: 'It is a DRAFT, and sends nothing until it is started.' })
  createCampaign(@Ctx() ctx: CampaignsContext, @Arg('input') input: CreateCampaignInput) {
    return createCampaign(ctx.campaigns, requireViewer(ctx), input);
  }

  @Mutation(() => CampaignResult, {
    description:
      'Whole input; what has gone out stays as it was. Who has finished and did not answer gets a step that is added behind their last one, its wait counted from their last email.',
  })
  updateCampaign(
    @Ctx() ctx: CampaignsContext,
    @Arg('id', () => ID) id: string,
    @Arg('input') input: CreateCampaignInput,
    @Arg('version', () => Int, {
      nullable: true,
      description:
        'What the input was made from: when somebody has saved since, nothing is changed, and the code is CAMPAIGN_CHANGED.',
    })
    version?: number | null,
  ) {
    return updateCampaign(ctx.campaigns, requireViewer(ctx), id, input, version);
  }

  @Mutation(() => Boolean, {
    description: 'Its enrolments go with it; what it sent, and every suppression, stays.',
  })
  deleteCampaign(@Ctx() ctx: CampaignsContext, @Arg('id', () => ID) id: string) {
    return deleteCampaign(ctx.campaigns, requireViewer(ctx), id);
  }

  @Mutation(() => CampaignResult, { description: 'Or let it go on where it was paused. Twice does no harm.' })
  startCampaign(@Ctx() ctx: CampaignsContext, @Arg('id', () => ID) id: string) {
    return startCampaign(ctx.campaigns, requireViewer(ctx), id);
  }

  @Mutation(() => CampaignResult, {
    description:
      'Nothing more begins to go out; what is on the wire at this moment arrives. Twice does no harm.',
  })
  pauseCampaign(@Ctx() ctx: CampaignsContext, @Arg('id', () => ID) id: string) {
    return pauseCampaign(ctx.campaigns, requireViewer(ctx), id);
  }

  @Subscription(() => CampaignType, {
    description: 'A campaign of the workspace changed: itself, its enrolments or its numbers.',
    subscribe: ({ context, args }: { context: CampaignsContext; args: { id?: string | null } }) =>
      followCampaigns(context.campaigns, requireViewer(context), args.id ?? null),
  })
  campaignChanged(@Root() campaign: Campaign, @Arg('id', () => ID, { nullable: true }) _id?: string) {
    return campaign;
  }

  @FieldResolver(() => ScheduleType)
  schedule(@Root() campaign: Campaign) {
    return toScheduleText(campaign);
  }

  @FieldResolver(() => [StepType])
  steps(@Ctx() ctx: CampaignsContext, @Root() campaign: Campaign) {
    return loadTogether(ctx.campaigns.db, loadSteps, campaign.id);
  }

  @FieldResolver(() => [SlotType])
  slots(@Ctx() ctx: CampaignsContext, @Root() campaign: Campaign) {
    return loadTogether(ctx.campaigns.db, loadCampaignSlots, campaign.id);
  }

  @FieldResolver(() => CampaignStatsType)
  stats(@Ctx() ctx: CampaignsContext, @Root() campaign: Campaign) {
    return loadTogether(ctx.campaigns.db, loadCampaignStats, campaign.id);
  }

  @FieldResolver(() => EnrolmentConnection, { description: 'Newest first.' })
  enrolments(@Ctx() ctx: CampaignsContext, @Root() campaign: Campaign, @Args() args: EnrolmentsArgs) {
    return listEnrolments(ctx.campaigns, campaign, args);
  }
}

@Resolver(() => StepType)
export class StepResolver {
  @FieldResolver(() => StepStatsType)
  stats(@Ctx() ctx: CampaignsContext, @Root() step: Step) {
    return loadTogether(ctx.campaigns.db, loadStepStats, step);
  }
}

@Resolver(() => VariantType)
export class VariantResolver {
  @FieldResolver(() => StepStatsType)
  stats(@Ctx() ctx: CampaignsContext, @Root() variant: Variant) {
    return loadTogether(ctx.campaigns.db, loadVariantStats, variant);
  }
}
