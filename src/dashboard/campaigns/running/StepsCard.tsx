import { Card, Table, Text, Title } from '@mantine/core';
import { CAMPAIGNS } from '../../texts/campaigns';
import { ShareCell } from '../ShareCell';
import { letterOf } from '../sayNumbers';
import type { Campaign } from './CampaignPage';
import classes from './StepsCard.module.css';

type Step = Campaign['steps'][number];

/** What each email, and of several wordings each, has come to. */
export function StepsCard({ campaign: { steps } }: { campaign: Campaign }) {
  return (
    <Card component="section" p={0}>
      <Title order={2} px="lg" pt="lg" pb="xs">
        {TEXTS.steps}
      </Title>
      <Table className={`figures ${classes['table']}`} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes['name']}>{TEXTS.steps}</Table.Th>
            <Table.Th ta="right">{columns.sent}</Table.Th>
            <Table.Th ta="right">{columns.replied}</Table.Th>
            <Table.Th ta="right">{columns.bounced}</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {TEXTS.unsubscribed}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.flatMap((step, index) => [
            <Row key={step.id} stats={step.stats} name={TEXTS.step(index + 1)} note={noteOf(step, index)} />,
            ...wordingsOf(step),
          ])}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

/** One wording is the email itself. */
function wordingsOf({ variants }: Step) {
  if (variants.length < 2) return [];
  return variants.map(({ id, stats, subject }, index) => (
    <Row
      key={id}
      stats={stats}
      name={TEXTS.wording(letterOf(index))}
      note={subject || TEXTS.inThread}
      isWording
    />
  ));
}

function Row(props: { stats: Step['stats']; name: string; note: string; isWording?: boolean }) {
  const { stats, name, note, isWording } = props;
  return (
    <Table.Tr>
      <Table.Td pl={isWording ? 'xl' : undefined}>
        <Text size="sm" fw={isWording ? 500 : 600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" truncate title={note}>
          {note}
        </Text>
      </Table.Td>
      <Table.Td ta="right">{stats.sent.toLocaleString('en')}</Table.Td>
      <ShareCell count={stats.replied} of={stats.sent} />
      <ShareCell count={stats.bounced} of={stats.sent} />
      <ShareCell count={stats.unsubscribed} of={stats.sent} visibleFrom="sm" />
    </Table.Tr>
  );
}

const TEXTS = CAMPAIGNS.run;
const { columns } = CAMPAIGNS;

/** `at once · Ten minutes?` */
function noteOf({ waitDays, variants }: Step, index: number): string {
  const later = index === 0 ? TEXTS.firstAfter(waitDays) : TEXTS.afterDays(waitDays);
  const [only] = variants;
  const subject = only && variants.length === 1 ? [only.subject || TEXTS.inThread] : [];
  return [waitDays === 0 ? TEXTS.atOnce : later, ...subject].join(' · ');
}
