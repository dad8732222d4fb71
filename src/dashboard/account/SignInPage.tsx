import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { isNotEmpty, useForm } from '@mantine/form';
import { ACCOUNT } from '../texts/account';
import { AccountFrame } from './AccountFrame';
import { SignInDocument } from './account.generated';
import { useEntrance } from './useEntrance';

export function SignInPage() {
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: isNotEmpty(ACCOUNT.emailMissing) },
  });
  const [signIn, { isEntering, refusal }] = useEntrance(SignInDocument, (data) => data.signIn, form);
  const texts = ACCOUNT.signIn;
  return (
    <AccountFrame
      title={texts.title}
      other={{ question: texts.other, link: texts.otherLink, path: '/sign-up' }}
    >
      <form onSubmit={form.onSubmit((input) => signIn({ input }))} noValidate>
        <Stack gap="md">
          {refusal && <Alert color="red">{refusal}</Alert>}
          <TextInput
            label={ACCOUNT.email}
            type="email"
            autoComplete="username"
            placeholder={ACCOUNT.emailHint}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={ACCOUNT.password}
            autoComplete="current-password"
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
