import { Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRef, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { amountTrouble, nameOfInvoice, newIdempotencyKey, payableMinor } from './invoice-words.ts';
import { MethodSelect, PaymentNote } from './payment-fields.tsx';
import { type InvoiceDetail, type Payment, recordPayment } from './queries.ts';

type PaymentFormProps = { invoice: InvoiceDetail; onDone: () => void };

export function PaymentForm({ invoice, onDone }: PaymentFormProps) {
  const format = useFormat();
  const { id, currency } = invoice;
  const number = nameOfInvoice(invoice);
  // The amount that is open changes when somebody else pays; what was offered when the form opened does not.
  const [rest] = useState(() => payableMinor(invoice));
  // Made once per form: sending again after a broken line records the payment once.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const paid = useRef<InvoiceDetail>(undefined);
  const form = useForm({
    initialValues: { amountMinor: rest, method: 'cash' as Payment['method'], note: '' },
    validate: { amountMinor: (minor: string) => amountTrouble(format, minor, currency) },
  });
  const { amountMinor } = form.values;
  const left = /^\d+$/.test(amountMinor) ? BigInt(payableMinor(invoice)) - BigInt(amountMinor) : 0n;
  return (
    <Form
      form={form}
      submitLabel={t('invoices.payment.act')}
      submit={async (values) => {
        paid.current = await recordPayment(id, { ...values, idempotencyKey });
      }}
      onDone={() => {
        const amount = format.money(form.getValues().amountMinor, currency);
        const stillOpen = paid.current ? payableMinor(paid.current) : '0';
        notifyDone(
          stillOpen === '0'
            ? t('invoices.payment.done', { amount, number })
            : t('invoices.payment.donePartly', { amount, number, rest: format.money(stillOpen, currency) }),
        );
        onDone();
      }}
    >
      <Text c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('invoices.payment.of', { number, name: invoice.customerName })}
      </Text>
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('invoices.payment.amount')}
        description={
          left > 0n
            ? t('invoices.payment.leaves', { amount: format.money(left.toString(), currency) })
            : left < 0n
              ? t('invoices.payment.credit', { amount: format.money((-left).toString(), currency) })
              : t('invoices.payment.rest', { amount: format.money(payableMinor(invoice), currency) })
        }
        currency={currency}
        data-autofocus
      />
      <MethodSelect {...form.getInputProps('method')} />
      <PaymentNote {...form.getInputProps('note')} />
      <Text c="dimmed">{t('invoices.payment.restores')}</Text>
    </Form>
  );
}
