import { Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { PercentInput } from '../../ui/percent-input.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { addTax, archiveTax, type Tax, taxList } from './queries.ts';
import { taxRate } from './tax-select.tsx';

/** The taxes that prices and lines may have. */
export function TaxesPanel() {
  const can = useCan();
  const { data, error, refetch } = useQuery(taxList);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <Stack maw={640}>
      <Panel title={t('billing.taxes.title')}>
        <Text c="dimmed" mb="sm">
          {t('billing.taxes.about')}
        </Text>
        {!data && <Skeleton height={96} aria-busy="true" />}
        {data?.items.length === 0 && <Text>{t('billing.taxes.none')}</Text>}
        <Stack gap="xs">
          {data?.items.map((tax) => (
            <TaxRow key={tax.id} tax={tax} />
          ))}
        </Stack>
      </Panel>
      {can('plan:write') && (
        <Panel title={t('billing.taxes.add')}>
          <TaxForm />
        </Panel>
      )}
    </Stack>
  );
}

function TaxRow({ tax }: { tax: Tax }) {
  const can = useCan();
  const format = useFormat();
  const { name, archivedAt } = tax;
  return (
    <Group justify="space-between" wrap="nowrap" mih={30}>
      <Text style={{ overflowWrap: 'anywhere' }}>
        {name} {taxRate(tax, format)}
      </Text>
      {archivedAt ? (
        <StatusBadge tone="quiet">{t('billing.taxes.archived')}</StatusBadge>
      ) : (
        can('plan:write') && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('billing.taxes.archiveNamed', { name })}
            onClick={() => askToArchive(tax)}
          >
            {t('billing.taxes.archive')}
          </Button>
        )
      )}
    </Group>
  );
}

function askToArchive({ id, name }: Tax): void {
  confirmAct({
    title: t('billing.taxes.archiveTitle', { name }),
    text: t('billing.taxes.archiveText'),
    act: t('billing.taxes.archive'),
    run: async () => {
      await archiveTax(id);
      notifyDone(t('billing.taxes.archivedDone', { name }));
    },
  });
}

function TaxForm() {
  const form = useForm({
    initialValues: { name: '', rateBp: '' as number | string },
    validate: {
      name: (name) => (name.trim() ? null : t('billing.taxes.nameNeeded')),
      rateBp: (rate) => (rate !== '' && Number(rate) >= 0 && Number(rate) <= 100 ? null : t('billing.taxes.rateWrong')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('billing.taxes.add')}
      submit={({ name, rateBp }) => addTax({ name, rateBp: Math.round(Number(rateBp) * 100) })}
      onDone={() => {
        notifyDone(t('billing.taxes.added', { name: form.getValues().name }));
        form.reset();
      }}
    >
      <Group grow align="flex-start">
        <TextInput {...form.getInputProps('name')} label={t('billing.taxes.name')} maxLength={60} />
        <PercentInput {...form.getInputProps('rateBp')} label={t('billing.taxes.rate')} />
      </Group>
    </Form>
  );
}
