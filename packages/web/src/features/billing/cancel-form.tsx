import { Input, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PreviewLines } from './preview-lines.tsx';
import { type CancelPolicy, cancelPreview, cancelSubscription, type Subscription } from './subscription-queries.ts';

const policies = ['end_of_period', 'immediate_with_credit'] as const;

/** Says the day and the money before anything happens. */
export function CancelForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const form = useForm({ initialValues: { policy: 'end_of_period' as CancelPolicy, reason: '' } });
  const { data: preview, error } = useQuery(cancelPreview(subscription.id, form.values.policy));
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.cancelling.confirm')}
      submit={({ policy, reason }) => cancelSubscription(subscription, policy, reason)}
      onDone={() => {
        notifyDone(t('subscriptions.cancelling.done'));
        onDone();
      }}
    >
      <Input.Wrapper label={t('subscriptions.cancelling.when')} labelElement="div">
        <SegmentedControl
          {...form.getInputProps('policy')}
          aria-label={t('subscriptions.cancelling.when')}
          data={policies.map((value) => ({ value, label: t(`subscriptions.cancelling.policies.${value}`) }))}
          fullWidth
          mt={4}
        />
      </Input.Wrapper>
      {error && <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>}
      <Stack gap="xs" aria-live="polite" mih={66}>
        {preview && (
          <>
            <LastDay endsOn={preview.effectiveOn} />
            {preview.lines.length === 0 ? (
              <Text>{t('subscriptions.cancelling.nothing')}</Text>
            ) : (
              <PreviewLines preview={preview} />
            )}
          </>
        )}
      </Stack>
      <Textarea
        {...form.getInputProps('reason')}
        label={t('subscriptions.cancelling.reason')}
        description={t('ui.form.optional')}
        maxLength={300}
        autosize
        minRows={2}
      />
    </Form>
  );
}

/** People call the last day with service the end. */
function LastDay({ endsOn }: { endsOn: string }) {
  const format = useFormat();
  const lastDay = addDays(endsOn, -1);
  return (
    <Text>
      {lastDay < format.today()
        ? t('subscriptions.cancelling.today')
        : t('subscriptions.cancelling.last', { day: format.dayWithWeekday(lastDay) })}
    </Text>
  );
}
