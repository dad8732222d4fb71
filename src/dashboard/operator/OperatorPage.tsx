import { Stack } from '@mantine/core';
import { useViewer } from '../account/Session';
import { PageHeader } from '../shell/PageHeader';
import { NotFound } from '../states/NotFound';
import { NAVIGATION } from '../texts/navigation';
import { OPERATOR } from '../texts/operator';
import { TroubleList } from './TroubleList';
import { WorkspaceList } from './WorkspaceList';

/** /app/operator: what the team that runs the installation looks after, over all workspaces. */
export function OperatorPage() {
  const { isOperator } = useViewer();
  if (!isOperator) return <NotFound />;
  return (
    <Stack className="page" gap="xl">
      <PageHeader title={NAVIGATION.pages.operator} lead={OPERATOR.lead} />
      <TroubleList />
      <WorkspaceList />
    </Stack>
  );
}
