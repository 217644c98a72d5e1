import { NativeSelect, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRef, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { CustomerPicker } from './customer-picker.tsx';
import { amountTrouble } from './invoice-form.tsx';
import { newIdempotencyKey } from './invoice-words.ts';
import { type PaymentDetail, receivePayment } from './payment-queries.ts';

const methods = [
  'cash',
  'transfer',
  'card',
  'mobile_money',
  'other',
] as const satisfies readonly PaymentDetail['method'][];

export function CustomerPaymentForm({ onDone }: { onDone: () => void }) {
  const format = useFormat();
  // Made once per form: sending again after a broken line records the payment once.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const paid = useRef<PaymentDetail>(undefined);
  const form = useForm({
    initialValues: { customerId: '', amountMinor: '', method: 'cash' as PaymentDetail['method'], note: '' },
    validate: {
      customerId: (id) => (id ? null : t('payments.customerNeeded')),
      amountMinor: (minor: string) => amountTrouble(format, minor),
    },
  });
  const announce = () => {
    if (!paid.current) return;
    const { amountMinor, creditMinor, currency, customerName: name } = paid.current;
    const amount = format.money(amountMinor, currency);
    const credit = format.money(creditMinor, currency);
    notifyDone(
      creditMinor === '0' ? t('payments.done', { amount, name }) : t('payments.doneCredit', { amount, name, credit }),
    );
  };
  return (
    <Form
      form={form}
      submitLabel={t('payments.addAct')}
      submit={async (values) => {
        paid.current = await receivePayment({ ...values, idempotencyKey });
      }}
      onDone={() => {
        announce();
        onDone();
      }}
    >
      <CustomerPicker {...form.getInputProps('customerId')} label={t('payments.columns.customer')} data-autofocus />
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('payments.amount')}
        description={t('payments.amountHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <NativeSelect
        {...form.getInputProps('method')}
        label={t('invoices.payment.method')}
        data={methods.map((method) => ({ value: method, label: t(`invoices.payment.methods.${method}`) }))}
      />
      <TextInput
        {...form.getInputProps('note')}
        label={t('invoices.payment.note')}
        description={t('ui.form.optional')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maxLength={300}
      />
    </Form>
  );
}
