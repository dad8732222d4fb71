import { Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';
import type { ReceivedKind } from '../api/schema.generated';
import { useAction } from '../api/useAction';
import { CONVERSATION } from '../texts/conversation';
import { STATES } from '../texts/states';
import {
  CorrectionPeopleDocument,
  CorrectMatchDocument,
  type ReceivedEntryFragment,
} from './conversation.generated';

const TEXTS = CONVERSATION.correct;
const KINDS = Object.entries(CONVERSATION.kinds).map(([value, label]) => ({ value, label }));
const OWNERS = ['same', 'prospect', 'nobody'] as const;
/** Long enough to write a word. */
const TYPING_MS = 250;

/** Says by hand what a received message is, and whose; it is then shown where it stands. */
export function CorrectModal(props: {
  entry: ReceivedEntryFragment;
  conversationId: string;
  onClose: () => void;
}) {
  const { entry, conversationId, onClose } = props;
  const [kind, setKind] = useState<ReceivedKind>(entry.kind);
  const [owner, setOwner] = useState<(typeof OWNERS)[number]>('same');
  const [prospectId, setProspectId] = useState<string | null>(null);
  const [refusal, setRefusal] = useState('');
  const [, navigate] = useLocation();
  const [correct, isRunning] = useAction(CorrectMatchDocument);
  const submit = async () => {
    const outcome = (
      await correct({
        messageId: entry.id,
        kind: kind === entry.kind ? undefined : kind,
        prospectId: owner === 'prospect' ? prospectId : undefined,
        nobody: owner === 'nobody' ? true : undefined,
      })
    )?.correctMatch;
    if (!outcome) return;
    if (outcome.__typename === 'CorrectionRefused') return setRefusal(outcome.message);
    notifications.show({ color: 'teal', message: TEXTS.done });
    onClose();
    if (outcome.conversation.id !== conversationId) navigate(`/inbox/${outcome.conversation.id}`);
  };
  return (
    <Modal opened onClose={onClose} title={TEXTS.title}>
      <Stack gap="lg">
        <Select
          label={TEXTS.kind}
          data={KINDS}
          value={kind}
          allowDeselect={false}
          onChange={(value) => value && setKind(value as ReceivedKind)}
        />
        <Radio.Group
          label={TEXTS.owner}
          value={owner}
          onChange={(value) => setOwner(OWNERS.find((each) => each === value) ?? 'same')}
        >
          <Stack gap="xs" mt="xs">
            {OWNERS.map((each) => (
              <Radio key={each} value={each} label={TEXTS.owners[each]} />
            ))}
          </Stack>
        </Radio.Group>
        {owner === 'prospect' && (
          <ProspectSelect value={prospectId} onChange={setProspectId} refusal={refusal} />
        )}
        <Text size="sm" c="dimmed">
          {TEXTS.lead}
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {STATES.cancel}
          </Button>
          <Button loading={isRunning} disabled={owner === 'prospect' && !prospectId} onClick={submit}>
            {TEXTS.submit}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ProspectSelect(props: {
  value: string | null;
  onChange: (id: string | null) => void;
  refusal: string;
}) {
  const [words, setWords] = useState('');
  const [search] = useDebouncedValue(words, TYPING_MS);
  const [{ data }] = useQuery({ query: CorrectionPeopleDocument, variables: { search } });
  const people = data?.prospects.edges ?? [];
  return (
    <Select
      label={TEXTS.prospect}
      placeholder={TEXTS.prospectHint}
      searchable
      data={people.map(({ node: { id, email } }) => ({ value: id, label: email }))}
      // The server has searched; also for names, which the labels do not show.
      filter={({ options }) => options}
      nothingFoundMessage={TEXTS.nobodyFound}
      value={props.value}
      onChange={props.onChange}
      onSearchChange={setWords}
      error={props.refusal}
    />
  );
}
