import { Button, Center, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import type { CombinedError } from 'urql';
import { wordsOf } from '../api/wordsOf';
import { STATES } from '../texts/states';

/** When there is nothing to show because asking for it failed. */
export function Failed({ error, onRetry }: { error: CombinedError; onRetry: () => void }) {
  return (
    <Center role="alert" p="xl">
      <Stack align="center" gap="sm" maw={420} ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" color="red">
          <IconCloudOff size={26} aria-hidden />
        </ThemeIcon>
        <Text fw={600}>{STATES.failedTitle}</Text>
        <Text c="dimmed">{wordsOf(error)}</Text>
        <Button variant="default" onClick={onRetry}>
          {STATES.tryAgain}
        </Button>
      </Stack>
    </Center>
  );
}
