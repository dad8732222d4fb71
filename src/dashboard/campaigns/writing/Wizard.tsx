import { Button, Group, Stack } from '@mantine/core';
import { Link, useLocation, useParams } from 'wouter';
import { AskBeforeLeaving } from '../../shell/AskBeforeLeaving';
import { PageHeader } from '../../shell/PageHeader';
import { WRITING } from '../../texts/campaignWriting';
import { StateBadge } from '../StateBadge';
import { AccountsPart } from './AccountsPart';
import type { SavedCampaign } from './draft';
import { EmailsPart } from './EmailsPart';
import { Meanwhile } from './Meanwhile';
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
  const { isAutomatic, status, state, clash, problems, saved } = saving;
  const { part: named = 'people' } = useParams<{ part?: string }>();
  const part = isPart(named) ? named : 'people';
  const Part = COMPONENTS[part];
  const current = state === 'GONE' ? campaign : { ...campaign, state };
  const isAtRisk = status === 'refused' || clash !== null || (!isAutomatic && status !== 'saved');
  return (
    <Stack className="page" gap="lg">
      <PageHeader
        title={WRITING.titleOf(saved.name)}
        actions={
          <>
            <StateBadge state={current.state} />
            <SavingBar saving={saving} />
          </>
        }
      />
      <Meanwhile saving={saving} />
      <WizardNav campaignId={campaign.id} current={part} wrong={new Set(problems.map(partOf))} />
      <Part campaign={current} saving={saving} />
      <Steering campaignId={campaign.id} current={part} />
      <AskBeforeLeaving
        isOn={isAtRisk}
        mayGo={(path) => path.startsWith(`/app/campaigns/${campaign.id}/edit`)}
      />
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
