import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { hasLength, isNotEmpty, useForm } from '@mantine/form';
import { ACCOUNT } from '../texts/account';
import { AccountFrame } from './AccountFrame';
import { SignUpDocument } from './account.generated';
import { LEAST_PASSWORD, useEntrance } from './useEntrance';

export function SignUpPage() {
  const form = useForm({
    initialValues: { workspaceName: '', email: '', password: '' },
    validate: {
      workspaceName: isNotEmpty(ACCOUNT.workspaceMissing),
      email: isNotEmpty(ACCOUNT.emailMissing),
      password: hasLength({ min: LEAST_PASSWORD }, ACCOUNT.passwordTooShort),
    },
  });
  const [signUp, { isEntering, refusal }] = useEntrance(SignUpDocument, (data) => data.signUp, form);
  const texts = ACCOUNT.signUp;
  // The days of warm-up and of windows begin where the person is.
  const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <AccountFrame title={texts.title} other={{ question: texts.other, link: texts.otherLink, path: '/' }}>
      <form onSubmit={form.onSubmit((values) => signUp({ input: { ...values, timezone } }))} noValidate>
        <Stack gap="md">
          {refusal && <Alert color="red">{refusal}</Alert>}
          <TextInput
            label={ACCOUNT.workspace}
            autoComplete="organization"
            placeholder={ACCOUNT.workspaceHint}
            {...form.getInputProps('workspaceName')}
          />
          <TextInput
            label={ACCOUNT.email}
            type="email"
            autoComplete="username"
            placeholder={ACCOUNT.emailHint}
            {...form.getInputProps('email')}
          />
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
