import { SegmentedControl, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { addDays, bytesFromGb } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { GbInput } from '../../ui/gb-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { type AccountUsage, giveData } from './queries.ts';

type DataGrantFormProps = { usage: AccountUsage; onDone: () => void };

const usualGb = 5;
const kinds = ['amount', 'free'] as const;

/** More data, or as much as he likes, till the period ends. */
export function DataGrantForm({ usage: { accountId, periodEndsOn }, onDone }: DataGrantFormProps) {
  const format = useFormat();
  const form = useForm({
    initialValues: { kind: 'amount' as (typeof kinds)[number], bytes: usualGb as number | string, reason: '' },
    validate: (values) => ({
      bytes: values.kind === 'free' || Number(values.bytes) > 0 ? null : t('usage.give.amountNeeded'),
      reason: values.reason.trim() ? null : t('usage.give.reasonNeeded'),
    }),
  });
  const { kind } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('usage.give.submit')}
      submit={async (values) => {
        const bytes = values.kind === 'free' ? null : bytesFromGb(Number(values.bytes));
        await giveData(accountId, { bytes, reason: values.reason });
        notifyDone(t('usage.give.done'));
      }}
      onDone={onDone}
    >
      <SegmentedControl
        aria-label={t('usage.give.kind')}
        data={kinds.map((value) => ({ value, label: t(`usage.give.kinds.${value}`) }))}
        {...form.getInputProps('kind')}
      />
      {kind === 'amount' && <GbInput {...form.getInputProps('bytes')} label={t('usage.give.amount')} data-autofocus />}
      <Textarea
        {...form.getInputProps('reason')}
        label={t('usage.give.reason')}
        description={t('usage.give.reasonHelp')}
        autosize
        minRows={2}
        maxLength={300}
      />
      <Text size="sm" c="dimmed">
        {t(`usage.give.follows.${kind}`, { until: format.day(addDays(periodEndsOn, -1)) })}
      </Text>
    </Form>
  );
}
