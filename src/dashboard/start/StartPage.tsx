import { Alert, Anchor, Card, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useViewer } from '../account/Session';
import { useReplies } from '../api/ReplyFeed';
import { useLiveQuery } from '../api/useLiveQuery';
import { SlotsChangedDocument } from '../integrations/gmail.generated';
import { PageHeader } from '../shell/PageHeader';
import { Loaded } from '../states/Loaded';
import { START } from '../texts/start';
import { FirstSteps } from './FirstSteps';
import { StartDocument, type StartQuery } from './start.generated';

/** /app: the first steps while some are left to do, and how things stand. */
export function StartPage() {
  const { workspace } = useViewer();
  const { result, refetch } = useLiveQuery(
    { query: StartDocument, variables: {} },
    { query: SlotsChangedDocument, variables: {} },
  );
  useReplies(refetch);
  return (
    <Loaded result={result} onRetry={refetch}>
      {(data) => {
        const done = {
          connect: data.gmailIntegration.total.used > 0,
          people: data.prospects.totalCount > 0,
          campaign: data.campaigns.totalCount > 0,
          reply: data.conversations.totalCount > 0,
        };
        const isComplete = Object.values(done).every(Boolean);
        return (
          <Stack className="page" gap="xl">
            <PageHeader
              title={START.welcome(workspace.name)}
              lead={isComplete ? START.lead : START.firstLead}
            />
            {!isComplete && <FirstSteps done={done} />}
            <Troubles data={data} />
            {done.connect && <Figures data={data} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** The accounts that a person must do something about. */
function Troubles({ data }: { data: StartQuery }) {
  return data.gmailIntegration.slots.map(
    ({ id, connection }) =>
      connection?.state === 'REJECTED' && (
        <Alert
          key={id}
          color="red"
          icon={<IconAlertTriangle />}
          title={`${START.needsYou}: ${connection.email}`}
        >
          {connection.problem?.message} {connection.problem?.remedy}{' '}
          <Anchor component={Link} href="/integrations/gmail" size="sm" fw={550}>
            {START.look}
          </Anchor>
        </Alert>
      ),
  );
}

function Figures({ data }: { data: StartQuery }) {
  const { slots, total } = data.gmailIntegration;
  const sent = slots.reduce((sum, { connection }) => sum + (connection?.sending.sentLast24h ?? 0), 0);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      <Figure name={START.figures.unread} value={data.unread.totalCount} path="/inbox" />
      <Figure name={START.figures.sent} value={sent} path="/warm-up" />
      <Figure name={START.figures.running} value={data.running.totalCount} path="/campaigns" />
      <Figure name={START.figures.accounts} value={total.used} path="/integrations/gmail" />
    </SimpleGrid>
  );
}

function Figure({ name, value, path }: { name: string; value: number; path: string }) {
  return (
    <Card component={Link} href={path} className="card-link">
      <Text fz={28} fw={650} lh={1.2} className="figures">
        {value.toLocaleString('en')}
      </Text>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
    </Card>
  );
}
