import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { Refusal } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Door } from './door.tsx';
import { signIn } from './queries.ts';

export function SignInPage({ to }: { to: string }) {
  const router = useRouter();
  const passwordField = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm({
    initialValues: { username: '', password: '', code: '' },
    validate: {
      username: (username) => (username.trim() ? null : t('access.usernameNeeded')),
      password: (password) => (password ? null : t('access.passwordNeeded')),
    },
  });
  const send = async ({ username, password, code }: typeof form.values) => {
    setBusy(true);
    setRefusal(null);
    try {
      const session = await signIn(username.trim(), password, asksCode ? code.trim() || undefined : undefined);
      if (session.passwordChangeRequired) await router.navigate({ to: '/password' });
      else if (session.secondFactorRequired) await router.navigate({ to: '/second-factor' });
      else router.history.replace(to);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'second_factor_needed' && !asksCode) return setAsksCode(true);
      setRefusal(error);
      if (!asksCode) passwordField.current?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Door title={t('access.signInTitle')}>
      <form noValidate onSubmit={form.onSubmit((values) => void send(values))}>
        <Stack gap="md">
          <TextInput
            {...form.getInputProps('username')}
            label={t('access.username')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            autoFocus
          />
          <PasswordInput
            {...form.getInputProps('password')}
            ref={passwordField}
            label={t('access.password')}
            autoComplete="current-password"
            maxLength={200}
            visibilityToggleButtonProps={{ 'aria-label': t('ui.password.show') }}
            visibilityToggleIcon={({ reveal }) => <Icon name={reveal ? 'eye-off' : 'eye'} size={16} />}
          />
          {asksCode && (
            <TextInput
              {...form.getInputProps('code')}
              label={t('access.code')}
              description={t('access.codeHelp')}
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={20}
              autoFocus
            />
          )}
          {refusal !== null && <Refusal error={refusal} />}
          <Button type="submit" fullWidth loading={isBusy}>
            {t('access.signIn')}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
