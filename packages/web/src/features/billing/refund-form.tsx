import { Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { amountTrouble, newIdempotencyKey } from './invoice-words.ts';
import { MethodSelect } from './payment-fields.tsx';
import type { NewRefund, PaymentRow } from './payment-queries.ts';

type RefundFormProps = {
  currency: string;
  /** The most that can go back. */
  mostMinor: string;
  /** What is offered. */
  initialMinor: string;
  /** What will happen beside the money, for what is typed. */
  about: (amountMinor: bigint) => ReactNode;
  refund: (refund: NewRefund) => Promise<void>;
  onDone: () => void;
};

/** Money that goes back to a customer: of one payment, or of his credit. */
export function RefundForm({ currency, mostMinor, initialMinor, about, refund, onDone }: RefundFormProps) {
  const format = useFormat();
  // Made once per form: sending again after a broken line gives the money back once.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const form = useForm({
    initialValues: { amountMinor: initialMinor, method: 'cash' as PaymentRow['method'], reason: '' },
    validate: {
      amountMinor: (minor: string) =>
        amountTrouble(format, minor, currency) ??
        (BigInt(minor) > BigInt(mostMinor)
          ? t('payments.refundTooMuch', { amount: format.money(mostMinor, currency) })
          : null),
      reason: (reason) => (reason.trim() ? null : t('payments.refundReasonNeeded')),
    },
  });
  const { amountMinor } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('payments.refundAct')}
      submit={(values) => refund({ ...values, idempotencyKey })}
      onDone={() => {
        notifyDone(t('payments.refunded', { amount: format.money(form.getValues().amountMinor, currency) }));
        onDone();
      }}
    >
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('payments.amount')}
        currency={currency}
        data-autofocus
      />
      <MethodSelect {...form.getInputProps('method')} label={t('payments.refundMethod')} />
      <Textarea
        {...form.getInputProps('reason')}
        label={t('payments.refundReason')}
        maxLength={300}
        autosize
        minRows={2}
      />
      <Text c="dimmed">{about(/^\d+$/.test(amountMinor) ? BigInt(amountMinor) : 0n)}</Text>
    </Form>
  );
}
