import { Badge, Stack } from '@mantine/core';
import { useState } from 'react';
import { useLiveQuery } from '../api/useLiveQuery';
import { PageHeader } from '../shell/PageHeader';
import { Loaded } from '../states/Loaded';
import { GMAIL } from '../texts/gmail';
import { NAVIGATION } from '../texts/navigation';
import { ConnectModal } from './ConnectModal';
import { GmailIntegrationDocument, type SlotDetailsFragment, SlotsChangedDocument } from './gmail.generated';
import { SlotSection } from './SlotSection';

export type Slot = SlotDetailsFragment;

/** /app/integrations/gmail: the slots of the workspace, and the accounts in them, live. */
export function GmailPage() {
  const { result, refetch } = useLiveQuery(
    { query: GmailIntegrationDocument, variables: {} },
    { query: SlotsChangedDocument, variables: {} },
  );
  const [connecting, setConnecting] = useState<Slot | null>(null);
  return (
    <Loaded result={result} onRetry={refetch}>
      {({ gmailIntegration: { self, fly, total, slots, supportUrl } }) => (
        <Stack className="page" gap="xl">
          <PageHeader
            title={NAVIGATION.pages.gmail}
            lead={GMAIL.lead}
            actions={
              <Badge size="lg" color="gray" className="figures">
                {GMAIL.total(total.label)}
              </Badge>
            }
          />
          <SlotSection
            kind="SELF"
            usage={self}
            slots={slots}
            supportUrl={supportUrl}
            onConnect={setConnecting}
          />
          <SlotSection
            kind="FLY"
            usage={fly}
            slots={slots}
            supportUrl={supportUrl}
            onConnect={setConnecting}
          />
          <ConnectModal slot={connecting} onClose={() => setConnecting(null)} onConnected={refetch} />
        </Stack>
      )}
    </Loaded>
  );
}
