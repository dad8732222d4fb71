import { Button, Card, Group, Text } from '@mantine/core';
import { IconDownload, IconPlus, IconUpload, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { Paged } from '../lists/Paged';
import { Rows } from '../lists/Rows';
import { SearchField } from '../lists/SearchField';
import { useAddress } from '../lists/useAddress';
import { Empty } from '../states/Empty';
import { PROSPECTS } from '../texts/prospects';
import { AddProspect } from './AddProspect';
import { ProspectCard } from './ProspectCard';
import { ProspectRow } from './ProspectRow';
import { ProspectsFrame } from './ProspectsFrame';
import { ProspectsDocument } from './prospects.generated';

/** /app/prospects: everybody whom the workspace may write to. */
export function ProspectsPage() {
  const [{ search, tag, person }, show] = useAddress(['search', 'tag', 'person']);
  const [isAdding, setAdding] = useState(false);
  const isFiltered = search !== '' || tag !== '';
  return (
    <ProspectsFrame actions={<Actions tag={tag} onAdd={() => setAdding(true)} />}>
      <Card component="section" aria-label={PROSPECTS.people}>
        <Group gap="sm" align="flex-end" mb="md">
          <SearchField
            label={PROSPECTS.search}
            placeholder={PROSPECTS.searchHint}
            value={search}
            onSearch={(text) => show({ search: text })}
          />
          <SearchField
            label={PROSPECTS.tag}
            placeholder={PROSPECTS.tagHint}
            icon={false}
            value={tag}
            onSearch={(text) => show({ tag: text })}
          />
        </Group>
        <Paged
          key={`${search}\n${tag}`}
          query={ProspectsDocument}
          variables={{ search, tag }}
          typename="Prospect"
          connectionOf={({ prospects }) => prospects}
          heading={({ prospects }) => (
            <Text size="sm" c="dimmed" className="figures" role="status">
              {PROSPECTS.count(prospects.totalCount)}
            </Text>
          )}
          empty={isFiltered ? <NoMatch onClear={() => show({ search: '', tag: '' })} /> : <Nobody />}
        >
          {(people) => (
            <Rows items={people} keyOf={({ id }) => id}>
              {(each) => <ProspectRow prospect={each} onOpen={() => show({ person: each.id }, true)} />}
            </Rows>
          )}
        </Paged>
      </Card>
      <ProspectCard
        id={person}
        onClose={() => show({ person: '' })}
        onTag={(name) => show({ tag: name, search: '', person: '' })}
      />
      <AddProspect
        isOpen={isAdding}
        onClose={() => setAdding(false)}
        onAdded={(id) => {
          setAdding(false);
          show({ person: id }, true);
        }}
      />
    </ProspectsFrame>
  );
}

function Actions({ tag, onAdd }: { tag: string; onAdd: () => void }) {
  const file = `/export/prospects${tag && `?${new URLSearchParams({ tag })}`}`;
  return (
    <>
      <Button component="a" href={file} download variant="default" leftSection={<IconDownload size={16} />}>
        {tag ? PROSPECTS.exportTag(tag) : PROSPECTS.export}
      </Button>
      <Button
        component={Link}
        href="/prospects/imports"
        variant="default"
        leftSection={<IconUpload size={16} />}
      >
        {PROSPECTS.import}
      </Button>
      <Button onClick={onAdd} leftSection={<IconPlus size={16} />}>
        {PROSPECTS.add}
      </Button>
    </>
  );
}

function Nobody() {
  return (
    <Empty
      icon={IconUsers}
      title={PROSPECTS.nobodyTitle}
      action={
        <Button component={Link} href="/prospects/imports">
          {PROSPECTS.import}
        </Button>
      }
    >
      {PROSPECTS.nobody}
    </Empty>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty
      icon={IconUsers}
      title={PROSPECTS.noMatchTitle}
      action={
        <Button variant="default" onClick={onClear}>
          {PROSPECTS.clear}
        </Button>
      }
    >
      {PROSPECTS.noMatch}
    </Empty>
  );
}
