import { Badge, Group, ScrollArea, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { WARM_UP } from '../texts/warmup';
import classes from './AccountRamp.module.css';
import { RampChart } from './RampChart';
import { type Account, daysOf, type RampDay, shortDay } from './rampHistory';

/** One account's warm-up: today, its days as a chart, and each day's reason. */
export function AccountRamp({ account }: { account: Account }) {
  const { settings, sending } = account;
  const days = daysOf(account);
  const today = days.at(-1);
  return (
    <Stack gap="sm" miw={0}>
      <Group justify="space-between" gap="xs">
        <Title order={3} className={classes['address']}>
          {account.email}
        </Title>
        {settings.rampEnabled ? (
          today && <Badge className="figures">{WARM_UP.today(today.sent, today.allowance)}</Badge>
        ) : (
          <Badge color="gray">{WARM_UP.off}</Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {settings.rampEnabled
          ? WARM_UP.rule(settings.rampStart, settings.rampGrowth, settings.rampCeiling)
          : WARM_UP.offLead(sending.dailyLimit)}
      </Text>
      {days.length > 1 && (
        <>
          <RampChart label={WARM_UP.chartOf(account.email)} days={days} ceiling={WARM_UP.allowance} />
          <Days days={days} />
        </>
      )}
    </Stack>
  );
}

function Days({ days }: { days: readonly RampDay[] }) {
  const [isOpen, { toggle }] = useDisclosure();
  return (
    <>
      <UnstyledButton className={classes['toggle']} aria-expanded={isOpen} onClick={toggle}>
        {WARM_UP.days} <IconChevronDown size={14} aria-hidden />
      </UnstyledButton>
      {isOpen && (
        <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0 }}>
          <Table fz="sm" className="figures" stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{WARM_UP.date}</Table.Th>
                <Table.Th ta="right">{WARM_UP.sent}</Table.Th>
                <Table.Th ta="right">{WARM_UP.allowance}</Table.Th>
                <Table.Th>{WARM_UP.reason}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...days].reverse().map((day) => (
                <Table.Tr key={day.date}>
                  <Table.Td className={classes['day']}>{shortDay(day.date)}</Table.Td>
                  <Table.Td ta="right">{day.sent}</Table.Td>
                  <Table.Td ta="right">{day.allowance}</Table.Td>
                  <Table.Td>{day.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </>
  );
}
