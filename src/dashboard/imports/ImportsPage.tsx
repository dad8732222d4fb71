import { Badge, Card, Group, Text, Title } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useReducer } from 'react';
import { Link } from 'wouter';
import { Paged } from '../lists/Paged';
import { Rows } from '../lists/Rows';
import { ProspectsFrame } from '../prospects/ProspectsFrame';
import { Empty } from '../states/Empty';
import { IMPORTS } from '../texts/imports';
import { sayMoment } from '../time/sayTime';
import { IMPORT_COLORS } from './ImportReport';
import classes from './ImportsPage.module.css';
import { ImportHistoryDocument } from './imports.generated';
import { NewImport } from './NewImport';

/** /app/prospects/imports: a new file, and those before it. */
export function ImportsPage() {
  const [ended, count] = useReducer((times: number) => times + 1, 0);
  return (
    <ProspectsFrame>
      <NewImport onEnd={count} />
      <Card component="section" aria-label={IMPORTS.history}>
        <Title order={2} mb="sm">
          {IMPORTS.history}
        </Title>
        <Paged
          query={ImportHistoryDocument}
          variables={{}}
          typename="ProspectImport"
          basis={ended}
          connectionOf={({ prospectImports }) => prospectImports}
          empty={
            <Empty icon={IconFileImport} title={IMPORTS.noHistoryTitle}>
              {IMPORTS.noHistory}
            </Empty>
          }
        >
          {(imports) => (
            <Rows items={imports} keyOf={({ id }) => id}>
              {({ id, state, created, updated, rejected, createdAt, message }) => (
                <Link href={`/prospects/imports/${id}`} className={classes['row']}>
                  <Group justify="space-between" gap="sm" wrap="nowrap">
                    <div style={{ minWidth: 0 }}>
                      <Text fw={550}>{sayMoment(createdAt)}</Text>
                      <Text size="sm" c="dimmed" className="figures" truncate>
                        {state === 'FAILED' ? message : IMPORTS.summary(created, updated, rejected)}
                      </Text>
                    </div>
                    <Badge color={IMPORT_COLORS[state]} style={{ flexShrink: 0 }}>
                      {IMPORTS.states[state]}
                    </Badge>
                  </Group>
                </Link>
              )}
            </Rows>
          )}
        </Paged>
      </Card>
    </ProspectsFrame>
  );
}
