import { Card, Group, Text } from '@mantine/core';
import { Paged } from '../lists/Paged';
import { Rows } from '../lists/Rows';
import { SectionHeader } from '../shell/SectionHeader';
import { IMPORTS } from '../texts/imports';
import { ImportRejectsDocument } from './imports.generated';

/** The rows that were not taken over, each with its line in the file and what is wrong with it. */
export function Rejects({ id }: { id: string }) {
  return (
    <Card component="section" aria-label={IMPORTS.rejects}>
      <SectionHeader title={IMPORTS.rejects} lead={IMPORTS.rejectsLead} mb="sm" />
      <Paged
        query={ImportRejectsDocument}
        variables={{ id }}
        typename="ImportReject"
        connectionOf={({ prospectImport }) => prospectImport?.rejects ?? NONE}
        empty={null}
      >
        {(rejects) => (
          <Rows items={rejects} keyOf={({ line }) => String(line)}>
            {({ line, reason }) => (
              <Group gap="md" wrap="nowrap" align="baseline" py={8} px={8}>
                <Text size="sm" c="dimmed" className="figures" miw="5rem">
                  {IMPORTS.line(line)}
                </Text>
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {reason}
                </Text>
              </Group>
            )}
          </Rows>
        )}
      </Paged>
    </Card>
  );
}

/** What an import that does not exist any more has rejected. */
const NONE = { edges: [], pageInfo: { hasNextPage: false, endCursor: null } };
