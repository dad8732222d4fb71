import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconHeartbeat } from '@tabler/icons-react';
import { useNews } from '../api/useNews';
import { AccountHeader } from '../integrations/AccountHeader';
import { ProblemNotice } from '../integrations/ProblemNotice';
import { RecheckButton } from '../integrations/RecheckButton';
import { Paged } from '../lists/Paged';
import { SectionHeader } from '../shell/SectionHeader';
import { Empty } from '../states/Empty';
import { OPERATOR } from '../texts/operator';
import { LastProof } from './LastProof';
import { TroublesChangedDocument, TroublesDocument, type TroublesQuery } from './operator.generated';
import { useOperatorAddress } from './useOperatorAddress';

/** The connections of all workspaces that are in trouble, the worst first, live. */
export function TroubleList() {
  const news = useNews(TroublesChangedDocument);
  return (
    <Stack component="section" gap="md" aria-label={TEXTS.title}>
      <SectionHeader title={TEXTS.title} lead={TEXTS.lead} />
      <Paged
        query={TroublesDocument}
        variables={{}}
        typename="Trouble"
        basis={news}
        connectionOf={({ troubles }) => troubles}
        heading={({ troubles }) => (
          <Text size="sm" className="figures" role="status">
            {TEXTS.count(troubles.totalCount)}
          </Text>
        )}
        empty={
          <Card>
            <Empty icon={IconHeartbeat} title={TEXTS.noneTitle}>
              {TEXTS.none}
            </Empty>
          </Card>
        }
      >
        {(troubles) => troubles.map((trouble) => <Trouble key={trouble.slot.id} trouble={trouble} />)}
      </Paged>
    </Stack>
  );
}

function Trouble({ trouble }: { trouble: TroublesQuery['troubles']['edges'][number]['node'] }) {
  const [, show] = useOperatorAddress();
  const { workspace, slot } = trouble;
  const { connection } = slot;
  if (!connection) return null; // disconnected between two questions
  return (
    <Card component="article" aria-label={connection.email}>
      <Stack gap="sm">
        <AccountHeader connection={connection}>
          {workspace.name} · {OPERATOR.slots.kinds[slot.kind]} · <LastProof at={connection.lastProofAt} />
        </AccountHeader>
        {connection.problem && <ProblemNotice problem={connection.problem} />}
        <Group gap="xs">
          <RecheckButton slotId={slot.id} />
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => show({ workspace: workspace.id, search: workspace.name })}
          >
            {TEXTS.show(workspace.name)}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

const TEXTS = OPERATOR.troubles;
