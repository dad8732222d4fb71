import { Accordion, Anchor, Group, List, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useIsMobile } from '../shell/useIsMobile';
import { GUIDE_FRAME, GUIDES } from '../texts/gmail';

/** What there is to do in Google before an account can be connected: three guides, one open at a time. */
export function Guides() {
  // On a phone they stand above the form, and would push it out of sight.
  const isMobile = useIsMobile();
  return (
    <Stack gap="sm">
      <Title order={3}>{GUIDE_FRAME.title}</Title>
      <Accordion variant="separated" radius="md" defaultValue={isMobile ? null : '1'} order={4}>
        {GUIDES.map(({ title, steps, link }, index) => (
          <Accordion.Item key={title} value={String(index + 1)}>
            <Accordion.Control>
              <Group gap="sm" wrap="nowrap">
                <ThemeIcon size={24} radius="xl" variant="light" className="figures">
                  <Text span size="xs" fw={650}>
                    {index + 1}
                  </Text>
                </ThemeIcon>
                <Text size="sm" fw={550}>
                  {title}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <List type="ordered" size="sm" spacing={6} pr="xs">
                {steps.map((words) => (
                  <List.Item key={words}>{words}</List.Item>
                ))}
              </List>
              <OutwardLink url={link.url} label={link.label} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      <OutwardLink url={GUIDE_FRAME.moreUrl} label={GUIDE_FRAME.more} />
    </Stack>
  );
}

function OutwardLink({ url, label }: { url: string; label: string }) {
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="sm" mt="xs" display="inline-block">
      {label} <IconExternalLink size={13} aria-hidden />
    </Anchor>
  );
}
