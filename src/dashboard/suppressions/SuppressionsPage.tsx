import { Card, Stack } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useState } from 'react';
import { Paged } from '../lists/Paged';
import { Rows } from '../lists/Rows';
import { SearchField } from '../lists/SearchField';
import { ProspectsFrame } from '../prospects/ProspectsFrame';
import { Empty } from '../states/Empty';
import { SUPPRESSIONS } from '../texts/suppressions';
import { AddSuppression } from './AddSuppression';
import { SuppressionRow } from './SuppressionRow';
import { SuppressionsDocument } from './suppressions.generated';

/** /app/prospects/suppressions: who must never be written to again, and why. */
export function SuppressionsPage() {
  const [search, setSearch] = useState('');
  return (
    <ProspectsFrame lead={SUPPRESSIONS.lead}>
      <Card component="section">
        <AddSuppression />
      </Card>
      <Card component="section">
        <Stack gap="md">
          <SearchField
            label={SUPPRESSIONS.search}
            placeholder={SUPPRESSIONS.searchHint}
            value={search}
            onSearch={setSearch}
          />
          <Paged
            key={search}
            query={SuppressionsDocument}
            variables={{ search }}
            typename="Suppression"
            connectionOf={({ suppressions }) => suppressions}
            empty={
              <Empty icon={IconHandStop} title={search ? SUPPRESSIONS.noMatchTitle : SUPPRESSIONS.emptyTitle}>
                {search ? SUPPRESSIONS.noMatch : SUPPRESSIONS.empty}
              </Empty>
            }
          >
            {(suppressions) => (
              <Rows items={suppressions} keyOf={({ id }) => id}>
                {(each) => <SuppressionRow suppression={each} />}
              </Rows>
            )}
          </Paged>
        </Stack>
      </Card>
    </ProspectsFrame>
  );
}
