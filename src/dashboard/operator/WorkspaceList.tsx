import { Card, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconBuildingCommunity, IconChevronDown } from '@tabler/icons-react';
import { Paged } from '../lists/Paged';
import { Rows } from '../lists/Rows';
import { SearchField } from '../lists/SearchField';
import { Empty } from '../states/Empty';
import { OPERATOR } from '../texts/operator';
import { WorkspacesDocument } from './operator.generated';
import { useOperatorAddress } from './useOperatorAddress';
import classes from './WorkspaceList.module.css';
import { WorkspaceSlots } from './WorkspaceSlots';

/** All workspaces by name; one of them open, with its slots. */
export function WorkspaceList() {
  const [{ search, workspace }, show] = useOperatorAddress();
  return (
    <Card component="section" aria-label={TEXTS.title}>
      <Stack gap="md">
        <Title order={2}>{TEXTS.title}</Title>
        <SearchField
          label={TEXTS.search}
          placeholder={TEXTS.searchHint}
          value={search}
          onSearch={(text) => show({ search: text })}
        />
        <Paged
          key={search}
          query={WorkspacesDocument}
          variables={{ search }}
          typename="Workspace"
          connectionOf={({ workspaces }) => workspaces}
          heading={({ workspaces }) => (
            <Text size="sm" c="dimmed" className="figures" role="status">
              {TEXTS.count(workspaces.totalCount)}
            </Text>
          )}
          empty={
            <Empty icon={IconBuildingCommunity} title={TEXTS.noneTitle}>
              {TEXTS.none}
            </Empty>
          }
        >
          {(workspaces) => (
            <Rows items={workspaces} keyOf={({ id }) => id}>
              {({ id, name }) => (
                <Workspace
                  id={id}
                  name={name}
                  isOpen={id === workspace}
                  onToggle={() => show({ workspace: id === workspace ? '' : id })}
                />
              )}
            </Rows>
          )}
        </Paged>
      </Stack>
    </Card>
  );
}

function Workspace(props: { id: string; name: string; isOpen: boolean; onToggle: () => void }) {
  const { id, name, isOpen, onToggle } = props;
  return (
    <>
      <UnstyledButton className={classes['toggle']} aria-expanded={isOpen} onClick={onToggle}>
        <Group justify="space-between" wrap="nowrap">
          <Text span fw={550} truncate>
            {name}
          </Text>
          <IconChevronDown size={16} aria-hidden className={classes['chevron']} />
        </Group>
      </UnstyledButton>
      {isOpen && <WorkspaceSlots workspace={{ id, name }} />}
    </>
  );
}

const TEXTS = OPERATOR.workspaces;
