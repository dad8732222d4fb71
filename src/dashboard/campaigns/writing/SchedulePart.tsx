import { Card, Chip, Group, Input, Select, SimpleGrid, Stack } from '@mantine/core';
import { SectionHeader } from '../../shell/SectionHeader';
import { CAMPAIGNS } from '../../texts/campaigns';
import { WRITING } from '../../texts/campaignWriting';
import { timezones } from '../../time/timezones';
import { WEEK } from '../sayNumbers';
import type { Draft } from './draft';
import type { PartProps } from './Wizard';

/** The weekdays and hours in which it may send, by the clocks of one timezone. */
export function SchedulePart({ saving: { draft, change, problems } }: PartProps) {
  const { schedule } = draft;
  const set = (part: Partial<Draft['schedule']>) => change({ schedule: { ...schedule, ...part } });
  const wrong = (field: string) => problems.find((problem) => problem.field === field)?.message;
  return (
    <Card component="section">
      <Stack gap="lg" maw={560}>
        <SectionHeader title={TEXTS.title} lead={TEXTS.lead} />
        <Select
          label={TEXTS.timezone}
          data={timezones(schedule.timezone)}
          searchable
          allowDeselect={false}
          value={schedule.timezone}
          onChange={(timezone) => timezone && set({ timezone })}
          error={wrong('schedule.timezone')}
        />
        <Input.Wrapper
          label={TEXTS.days}
          labelElement="div"
          error={wrong('schedule.days') ?? wrong('schedule')}
        >
          <Chip.Group
            multiple
            value={schedule.days}
            onChange={(days) => set({ days: WEEK.filter((day) => days.includes(day)) })}
          >
            <Group gap="xs" pt={4} role="group" aria-label={TEXTS.days}>
              {WEEK.map((day) => (
                <Chip key={day} value={day} variant="light">
                  {CAMPAIGNS.days[day]}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <SimpleGrid cols={2}>
          <Hour
            label={TEXTS.from}
            value={schedule.from}
            onChange={(from) => set({ from })}
            error={wrong('schedule.from')}
          />
          <Hour
            label={TEXTS.to}
            value={schedule.to}
            onChange={(to) => set({ to })}
            error={wrong('schedule.to')}
          />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

const TEXTS = WRITING.schedule;

/** Half hours, up to the end of the day, and whatever else was set by the API. */
function Hour(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const { value, onChange, ...rest } = props;
  return (
    <Select
      {...rest}
      data={[...new Set([...HALF_HOURS, value])].sort()}
      allowDeselect={false}
      value={value}
      onChange={(time) => time && onChange(time)}
    />
  );
}

const HALF_HOURS = Array.from(
  { length: 49 },
  (_, half) => `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`,
);
