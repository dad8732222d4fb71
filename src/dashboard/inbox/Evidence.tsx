import { Button, List, Stack } from '@mantine/core';
import { useState } from 'react';
import { CONVERSATION } from '../texts/conversation';
import { sayMoment } from '../time/sayTime';
import classes from './ConversationView.module.css';
import { CorrectModal } from './CorrectModal';
import type { ReceivedEntryFragment } from './conversation.generated';

/** Why a received message is taken for what it is and whose it is, and the way to say it better. */
export function Evidence({
  entry,
  conversationId,
}: {
  entry: ReceivedEntryFragment;
  conversationId: string;
}) {
  const [isCorrecting, setCorrecting] = useState(false);
  const { evidence, kind, failures } = entry;
  return (
    <Stack gap="sm" align="flex-start" className={classes['evidence']}>
      <List size="sm" spacing={4}>
        <List.Item>{CONVERSATION.matchedBy[evidence.matchedBy]}</List.Item>
        <List.Item>{CONVERSATION.rule(CONVERSATION.kinds[kind], evidence.rule)}</List.Item>
        {evidence.detail && <List.Item>{CONVERSATION.detail(evidence.detail)}</List.Item>}
        {failures.map(({ recipient, status, diagnostic }) => (
          <List.Item key={`${recipient} ${diagnostic}`}>
            {CONVERSATION.failure(recipient ?? '', [status, diagnostic].filter(Boolean).join(' '))}
          </List.Item>
        ))}
        {evidence.correctedBy && evidence.correctedAt && (
          <List.Item>
            {CONVERSATION.correctedBy(evidence.correctedBy, sayMoment(evidence.correctedAt))}
          </List.Item>
        )}
      </List>
      <Button size="compact-sm" variant="default" onClick={() => setCorrecting(true)}>
        {CONVERSATION.correct.open}
      </Button>
      {isCorrecting && (
        <CorrectModal entry={entry} conversationId={conversationId} onClose={() => setCorrecting(false)} />
      )}
    </Stack>
  );
}
