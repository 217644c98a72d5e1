import { NativeSelect, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PlanSelect } from '../plans/plan-select.tsx';
import { PreviewLines } from './preview-lines.tsx';
import { changeSubscriptionPlan, planChangePreview, type Subscription } from './subscription-queries.ts';

const policies = ['by_direction', 'immediate', 'period_end'] as const;

/** Shows what a change costs, line by line, before it is confirmed. */
export function PlanChangeForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const format = useFormat();
  const form = useForm({
    initialValues: { planId: '', policy: 'by_direction' as (typeof policies)[number] },
    validate: { planId: (planId: string) => (planId ? null : t('subscriptions.change.choose')) },
  });
  const { planId, policy } = form.values;
  const { data: preview, error } = useQuery(planChangePreview(subscription.id, planId, policy));
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.change.save')}
      submit={(values) => changeSubscriptionPlan(subscription, values.planId, values.policy)}
      onDone={() => {
        notifyDone(t('subscriptions.change.done'));
        onDone();
      }}
    >
      <PlanSelect
        {...form.getInputProps('planId')}
        label={t('subscriptions.change.plan')}
        isOffered={({ id, currency }) => id !== subscription.planId && currency === subscription.currency}
        data-autofocus
      />
      <NativeSelect
        {...form.getInputProps('policy')}
        label={t('subscriptions.change.policy')}
        data={policies.map((value) => ({ value, label: t(`subscriptions.change.policies.${value}`) }))}
      />
      {error && planId && <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>}
      {preview && planId && (
        <Stack gap="xs" aria-live="polite">
          <Text fw={600}>{t('subscriptions.change.when', { day: format.dayWithWeekday(preview.effectiveOn) })}</Text>
          {preview.lines.length === 0 && <Text>{t('subscriptions.change.nothing')}</Text>}
          <PreviewLines preview={preview} />
        </Stack>
      )}
    </Form>
  );
}
