import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { CopyText } from '../../ui/copy-text.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import {
  addGateway,
  endGateway,
  type MadeGateway,
  type PaymentGateway,
  paymentGateways,
  renewGatewaySecret,
} from './gateway-queries.ts';

/** Who may tell us of payments by a signed call. */
export function GatewaysPanel() {
  const can = useCan();
  const { data, error, refetch } = useQuery(paymentGateways);
  const [made, setMade] = useState<MadeGateway>();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Panel title={t('payments.gateways.title')}>
      <Text c="dimmed" mb="sm">
        {t('payments.gateways.about')}
      </Text>
      {!data && <Skeleton height={60} aria-busy="true" />}
      <Stack gap="sm">
        {data?.items.map((gateway) => (
          <GatewayRow key={gateway.name} gateway={gateway} onMade={setMade} />
        ))}
        {made && <Secret made={made} onClose={() => setMade(undefined)} />}
        {can('settings:write') && <GatewayForm onMade={setMade} />}
      </Stack>
    </Panel>
  );
}

type RowProps = { gateway: PaymentGateway; onMade: (made: MadeGateway) => void };

function GatewayRow({ gateway, onMade }: RowProps) {
  const can = useCan();
  const format = useFormat();
  const { name, method, lastUsedAt } = gateway;
  const used = lastUsedAt
    ? t('payments.gateways.used', { time: format.dateTime(lastUsedAt) })
    : t('payments.gateways.never');
  return (
    <Group justify="space-between">
      <TwoLines first={name} second={`${t(`invoices.payment.methods.${method}`)} · ${used}`} />
      {can('settings:write') && (
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => askToRenew(name, onMade)}>
            {t('payments.gateways.renew')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => askToEnd(name)}>
            {t('payments.gateways.end')}
          </Button>
        </Group>
      )}
    </Group>
  );
}

function askToRenew(name: string, onMade: (made: MadeGateway) => void): void {
  confirmAct({
    title: t('payments.gateways.renewTitle', { name }),
    text: t('payments.gateways.renewText'),
    act: t('payments.gateways.renew'),
    isDangerous: true,
    run: async () => onMade(await renewGatewaySecret(name)),
  });
}

function askToEnd(name: string): void {
  confirmAct({
    title: t('payments.gateways.endTitle', { name }),
    text: t('payments.gateways.endText'),
    act: t('payments.gateways.end'),
    isDangerous: true,
    run: async () => {
      await endGateway(name);
      notifyDone(t('payments.gateways.ended', { name }));
    },
  });
}

function Secret({ made: { name, secret }, onClose }: { made: MadeGateway; onClose: () => void }) {
  const url = `${window.location.origin}/api/payment-gateways/${name}/payments`;
  return (
    <Alert
      color="yellow"
      title={t('payments.gateways.secretTitle', { name })}
      styles={{ body: { minWidth: 0 }, message: { minWidth: 0 } }}
    >
      <Stack gap="xs">
        <CopyText text={secret} label={t('payments.gateways.secret')} isMono />
        <CopyText text={url} label={t('payments.gateways.address')} isMono />
        <Text>{t('payments.gateways.secretText')}</Text>
        <Button size="compact-sm" variant="default" onClick={onClose} style={{ alignSelf: 'flex-start' }}>
          {t('payments.gateways.kept')}
        </Button>
      </Stack>
    </Alert>
  );
}

const methods = ['mobile_money', 'card', 'transfer', 'other'] as const satisfies readonly PaymentGateway['method'][];

function GatewayForm({ onMade }: { onMade: (made: MadeGateway) => void }) {
  const form = useForm({
    initialValues: { name: '', method: 'mobile_money' as PaymentGateway['method'] },
    validate: { name: (name) => (/^[a-z0-9][a-z0-9-]*$/.test(name) ? null : t('payments.gateways.nameWrong')) },
  });
  return (
    <Form
      form={form}
      submitLabel={t('payments.gateways.add')}
      submit={async (values) => onMade(await addGateway(values))}
      onDone={() => form.reset()}
    >
      <Group grow align="flex-start">
        <TextInput
          {...form.getInputProps('name')}
          label={t('payments.gateways.name')}
          placeholder="mpesa"
          maxLength={40}
        />
        <NativeSelect
          {...form.getInputProps('method')}
          label={t('payments.gateways.method')}
          data={methods.map((value) => ({ value, label: t(`invoices.payment.methods.${value}`) }))}
        />
      </Group>
    </Form>
  );
}
