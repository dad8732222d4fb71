import { Button, Group, Stack } from '@mantine/core';
import { Link, useLocation, useParams } from 'wouter';
import { PageHeader } from '../../shell/PageHeader';
import { WRITING } from '../../texts/campaignWriting';
import { StateBadge } from '../StateBadge';
import { AccountsPart } from './AccountsPart';
import type { SavedCampaign } from './draft';
import { EmailsPart } from './EmailsPart';
import { PeoplePart } from './PeoplePart';
import { isPart, PARTS, type PartName, partOf } from './parts';
import { ReviewPart } from './ReviewPart';
import { SavingBar } from './SavingBar';
import { SchedulePart } from './SchedulePart';
import { type Saving, useSaving } from './useSaving';
import { WizardNav } from './WizardNav';

/** What a part of the wizard works on. */
export interface PartProps {
  campaign: SavedCampaign;
  saving: Saving;
}

/** The parts of a campaign, one at a time; what is changed stays changed in going from one to another. */
export function Wizard({ campaign }: { campaign: SavedCampaign }) {
  const saving = useSaving(campaign);
  const { part = 'people' } = useParams<{ part?: string }>();
  const current = isPart(part) ? part : 'people';
  const Part = COMPONENTS[current];
  return (
    <Stack className="page" gap="lg">
      <PageHeader
        title={WRITING.titleOf(saving.saved.name)}
        actions={
          <>
            <StateBadge state={campaign.state} />
            <SavingBar saving={saving} />
          </>
        }
      />
      <WizardNav campaignId={campaign.id} current={current} wrong={new Set(saving.problems.map(partOf))} />
      <Part campaign={campaign} saving={saving} />
      <Steering campaignId={campaign.id} current={current} />
    </Stack>
  );
}

const COMPONENTS = {
  people: PeoplePart,
  emails: EmailsPart,
  schedule: SchedulePart,
  accounts: AccountsPart,
  review: ReviewPart,
} satisfies Record<PartName, (props: PartProps) => React.ReactNode>;

function Steering({ campaignId, current }: { campaignId: string; current: PartName }) {
  const [, navigate] = useLocation();
  const index = PARTS.indexOf(current);
  const [before, after] = [PARTS[index - 1], PARTS[index + 1]];
  const go = (part: PartName) => {
    navigate(`/campaigns/${campaignId}/edit/${part}`);
    window.scrollTo({ top: 0 });
  };
  return (
    <Group justify="space-between">
      {before ? (
        <Button variant="default" onClick={() => go(before)}>
          {WRITING.back}
        </Button>
      ) : (
        <Button variant="default" component={Link} href={`/campaigns/${campaignId}`}>
          {WRITING.close}
        </Button>
      )}
      {after && <Button onClick={() => go(after)}>{WRITING.next}</Button>}
    </Group>
  );
}
