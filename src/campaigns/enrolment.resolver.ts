import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { requireViewer } from '../identity/context';
import { loadTogether } from '../lib/batch';
import type { Prospect } from '../prospects/prospect.entity';
import { ProspectType } from '../prospects/prospect.types';
import { loadProspects } from '../prospects/prospects';
import { loadSlotsOf } from '../slots/integration';
import { SlotType } from '../slots/slot.types';
import { CampaignType } from './campaign.types';
import { loadCampaigns } from './campaigns';
import type { CampaignsContext } from './campaignsRoom';
import { enrolProspects } from './enrol';
import type { Enrolment } from './enrolment.entity';
import { EnrolmentType, EnrolProspectsArgs, EnrolResultType } from './enrolment.types';
import { isActive } from './enrolmentState';
import { loadEnrolmentsOf, resumeEnrolment, unenrol } from './enrolments';

@Resolver(() => EnrolmentType)
export class EnrolmentResolver {
  @Mutation(() => EnrolResultType, {
    description:
      'Any number at once. In a running campaign their first emails are due at once; one that has finished runs again.',
  })
  enrolProspects(@Ctx() ctx: CampaignsContext, @Args() args: EnrolProspectsArgs) {
    return enrolProspects(ctx.campaigns, requireViewer(ctx), args);
  }

  @Mutation(() => EnrolmentType, { description: 'They get none of its emails any more.' })
  unenrol(@Ctx() ctx: CampaignsContext, @Arg('enrolmentId', () => ID) enrolmentId: string) {
    return unenrol(ctx.campaigns, requireViewer(ctx), enrolmentId);
  }

  @Mutation(() => EnrolmentType, { description: 'Let one that is HELD go on.' })
  resumeEnrolment(@Ctx() ctx: CampaignsContext, @Arg('enrolmentId', () => ID) enrolmentId: string) {
    return resumeEnrolment(ctx.campaigns, requireViewer(ctx), enrolmentId);
  }

  @FieldResolver(() => ProspectType)
  prospect(@Ctx() ctx: CampaignsContext, @Root() enrolment: Enrolment) {
    return loadTogether(ctx.campaigns.db, loadProspects, enrolment.prospectId);
  }

  @FieldResolver(() => CampaignType)
  campaign(@Ctx() ctx: CampaignsContext, @Root() enrolment: Enrolment) {
    return loadTogether(ctx.campaigns.db, loadCampaigns, enrolment.campaignId);
  }

  @FieldResolver(() => SlotType, {
    nullable: true,
    description:
      'Which speaks to them, throughout; null before the first email, and once it is disconnected.',
  })
  slot(@Ctx() ctx: CampaignsContext, @Root() { connectionId }: Enrolment) {
    return connectionId && loadTogether(ctx.campaigns.db, loadSlotsOf, connectionId);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Its position; null when there is none any more.',
  })
  nextStep(@Root() { state, stepsDone }: Enrolment) {
    return isActive(state) ? stepsDone : null;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'Not before; null while it is on its way out, and when there is none any more.',
  })
  nextAt(@Root() { state, nextAt }: Enrolment) {
    return isActive(state) ? nextAt : null;
  }
}

/** What the campaigns room knows of a prospect. */
@Resolver(() => ProspectType)
export class ProspectEnrolmentsResolver {
  @FieldResolver(() => [EnrolmentType], { description: 'Newest first.' })
  enrolments(@Ctx() ctx: CampaignsContext, @Root() prospect: Prospect) {
    return loadTogether(ctx.campaigns.db, loadEnrolmentsOf, prospect.id);
  }
}
