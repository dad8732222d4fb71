import { Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { isNotEmpty, useForm } from '@mantine/form';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useAction } from '../api/useAction';
import { useFormAction } from '../api/useFormAction';
import { ConfirmButton } from '../shell/ConfirmButton';
import { SectionHeader } from '../shell/SectionHeader';
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
      <SectionHeader title={TEXTS.title} lead={TEXTS.lead} mb="md" />
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
  const [revoke] = useAction(RevokeApiKeyDocument);
  const confirm = async () => {
    await revoke({ id: apiKey.id });
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
      <ConfirmButton
        aria-label={TEXTS.revokeOf(apiKey.name)}
        title={TEXTS.revokeTitle}
        body={TEXTS.revokeBody(apiKey.name)}
        action={TEXTS.revoke}
        onConfirm={confirm}
      >
        {TEXTS.revoke}
      </ConfirmButton>
    </Group>
  );
}

function NewKey({ onChange }: { onChange: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm({ initialValues: { name: '' }, validate: { name: isNotEmpty(TEXTS.name) } });
  const [create, isCreating] = useFormAction(CreateApiKeyDocument, form);
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
