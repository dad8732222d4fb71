import { Alert, Anchor, Button, Card, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { WRITING } from '../../texts/campaignWriting';
import { Forecast } from '../Forecast';
import { letterOf, saySchedule } from '../sayNumbers';
import { useStart } from '../useStart';
import type { DraftStep, Problem } from './draft';
import type { PartName } from './parts';
import classes from './ReviewPart.module.css';
import { useEnrolledCount } from './useEnrolledCount';
import type { PartProps } from './Wizard';
import { SenderSlotsDocument } from './writing.generated';

/** All of it at a glance, what would go out in the coming days, and the button that starts it. */
export function ReviewPart({ campaign, saving }: PartProps) {
  const { draft, saved, save, problems, status } = saving;
  const [enrolled] = useEnrolledCount(campaign);
  const [start, isStarting] = useStart();
  const [, navigate] = useLocation();
  const begin = async () => {
    if ((await save()) && (await start(campaign))) navigate(`/campaigns/${campaign.id}`);
  };
  const part = (name: PartName, words: ReactNode) => (
    <Part name={name} campaignId={campaign.id}>
      {words}
    </Part>
  );
  return (
    <Card component="section">
      <Stack gap="lg">
        <Title order={2}>{TEXTS.title}</Title>
        {problems.map((problem) => (
          <Alert key={`${problem.step} ${problem.variant} ${problem.field}`} color="red">
            {whereOf(problem)} {problem.message}
          </Alert>
        ))}
        <dl className={`figures ${classes['parts']}`}>
          {part('people', enrolled === 0 ? TEXTS.nobody : WRITING.people.count(enrolled))}
          {part('emails', <Emails steps={draft.steps} />)}
          {part('schedule', saySchedule(draft.schedule))}
          {part('accounts', <Accounts ids={draft.slotIds} />)}
        </dl>
        <Forecast campaignId={campaign.id} basis={saved} />
        {campaign.state !== 'RUNNING' && (
          <Button
            size="md"
            w="fit-content"
            leftSection={<IconPlayerPlay size={18} aria-hidden />}
            disabled={problems.length > 0}
            loading={isStarting || status === 'saving'}
            onClick={begin}
          >
            {campaign.state === 'PAUSED' ? TEXTS.resume : TEXTS.start}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

function Part({ name, campaignId, children }: { name: PartName; campaignId: string; children: ReactNode }) {
  const label = WRITING.pages[name];
  return (
    <div className={classes['part']}>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} className={classes['answer']}>
        <span className={classes['words']}>{children}</span>
        <Anchor
          component={Link}
          href={`/campaigns/${campaignId}/edit/${name}`}
          size="sm"
          aria-label={TEXTS.changeOf(label)}
        >
          {TEXTS.change}
        </Anchor>
      </Text>
    </div>
  );
}

function Emails({ steps }: { steps: readonly DraftStep[] }) {
  return steps.map(({ key, waitDays, variants }) => (
    <Text span display="block" key={key}>
      {variants[0]?.subject || WRITING.emails.inThread}
      <Text span size="sm" c="dimmed">
        {` · ${waitDays === 0 ? WRITING.emails.atOnce : WRITING.emails.after(waitDays)}`}
        {variants.length > 1 && ` · ${TEXTS.wordings(variants.length)}`}
      </Text>
    </Text>
  ));
}

function Accounts({ ids }: { ids: readonly string[] }) {
  const [{ data }] = useQuery({ query: SenderSlotsDocument, variables: {} });
  const chosen = data?.gmailIntegration.slots.filter(({ id }) => ids.includes(id)) ?? [];
  return chosen
    .map(({ connection, position }) => connection?.email ?? WRITING.accounts.empty(position))
    .join(', ');
}

/** `Follow-up 2, Wording B:`; nothing for what is the campaign's own. */
function whereOf({ step, variant, line }: Problem): string {
  if (step === null) return '';
  const names = [
    step === 0 ? WRITING.emails.first : WRITING.emails.followUp(step),
    ...(variant ? [WRITING.emails.wording(letterOf(variant))] : []),
    ...(line === null ? [] : [WRITING.emails.line(line)]),
  ];
  return `${names.join(', ')}:`;
}

const TEXTS = WRITING.review;
