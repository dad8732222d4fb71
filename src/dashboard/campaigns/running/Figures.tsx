import { Paper, SimpleGrid, Text } from '@mantine/core';
import { CAMPAIGNS } from '../../texts/campaigns';
import { countReached, sayShare } from '../sayNumbers';
import type { Campaign } from './CampaignPage';
import classes from './Figures.module.css';

/** The campaign in numbers. People count once each; only `sent` counts emails. */
export function Figures({ campaign: { stats, steps } }: { campaign: Campaign }) {
  const reached = countReached(steps);
  return (
    <SimpleGrid component="dl" m={0} cols={{ base: 2, sm: 4 }} spacing="sm" className="figures">
      {NAMES.map((name) => (
        <Paper key={name} withBorder className={classes['figure']}>
          <Text component="dt" size="sm" c="dimmed">
            {CAMPAIGNS.run.figures[name]}
          </Text>
          <Text component="dd" m={0} fz={24} fw={650} lh={1.25}>
            {stats[name].toLocaleString('en')}
          </Text>
          {SHARED.has(name) && stats[name] > 0 && (
            <Text component="dd" m={0} size="xs" c="dimmed">
              {CAMPAIGNS.run.ofReached(sayShare(stats[name], reached))}
            </Text>
          )}
        </Paper>
      ))}
    </SimpleGrid>
  );
}

const NAMES = Object.keys(CAMPAIGNS.run.figures) as (keyof typeof CAMPAIGNS.run.figures)[];

/** What is told as a share of those who got anything. */
const SHARED = new Set<string>(['replied', 'bounced', 'unsubscribed']);
