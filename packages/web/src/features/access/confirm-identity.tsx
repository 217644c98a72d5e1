import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type FormEvent, useState } from 'react';
import { ApiError, call } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { Refusal } from '../../ui/error-state.tsx';

let asking: Promise<boolean> | undefined;

/** Asks the person for his password before a dangerous act; false when he would rather not. Once, however many acts wait. */
export function askForPassword(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    let isGiven = false;
    const modalId = modals.open({
      title: t('access.confirmTitle'),
      closeButtonProps: { 'aria-label': t('ui.close') },
      styles: { title: { fontWeight: 600 } },
      onClose: () => resolve(isGiven),
      children: (
        <ConfirmIdentity
          onDone={() => {
            isGiven = true;
            modals.close(modalId);
          }}
          onCancel={() => modals.close(modalId)}
        />
      ),
    });
  }).finally(() => {
    asking = undefined;
  });
  return asking;
}

function ConfirmIdentity({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    // The form that asked for this must not hear of it.
    event.stopPropagation();
    setBusy(true);
    setRefusal(null);
    try {
      await call('POST /api/auth/confirmation', { body: { password, code: code.trim() || undefined } });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'second_factor_needed') setAsksCode(true);
      else setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void send(event)}>
      <Stack gap="md">
        <Text>{t('access.confirmText')}</Text>
        <PasswordInput
          label={t('access.password')}
          autoComplete="current-password"
          maxLength={200}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus
        />
        {asksCode && (
          <TextInput
            label={t('access.code')}
            description={t('access.codeHelp')}
            autoComplete="one-time-code"
            maxLength={20}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoFocus
          />
        )}
        {refusal !== null && <Refusal error={refusal} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!password}>
            {t('access.confirmAct')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
