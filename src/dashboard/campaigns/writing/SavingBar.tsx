import { Button, Group, Text } from '@mantine/core';
import { WRITING } from '../../texts/campaignWriting';
import type { Saving } from './useSaving';

/** Whether the server has what stands here; where that is for the person to say, with the buttons for it. */
export function SavingBar({ saving }: { saving: Saving }) {
  const { isAutomatic, status, clash, state, save, discard } = saving;
  const isOpen = status === 'unsaved' || status === 'refused';
  return (
    <Group gap="sm">
      <Text size="sm" c={status === 'refused' ? 'red' : 'dimmed'} role="status">
        {sayStatus(saving)}
      </Text>
      {!isAutomatic && isOpen && (
        <>
          <Button size="compact-md" variant="default" onClick={discard}>
            {TEXTS.discard}
          </Button>
          <Button size="compact-md" disabled={clash !== null || state === 'GONE'} onClick={save}>
            {TEXTS.save}
          </Button>
        </>
      )}
      {isAutomatic && status === 'refused' && saving.problems.length === 0 && (
        <Button size="compact-md" onClick={save}>
          {TEXTS.tryAgain}
        </Button>
      )}
    </Group>
  );
}

const TEXTS = WRITING.saving;

function sayStatus({ status, problems }: Saving): string {
  if (status === 'refused') return problems.length > 0 ? TEXTS.wrong(problems.length) : TEXTS.unsaved;
  return TEXTS[status];
}
