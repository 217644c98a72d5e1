import { SegmentedControl, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { moveCash } from './queries.ts';

const kinds = ['to_safe', 'expense', 'in'] as const;

/** Cash into the drawer or out of it, each with its reason. */
export function CashForm({ currency, onDone }: { currency: string; onDone: () => void }) {
  const format = useFormat();
  // Sent again after a lost answer, it is the same movement.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const form = useForm({
    initialValues: { kind: 'to_safe' as (typeof kinds)[number], amountMinor: '', reason: '' },
    validate: {
      amountMinor: (amount) => moneyTrouble(format, amount, currency),
      reason: (reason) => (reason.trim() ? null : t('vouchers.cash.reasonNeeded')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t(`vouchers.cash.acts.${form.values.kind}`)}
      submit={(values) => moveCash({ ...values, idempotencyKey })}
      onDone={() => {
        const { kind, amountMinor } = form.getValues();
        notifyDone(t(`vouchers.cash.done.${kind}`, { amount: format.money(amountMinor, currency) }));
        onDone();
      }}
    >
      <SegmentedControl
        {...form.getInputProps('kind')}
        fullWidth
        data={kinds.map((kind) => ({ value: kind, label: t(`vouchers.cash.kinds.${kind}`) }))}
      />
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('vouchers.cash.amount')}
        currency={currency}
        data-autofocus
      />
      <TextInput {...form.getInputProps('reason')} label={t('vouchers.cash.reason')} maxLength={300} />
    </Form>
  );
}
