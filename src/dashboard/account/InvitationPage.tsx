import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { hasLength, useForm } from '@mantine/form';
import { useSearchParams } from 'wouter';
import { ACCOUNT } from '../texts/account';
import { AccountFrame } from './AccountFrame';
import { AcceptInvitationDocument } from './account.generated';
import { LEAST_PASSWORD, useEntrance } from './useEntrance';

/** Where the link of an invitation leads: /app/invitation?token=... */
export function InvitationPage() {
  const [search] = useSearchParams();
  const token = search.get('token');
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: { password: hasLength({ min: LEAST_PASSWORD }, ACCOUNT.passwordTooShort) },
  });
  const [accept, { isEntering, refusal }] = useEntrance(
    AcceptInvitationDocument,
    (data) => data.acceptInvitation,
    form,
  );
  const texts = ACCOUNT.invitation;
  if (!token) {
    return (
      <AccountFrame title={texts.title}>
        <Alert color="red">{texts.noToken}</Alert>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title={texts.title} lead={texts.lead}>
      <form onSubmit={form.onSubmit((values) => accept({ token, ...values }))} noValidate>
        <Stack gap="md">
          {refusal && <Alert color="red">{refusal}</Alert>}
          <TextInput label={ACCOUNT.name} autoComplete="name" {...form.getInputProps('name')} />
          <PasswordInput
            label={ACCOUNT.password}
            description={ACCOUNT.passwordRule}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={isEntering} fullWidth>
            {texts.submit}
          </Button>
        </Stack>
      </form>
    </AccountFrame>
  );
}
