import { Alert, Button, Card, Group, Stack, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { useAction } from '../../api/useAction';
import { AskBeforeLeaving } from '../../shell/AskBeforeLeaving';
import { PageHeader } from '../../shell/PageHeader';
import { Loaded } from '../../states/Loaded';
import { WRITING } from '../../texts/campaignWriting';
import { STATES } from '../../texts/states';
import { type Choice, judge, NOBODY } from '../people/choice';
import { PeoplePicker } from '../people/PeoplePicker';
import { useEnrol } from '../people/useEnrol';
import { startingDraft, toInput } from './draft';
import { CreateCampaignDocument, NewCampaignDocument, type NewCampaignQuery } from './writing.generated';

/** /app/campaigns/new: a name and the first people, of which a draft is made that the wizard goes on with. */
export function NewCampaignPage() {
  const [result, ask] = useQuery({ query: NewCampaignDocument, variables: {} });
  return (
    <Stack className="page" gap="lg">
      <PageHeader title={WRITING.newTitle} lead={WRITING.newLead} />
      <Loaded result={result} onRetry={ask}>
        {(data) =>
          data.gmailIntegration.slots.length === 0 ? (
            <Alert color="yellow">{WRITING.noSlot}</Alert>
          ) : (
            <Beginning data={data} />
          )
        }
      </Loaded>
    </Stack>
  );
}

function Beginning({ data }: { data: NewCampaignQuery }) {
  const [name, setName] = useState('');
  const [choice, setChoice] = useState<Choice>(NOBODY);
  const [problem, setProblem] = useState<string | null>(null);
  const [create, isCreating] = useAction(CreateCampaignDocument);
  const [enrol, isEnrolling] = useEnrol();
  const [, navigate] = useLocation();
  const begin = async () => {
    if (!name.trim()) return setProblem(WRITING.nameMissing);
    const draft = startingDraft(name.trim(), data.viewer?.workspace.timezone ?? 'UTC', sendersOf(data));
    const outcome = (await create({ input: toInput(draft, new Map()) }))?.createCampaign;
    if (outcome?.__typename === 'CampaignInvalid') {
      const [first] = outcome.problems;
      if (first?.field === 'name') return setProblem(first.message);
      return void notifications.show({ color: 'red', message: first?.message ?? outcome.message });
    }
    if (!outcome) return;
    const { id } = outcome.campaign;
    const isIn = judge(choice) === 'nobody' || (await enrol(id, choice));
    navigate(`/campaigns/${id}/edit/${isIn ? 'emails' : 'people'}`, { replace: true });
  };
  return (
    <Card component="section">
      <AskBeforeLeaving
        isOn={name.trim() !== '' || judge(choice) !== 'nobody'}
        mayGo={(path) => path.includes('/edit/')}
      />
      <Stack gap="lg">
        <TextInput
          label={WRITING.name}
          placeholder={WRITING.nameHint}
          value={name}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
            setProblem(null);
          }}
          error={problem}
        />
        <Title order={2}>{WRITING.people.title}</Title>
        <PeoplePicker choice={choice} onChange={(part) => setChoice((before) => ({ ...before, ...part }))} />
        <Group justify="space-between">
          <Button variant="default" component={Link} href="/campaigns">
            {STATES.cancel}
          </Button>
          <Button disabled={judge(choice) === 'wrong'} loading={isCreating || isEnrolling} onClick={begin}>
            {WRITING.next}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** Every connected account; before there is one, the first slot, which may be filled later. */
function sendersOf({ gmailIntegration: { slots } }: NewCampaignQuery): string[] {
  const connected = slots.filter(({ connection }) => connection);
  return (connected.length > 0 ? connected : slots.slice(0, 1)).map(({ id }) => id);
}
