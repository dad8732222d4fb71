import { Stack } from '@mantine/core';
import { PageHeader } from '../shell/PageHeader';
import { NAVIGATION } from '../texts/navigation';

export function GmailPage() {
  return (
    <Stack className="page">
      <PageHeader title={NAVIGATION.gmail} />
    </Stack>
  );
}
