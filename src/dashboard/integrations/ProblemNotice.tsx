import { Alert, Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { GMAIL } from '../texts/gmail';
import type { ProblemDetailsFragment } from './gmail.generated';

/** What happened, what to do about it, where to read more, and the server's own words. `children` are actions. */
export function ProblemNotice({
  problem,
  children,
}: {
  problem: ProblemDetailsFragment;
  children?: ReactNode;
}) {
  const { message, remedy, helpUrl, serverReply } = problem;
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={message}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{remedy}</Text>
        {serverReply && (
          <Code block fz="xs" w="100%" style={{ whiteSpace: 'pre-wrap' }} aria-label={GMAIL.problem.reply}>
            {serverReply}
          </Code>
        )}
        <Group gap="md">
          {children}
          {helpUrl && (
            <Anchor href={helpUrl} target="_blank" rel="noreferrer" size="sm" c="inherit" td="underline">
              {GMAIL.problem.help} <IconExternalLink size={13} aria-hidden />
            </Anchor>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
