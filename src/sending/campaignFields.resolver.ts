import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Campaign } from '../campaigns/campaign.entity';
import { CampaignType } from '../campaigns/campaign.types';
import { loadTogether } from '../lib/batch';
import { forecastCampaign, readCampaignBlockers } from './campaignOutlook';
import { campaignsOf } from './outgoing';
import type { OutgoingMessage } from './outgoing.entity';
import { BlockerType, ForecastDayType, OutgoingMessageType } from './outgoing.types';
import type { SendingContext } from './sendingRoom';

/** What the sending room knows of a campaign. */
@Resolver(() => CampaignType)
export class CampaignOutlookResolver {
  @FieldResolver(() => [BlockerType], { description: 'Why nothing of it goes out right now.' })
  blockers(@Ctx() ctx: SendingContext, @Root() campaign: Campaign) {
    return readCampaignBlockers(ctx.sending, campaign);
  }

  @FieldResolver(() => [ForecastDayType], {
    description: 'What the same engine that sends would do on the coming days.',
    complexity: 200, // days of sending are gone through, one email after another
  })
  forecast(
    @Ctx() ctx: SendingContext,
    @Root() campaign: Campaign,
    @Arg('days', () => Int, { nullable: true }) days?: number,
  ) {
    return forecastCampaign(ctx.sending, campaign, days);
  }
}

@Resolver(() => OutgoingMessageType)
export class OutgoingCampaignResolver {
  @FieldResolver(() => CampaignType, { nullable: true })
  campaign(@Ctx() ctx: SendingContext, @Root() message: OutgoingMessage) {
    return loadTogether(ctx.sending, campaignsOf, message);
  }
}
