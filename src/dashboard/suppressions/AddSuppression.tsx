import { Button, Group, Select, TextInput } from '@mantine/core';
import { isNotEmpty, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import type { SuppressionReason } from '../api/schema.generated';
import { useFormAction } from '../api/useFormAction';
import { FIELD_LABEL_HEIGHT } from '../shell/theme';
import { SUPPRESSIONS } from '../texts/suppressions';
import { SuppressDocument } from './suppressions.generated';

/** Forbids an address or a whole domain by hand. */
export function AddSuppression() {
  const form = useForm({
    initialValues: { value: '', reason: 'MANUAL' as SuppressionReason },
    validate: { value: isNotEmpty(SUPPRESSIONS.valueMissing) },
  });
  // It shows with people, too.
  const [suppress, isRunning] = useFormAction(SuppressDocument, form, 'Prospect');
  const submit = form.onSubmit(async (values) => {
    const made = (await suppress(values))?.suppress;
    if (!made) return;
    form.reset();
    notifications.show({ color: 'teal', message: SUPPRESSIONS.added(made.value) });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Group align="flex-start" gap="sm">
        <TextInput
          flex={2}
          miw={220}
          label={SUPPRESSIONS.value}
          placeholder={SUPPRESSIONS.valueHint}
          autoComplete="off"
          {...form.getInputProps('value')}
        />
        <Select
          flex={1}
          miw={150}
          label={SUPPRESSIONS.reason}
          data={REASONS}
          allowDeselect={false}
          {...form.getInputProps('reason')}
        />
        <Button type="submit" loading={isRunning} mt={{ base: 0, sm: FIELD_LABEL_HEIGHT }}>
          {SUPPRESSIONS.add}
        </Button>
      </Group>
    </form>
  );
}

const REASONS = (['MANUAL', 'UNSUBSCRIBED', 'BOUNCED', 'COMPLAINED'] as const).map((value) => ({
  value,
  label: SUPPRESSIONS.reasons[value],
}));
