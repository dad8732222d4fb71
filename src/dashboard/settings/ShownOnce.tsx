import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { SETTINGS } from '../texts/settings';
import classes from './ShownOnce.module.css';

/** A secret that the server tells this one time: to be copied now. */
export function ShownOnce({ title, note, value }: { title: string; note: string; value: string }) {
  return (
    <Alert title={title} mt="md" role="status">
      <Stack gap="sm">
        <Text size="sm">{note}</Text>
        <Group gap="sm">
          <Code className={classes['secret']}>{value}</Code>
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button
                size="xs"
                variant="default"
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              >
                {copied ? SETTINGS.copied : SETTINGS.copy}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}
