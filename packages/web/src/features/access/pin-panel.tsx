import { Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { removePin, setPin } from './queries.ts';

/** What somebody who approves signs with at another person's counter. */
export function PinPanel() {
  const { hasPin } = useSession();
  const [isSetting, setSetting] = useState(false);
  const badge = (
    <StatusBadge tone={hasPin ? 'fine' : 'quiet'}>{t(hasPin ? 'account.pin.on' : 'account.pin.off')}</StatusBadge>
  );
  return (
    <Panel title={t('account.pin.title')} acts={badge}>
      <Stack gap="md">
        <Text c="dimmed">{t('account.pin.text')}</Text>
        {isSetting ? (
          <PinForm onDone={() => setSetting(false)} />
        ) : (
          <Group gap="xs">
            <Button variant="default" onClick={() => setSetting(true)}>
              {t(hasPin ? 'account.pin.change' : 'account.pin.set')}
            </Button>
            {hasPin && (
              <Button variant="default" c="var(--mantine-color-error)" onClick={askToRemove}>
                {t('account.pin.remove')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

function PinForm({ onDone }: { onDone: () => void }) {
  const form = useForm({
    initialValues: { pin: '', again: '' },
    validate: {
      pin: (pin) => (/^\d{6,12}$/.test(pin) ? null : t('account.pin.wrong')),
      again: (again, { pin }) => (again === pin ? null : t('account.pin.differs')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('account.pin.save')}
      submit={({ pin }) => setPin(pin)}
      onDone={() => {
        notifyDone(t('account.pin.saved'));
        onDone();
      }}
    >
      <SecretInput
        {...form.getInputProps('pin')}
        label={t('account.pin.new')}
        description={t('account.pin.newHelp')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
        data-autofocus
      />
      <SecretInput
        {...form.getInputProps('again')}
        label={t('account.pin.again')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={12}
      />
    </Form>
  );
}

function askToRemove(): void {
  confirmAct({
    title: t('account.pin.removeTitle'),
    text: t('account.pin.removeText'),
    act: t('account.pin.remove'),
    isDangerous: true,
    run: async () => {
      await removePin();
      notifyDone(t('account.pin.removed'));
    },
  });
}
