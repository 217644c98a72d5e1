import { useForm } from '@mantine/form';
import { useRef, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form } from '../../ui/form.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Allocations } from './allocation-preview.tsx';
import { CustomerPicker } from './customer-picker.tsx';
import { amountTrouble, newIdempotencyKey } from './invoice-words.ts';
import { MethodSelect, PaymentNote } from './payment-fields.tsx';
import { type PaymentDetail, receivePayment } from './payment-queries.ts';

type CustomerPaymentFormProps = {
  /** Whose payment it is, where that is known. */
  customer?: { id: string; name: string };
  onDone: (payment: PaymentDetail) => void;
};

export function CustomerPaymentForm({ customer, onDone }: CustomerPaymentFormProps) {
  const format = useFormat();
  const today = format.today();
  // Made once per form: sending again after a broken line records the payment once.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [invoiceIds, choose] = useState<string[]>([]);
  const paid = useRef<PaymentDetail>(undefined);
  const form = useForm({
    initialValues: {
      customerId: customer?.id ?? '',
      amountMinor: '',
      method: 'cash' as PaymentDetail['method'],
      receivedOn: today,
      note: '',
    },
    validate: {
      customerId: (id) => (id ? null : t('payments.customerNeeded')),
      amountMinor: (minor: string) => amountTrouble(format, minor),
      receivedOn: (day) => (day && day <= today ? null : t('payments.dayNeeded')),
    },
  });
  const { customerId, amountMinor } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('payments.addAct')}
      submit={async (values) => {
        paid.current = await receivePayment({
          ...values,
          idempotencyKey,
          ...(invoiceIds.length > 0 ? { invoiceIds } : {}),
        });
      }}
      // Not before the form knows that nothing typed can be lost: whoever leads on from here would be asked about it.
      onDone={() => {
        if (!paid.current) return;
        notifyDone(doneText(format, paid.current));
        onDone(paid.current);
      }}
    >
      <CustomerPicker
        {...form.getInputProps('customerId')}
        {...(customer && { chosen: customer, disabled: true })}
        onChange={(id) => {
          form.setFieldValue('customerId', id ?? '');
          choose([]);
        }}
        label={t('payments.columns.customer')}
        data-autofocus={customer ? undefined : true}
      />
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('payments.amount')}
        data-autofocus={customer ? true : undefined}
      />
      <MethodSelect {...form.getInputProps('method')} />
      <DayInput
        {...form.getInputProps('receivedOn')}
        label={t('payments.receivedOn')}
        description={form.values.receivedOn && format.dayWithWeekday(form.values.receivedOn)}
        max={today}
      />
      <PaymentNote {...form.getInputProps('note')} />
      <Allocations customerId={customerId} amountMinor={amountMinor} chosen={invoiceIds} onChoose={choose} />
    </Form>
  );
}

function doneText(format: ReturnType<typeof useFormat>, payment: PaymentDetail): string {
  const { amountMinor, creditMinor, currency, customerName: name } = payment;
  const amount = format.money(amountMinor, currency);
  return creditMinor === '0'
    ? t('payments.done', { amount, name })
    : t('payments.doneCredit', { amount, name, credit: format.money(creditMinor, currency) });
}
