import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { IconCircleCheck } from '@tabler/icons-react';
import { GMAIL } from '../texts/gmail';
import { AppPasswordField } from './AppPasswordField';
import { readAppPassword } from './appPassword';
import { Checks } from './Checks';
import type { Slot } from './GmailPage';
import type { ConnectGmailDocument } from './gmail.generated';
import { ProblemNotice } from './ProblemNotice';
import { type Attempt, useConnect } from './useConnect';

export interface ConnectProps {
  onClose: () => void;
  onConnected: () => void;
  /** How the account comes into the slot; left out for one of one's own. */
  mutation?: typeof ConnectGmailDocument | undefined;
}

/** Address and App Password of an account; below, what Gmail says to them, step by step. */
export function ConnectForm(props: ConnectProps & { slot: Slot }) {
  const { slot, onClose, onConnected, mutation } = props;
  const texts = GMAIL.connect;
  const form = useForm({
    initialValues: {
      email: slot.connection?.email ?? '',
      displayName: slot.connection?.displayName ?? '',
      appPassword: '',
    },
    validate: {
      email: isEmail(texts.emailMissing),
      appPassword: (typed) => wrongAppPassword(typed),
    },
  });
  const { attempt, connect, isConnecting } = useConnect(slot.id, form, mutation);
  const submit = form.onSubmit(async (values) => {
    if (await connect(values)) onConnected();
  });

  if (attempt.outcome?.__typename === 'GmailConnected') {
    return (
      <Stack gap="md">
        <Alert
          color="teal"
          icon={<IconCircleCheck />}
          title={texts.connected(attempt.outcome.slot.connection?.email ?? form.values.email)}
          role="status"
        >
          {texts.connectedLead}
        </Alert>
        <Checks steps={attempt.steps} />
        <Button onClick={onClose} data-autofocus>
          {texts.done}
        </Button>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={texts.email}
          type="email"
          autoComplete="off"
          placeholder={texts.emailHint}
          data-autofocus
          {...form.getInputProps('email')}
        />
        <AppPasswordField typed={form.values.appPassword} {...form.getInputProps('appPassword')} />
        <TextInput
          label={texts.name}
          autoComplete="off"
          placeholder={texts.nameHint}
          {...form.getInputProps('displayName')}
        />
        <Refusal attempt={attempt} />
        <Button type="submit" loading={isConnecting}>
          {attempt.outcome ? texts.again : texts.submit}
        </Button>
        {attempt.steps.length > 0 && <Checks steps={attempt.steps} />}
      </Stack>
    </form>
  );
}

/** Why the last attempt came to nothing. */
function Refusal({ attempt: { outcome, failure } }: { attempt: Attempt }) {
  if (failure) return <Alert color="red">{failure}</Alert>;
  if (outcome?.__typename === 'ConnectionRefused') {
    return (
      <div ref={bringIntoSight}>
        <ProblemNotice problem={outcome.problem} />
      </div>
    );
  }
  if (outcome && 'message' in outcome) return <Alert color="red">{outcome.message}</Alert>;
  return null;
}

function bringIntoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function wrongAppPassword(typed: string): string | null {
  const { letters, isForeign, isComplete } = readAppPassword(typed);
  if (isComplete) return null;
  if (isForeign) return GMAIL.connect.foreign;
  return GMAIL.connect.incomplete(letters.length);
}
