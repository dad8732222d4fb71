import { Box, type BoxProps, Text, Title } from '@mantine/core';

/** What a part of a page is called, and in one sentence what it is for. */
export function SectionHeader({ title, lead, ...box }: { title: string; lead: string } & BoxProps) {
  return (
    <Box {...box}>
      <Title order={2}>{title}</Title>
      <Text size="sm" c="dimmed">
        {lead}
      </Text>
    </Box>
  );
}
