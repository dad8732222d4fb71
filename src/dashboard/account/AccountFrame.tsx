import { Anchor, Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Logo } from '../shell/Logo';
import { ACCOUNT } from '../texts/account';

/** What surrounds the forms of a person who is not signed in yet. */
export function AccountFrame(props: {
  title: string;
  lead?: string;
  children: ReactNode;
  /** The way to the other form. */
  other?: { question: string; link: string; path: string };
}) {
  const { title, lead, children, other } = props;
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack gap="lg" w="100%" maw={420}>
        <Stack gap="xs" align="center" ta="center">
          <Logo size={44} />
          <Text c="dimmed" size="sm">
            {ACCOUNT.claim}
          </Text>
        </Stack>
        <Card padding="xl" shadow="sm">
          <Stack gap="md">
            <Title order={1}>{title}</Title>
            {lead && <Text c="dimmed">{lead}</Text>}
            {children}
          </Stack>
        </Card>
        {other && (
          <Group justify="center" gap={6}>
            <Text size="sm" c="dimmed">
              {other.question}
            </Text>
            <Anchor component={Link} href={other.path} size="sm" fw={550}>
              {other.link}
            </Anchor>
          </Group>
        )}
      </Stack>
    </Center>
  );
}
