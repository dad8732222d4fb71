import { Button, Card, PasswordInput, Stack, Title } from '@mantine/core';
import { hasLength, useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useViewer } from '../account/Session';
import { LEAST_PASSWORD } from '../account/useEntrance';
import { useFormAction } from '../api/useFormAction';
import { SETTINGS } from '../texts/settings';
import { ChangePasswordDocument } from './settings.generated';

/** The person's own password; their other sessions end with the old one. */
export function Password() {
  const { email } = useViewer();
  const form = useForm({
    initialValues: { current: '', next: '' },
    validate: { next: hasLength({ min: LEAST_PASSWORD }, TEXTS.tooShort) },
  });
  const [change, isChanging] = useFormAction(ChangePasswordDocument, form);
  const submit = form.onSubmit(async (values) => {
    if (!(await change(values))) return;
    form.reset();
    notifications.show({ message: TEXTS.changed });
  });
  return (
    <Card component="section">
      <Title order={2} mb="md">
        {TEXTS.title}
      </Title>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {/* Password managers want to know whose it is. */}
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={TEXTS.current}
            autoComplete="current-password"
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={TEXTS.next}
            description={TEXTS.rule}
            autoComplete="new-password"
            {...form.getInputProps('next')}
          />
          <Button type="submit" loading={isChanging} disabled={!form.isDirty()} w="fit-content">
            {TEXTS.change}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

const TEXTS = SETTINGS.password;
