import { Group, Text } from '@mantine/core';
import icon from '../icon.svg';
import { NAVIGATION } from '../texts/navigation';

/** The sphere with its name beside it; `size` in pixels. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <Group gap={size / 3} wrap="nowrap">
      <img src={icon} width={size} height={size} alt="" />
      <Text fw={680} fz={size * 0.58} lts="-0.02em">
        {NAVIGATION.product}
      </Text>
    </Group>
  );
}
