import { SimpleGrid, Stack } from '@mantine/core';
import { PageHeader } from '../shell/PageHeader';
import { SETTINGS } from '../texts/settings';
import { ApiKeys } from './ApiKeys';
import { Password } from './Password';
import { Team } from './Team';
import { WorkspaceForm } from './WorkspaceForm';

/** What belongs to the workspace as a whole, and the person's own password. */
export function SettingsPage() {
  return (
    <Stack className="page" gap="lg">
      <PageHeader title={SETTINGS.title} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <WorkspaceForm />
          <Password />
        </Stack>
        <Stack gap="lg">
          <Team />
          <ApiKeys />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
