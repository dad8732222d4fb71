import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { isNotEmpty, useForm } from '@mantine/form';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useAction } from '../api/useAction';
import { ConfirmModal } from '../shell/ConfirmModal';
import { Loaded } from '../states/Loaded';
import { SETTINGS } from '../texts/settings';
import { ShownOnce } from './ShownOnce';
import {
  ApiKeysDocument,
  type ApiKeysQuery,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
} from './settings.generated';

/** The person's keys for their own programs. */
export function ApiKeys() {
  const [result, ask] = useQuery({ query: ApiKeysDocument, variables: {} });
  const refetch = () => ask({ requestPolicy: 'network-only' });
  return (
    <Card component="section">
      <Title order={2}>{TEXTS.title}</Title>
      <Text c="dimmed" size="sm" mb="md">
        {TEXTS.lead}
      </Text>
      <Loaded result={result} onRetry={refetch}>
        {({ apiKeys }) =>
          apiKeys.length === 0 ? (
            <Text size="sm">{TEXTS.empty}</Text>
          ) : (
            <Stack gap="xs">
              {apiKeys.map((key) => (
                <KeyRow key={key.id} apiKey={key} onChange={refetch} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      <NewKey onChange={refetch} />
    </Card>
  );
}

function KeyRow({ apiKey, onChange }: { apiKey: ApiKeysQuery['apiKeys'][number]; onChange: () => void }) {
  const [isLeaving, setLeaving] = useState(false);
  const [revoke, isRevoking] = useAction(RevokeApiKeyDocument);
  const confirm = async () => {
    await revoke({ id: apiKey.id });
    setLeaving(false);
    onChange();
  };
  const used = apiKey.lastUsedAt ? TEXTS.lastUsed(dayOf(apiKey.lastUsedAt)) : TEXTS.neverUsed;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Stack gap={0} miw={0}>
        <Text fw={550} truncate>
          {apiKey.name}
        </Text>
        <Text size="sm" c="dimmed">
          {TEXTS.since(dayOf(apiKey.createdAt))}, {used}
        </Text>
      </Stack>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        aria-label={TEXTS.revokeOf(apiKey.name)}
        onClick={() => setLeaving(true)}
      >
        {TEXTS.revoke}
      </Button>
      <ConfirmModal
        isOpen={isLeaving}
        title={TEXTS.revokeTitle}
        body={TEXTS.revokeBody(apiKey.name)}
        action={TEXTS.revoke}
        isRunning={isRevoking}
        onConfirm={confirm}
        onClose={() => setLeaving(false)}
      />
    </Group>
  );
}

function NewKey({ onChange }: { onChange: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm({ initialValues: { name: '' }, validate: { name: isNotEmpty(TEXTS.name) } });
  const [create, isCreating] = useAction(CreateApiKeyDocument);
  const submit = form.onSubmit(async (values) => {
    const made = await create(values);
    if (!made) return;
    setSecret(made.createApiKey.secret);
    form.reset();
    onChange();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-end" gap="sm" mt="lg">
        <TextInput
          flex={1}
          miw={180}
          label={TEXTS.name}
          placeholder={TEXTS.nameHint}
          {...form.getInputProps('name')}
        />
        <Button type="submit" variant="light" loading={isCreating}>
          {TEXTS.create}
        </Button>
      </Group>
      {secret && <ShownOnce title={TEXTS.created} note={TEXTS.secret} value={secret} />}
    </form>
  );
}

function dayOf(instant: string): string {
  return new Date(instant).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

const TEXTS = SETTINGS.keys;
