import { Button, Card, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery } from 'urql';
import { useFormAction } from '../api/useFormAction';
import { AskBeforeLeaving } from '../shell/AskBeforeLeaving';
import { Loaded } from '../states/Loaded';
import { SETTINGS } from '../texts/settings';
import { STATES } from '../texts/states';
import { timezones } from '../time/timezones';
import {
  UpdateWorkspaceDocument,
  WorkspaceSettingsDocument,
  type WorkspaceSettingsQuery,
} from './settings.generated';

/** The workspace's name, timezone and postal address; members see them, owners change them. */
export function WorkspaceForm() {
  const [result, ask] = useQuery({ query: WorkspaceSettingsDocument, variables: {} });
  return (
    <Card component="section">
      <Title order={2} mb="md">
        {TEXTS.title}
      </Title>
      <Loaded result={result} onRetry={() => ask({ requestPolicy: 'network-only' })}>
        {({ viewer }) => viewer && <Form viewer={viewer} />}
      </Loaded>
    </Card>
  );
}

function Form({ viewer }: { viewer: NonNullable<WorkspaceSettingsQuery['viewer']> }) {
  const { name, timezone, postalAddress, optOutLine } = viewer.workspace;
  const form = useForm({
    initialValues: { name, timezone, postalAddress: postalAddress ?? '', optOutLine: optOutLine ?? '' },
  });
  const [update, isSaving] = useFormAction(UpdateWorkspaceDocument, form);
  const isOwner = viewer.role === 'OWNER';
  const save = form.onSubmit(async (values) => {
    const saved = await update({
      ...values,
      postalAddress: values.postalAddress.trim() || null,
      optOutLine: values.optOutLine.trim() || null,
    });
    if (!saved) return;
    form.resetDirty();
    notifications.show({ message: STATES.saved });
  });
  return (
    <form onSubmit={save} noValidate>
      <AskBeforeLeaving isOn={form.isDirty()} />
      <Stack gap="md">
        <TextInput label={TEXTS.name} disabled={!isOwner} {...form.getInputProps('name')} />
        <Select
          label={TEXTS.timezone}
          description={TEXTS.timezoneHint}
          data={timezones(timezone)}
          searchable
          allowDeselect={false}
          disabled={!isOwner}
          {...form.getInputProps('timezone')}
        />
        <Textarea
          label={TEXTS.postalAddress}
          description={TEXTS.postalAddressHint}
          autosize
          minRows={2}
          maxRows={6}
          disabled={!isOwner}
          {...form.getInputProps('postalAddress')}
        />
        <TextInput
          label={TEXTS.optOutLine}
          description={TEXTS.optOutLineHint}
          disabled={!isOwner}
          {...form.getInputProps('optOutLine')}
        />
        {isOwner ? (
          <Button type="submit" loading={isSaving} disabled={!form.isDirty()} w="fit-content">
            {STATES.save}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {TEXTS.onlyOwners}
          </Text>
        )}
      </Stack>
    </form>
  );
}

const TEXTS = SETTINGS.workspace;
