import {
  Button,
  Group,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Skeleton,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { changeMailSettings, type MailSettings, mailSettingsQuery, sendTestMail } from './queries.ts';

type DrawerProps = { isOpen: boolean; onClose: () => void };

export function MailSettingsDrawer({ isOpen, onClose }: DrawerProps) {
  return (
    <FormDrawer opened={isOpen} title={t('outbox.settings.title')} onClose={onClose}>
      {isOpen && <Opened />}
    </FormDrawer>
  );
}

function Opened() {
  const query = useQuery({ ...mailSettingsQuery, staleTime: 0 });
  return (
    <LoadedForm query={query} skeleton={<Skeleton height={420} aria-busy="true" />}>
      {(settings, onReload) => <SettingsForm settings={settings} onReload={onReload} />}
    </LoadedForm>
  );
}

const securities = ['starttls', 'tls', 'none'] as const satisfies readonly MailSettings['security'][];

function SettingsForm({ settings, onReload }: { settings: MailSettings; onReload: () => void }) {
  const can = useCan();
  const { revision, hasPassword, ...values } = settings;
  const form = useForm({
    initialValues: {
      ...values,
      host: values.host ?? '',
      username: values.username ?? '',
      fromAddress: values.fromAddress ?? '',
      replyTo: values.replyTo ?? '',
      password: '',
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('outbox.settings.save')}
      submit={({ password, host, fromAddress, replyTo, ...rest }) =>
        changeMailSettings({
          ...rest,
          host: host || null,
          fromAddress: fromAddress || null,
          replyTo: replyTo || null,
          ...(password ? { password } : {}),
          revision,
        })
      }
      onDone={() => notifyDone(t('outbox.settings.saved'))}
      onReload={onReload}
      readOnly={!can('settings:write') && t('outbox.settings.readOnly')}
    >
      <Switch {...form.getInputProps('isOn', { type: 'checkbox' })} label={t('outbox.settings.isOn')} />
      <TextInput {...form.getInputProps('host')} label={t('outbox.settings.host')} placeholder="mail.example.net" />
      <NumberInput
        {...form.getInputProps('port')}
        label={t('outbox.settings.port')}
        allowDecimal={false}
        hideControls
      />
      <NativeSelect
        {...form.getInputProps('security')}
        label={t('outbox.settings.security')}
        data={securities.map((value) => ({ value, label: t(`outbox.settings.securities.${value}`) }))}
      />
      <TextInput {...form.getInputProps('username')} label={t('outbox.settings.username')} autoComplete="off" />
      <PasswordInput
        {...form.getInputProps('password')}
        label={t('outbox.settings.password')}
        description={hasPassword ? t('outbox.settings.passwordKept') : undefined}
        autoComplete="new-password"
      />
      <TextInput {...form.getInputProps('fromAddress')} label={t('outbox.settings.fromAddress')} type="email" />
      <TextInput {...form.getInputProps('fromName')} label={t('outbox.settings.fromName')} />
      <TextInput {...form.getInputProps('replyTo')} label={t('outbox.settings.replyTo')} type="email" />
      {can('settings:write') && settings.isOn && <TestMail />}
    </Form>
  );
}

/** Says what the server answered: the only proof that counts. */
function TestMail() {
  const [to, setTo] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState('');
  const send = async () => {
    setBusy(true);
    try {
      setOutcome(t('outbox.settings.testDone', await sendTestMail(to)));
    } catch (error) {
      setOutcome(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div>
      <Group align="end" wrap="nowrap">
        <TextInput
          label={t('outbox.settings.testTo')}
          type="email"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          style={{ flexGrow: 1 }}
        />
        <Button variant="default" loading={isBusy} disabled={!to} onClick={() => void send()}>
          {t('outbox.settings.test')}
        </Button>
      </Group>
      <Text c="dimmed" mt={4} role="status">
        {outcome || t('outbox.settings.testHint')}
      </Text>
    </div>
  );
}
