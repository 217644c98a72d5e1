import { Group, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { planList } from '../plans/queries.ts';
import { changeSubscriptionPlan, type Preview, planChangePreview, type Subscription } from './subscription-queries.ts';

// More plans than anybody sells; one page of the server.
const mostPlans = 200;

/** Shows what a change costs, line by line, before it is confirmed. */
export function PlanChangeForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const format = useFormat();
  const form = useForm({
    initialValues: { planId: '' },
    validate: { planId: (planId: string) => (planId ? null : t('subscriptions.change.choose')) },
  });
  const { data: plans } = useQuery(planList({ status: 'active', limit: mostPlans }));
  const choices = (plans?.items ?? [])
    .filter(({ id, currency }) => id !== subscription.planId && currency === subscription.currency)
    .map(({ id, name, priceMinor, currency }) => ({
      value: id,
      label: `${name} · ${format.money(priceMinor, currency)}`,
    }));
  const { data: preview } = useQuery(planChangePreview(subscription.id, form.values.planId));
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.change.save')}
      submit={({ planId }) => changeSubscriptionPlan(subscription, planId)}
      onDone={() => {
        notifyDone(t('subscriptions.change.done'));
        onDone();
      }}
    >
      <Select
        {...form.getInputProps('planId')}
        label={t('subscriptions.change.plan')}
        data={choices}
        searchable
        data-autofocus
      />
      {preview && <PreviewLines preview={preview} />}
    </Form>
  );
}

function PreviewLines({ preview }: { preview: Preview }) {
  const format = useFormat();
  const { lines, amountMinor, currency, effectiveOn } = preview;
  return (
    <Stack gap="xs" aria-live="polite">
      <Text fw={600}>{t('subscriptions.change.when', { day: format.dayWithWeekday(effectiveOn) })}</Text>
      {lines.length === 0 && <Text>{t('subscriptions.change.nothing')}</Text>}
      {lines.map(({ kind, description, startsOn, amountMinor: lineMinor }) => (
        <Group key={`${kind} ${startsOn} ${description}`} justify="space-between" wrap="nowrap">
          <Text>{description}</Text>
          <Money minor={lineMinor} currency={currency} />
        </Group>
      ))}
      {lines.length > 0 && (
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600}>
            {amountMinor.startsWith('-') ? t('subscriptions.change.credited') : t('subscriptions.change.now')}
          </Text>
          <Money minor={amountMinor} currency={currency} />
        </Group>
      )}
    </Stack>
  );
}
