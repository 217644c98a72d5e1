import { NumberInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { isDay } from './due-days.ts';
import { pauseSubscription, type Subscription } from './subscription-queries.ts';

const mostDays = 730;

/** A vacation: off and not charged, for so many days or until somebody resumes it. */
export function PauseForm({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const format = useFormat();
  const form = useForm({
    initialValues: { from: format.today(), until: '' as number | string },
    validate: {
      from: (day: string) => (isDay(day) ? null : t('subscriptions.form.dayNeeded')),
      until: (days: number | string) => (isLength(days) ? null : t('subscriptions.pausing.daysWrong')),
    },
  });
  const { from, until } = form.values;
  const backOn = (first: string, days: number | string) => (days === '' ? null : addDays(first, Number(days)));
  const back = isDay(from) && isLength(until) ? backOn(from, until) : null;
  return (
    <Form
      form={form}
      submitLabel={t('subscriptions.pausing.save')}
      submit={(values) => pauseSubscription(subscription, values.from, backOn(values.from, values.until))}
      onDone={() => {
        notifyDone(t('subscriptions.pausing.done'));
        onDone();
      }}
    >
      <Text>{t('subscriptions.pausing.text')}</Text>
      <DayInput
        {...form.getInputProps('from')}
        label={t('subscriptions.pausing.from')}
        min={format.today()}
        data-autofocus
      />
      <NumberInput
        {...form.getInputProps('until')}
        label={t('subscriptions.pausing.days')}
        description={t('subscriptions.pausing.daysHelp')}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
      />
      <Text fw={600} role="status">
        {back ? t('subscriptions.pausing.back', { day: format.dayWithWeekday(back) }) : t('subscriptions.pausing.open')}
      </Text>
    </Form>
  );
}

function isLength(days: number | string): boolean {
  return days === '' || (Number.isInteger(Number(days)) && Number(days) >= 1 && Number(days) <= mostDays);
}
