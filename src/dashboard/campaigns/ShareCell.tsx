import { Table, type TableTdProps, Text } from '@mantine/core';
import { sayShare } from './sayNumbers';

/** How many, and once there are any, what share of `of` they are. */
export function ShareCell({ count, of, ...cell }: { count: number; of: number } & TableTdProps) {
  return (
    <Table.Td ta="right" {...cell}>
      {count.toLocaleString('en')}
      {count > 0 && (
        <Text size="xs" c="dimmed">
          {sayShare(count, of)}
        </Text>
      )}
    </Table.Td>
  );
}
