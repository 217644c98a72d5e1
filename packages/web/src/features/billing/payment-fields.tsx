import { NativeSelect, type NativeSelectProps, TextInput, type TextInputProps } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { paymentMethods } from './payment-filters.tsx';

/** By which way money came, or goes back. */
export function MethodSelect({ label, ...input }: NativeSelectProps) {
  return (
    <NativeSelect
      {...input}
      label={label ?? t('invoices.payment.method')}
      data={paymentMethods.map((method) => ({ value: method, label: t(`invoices.payment.methods.${method}`) }))}
    />
  );
}

export function PaymentNote(input: TextInputProps) {
  return (
    <TextInput
      {...input}
      label={t('invoices.payment.note')}
      description={t('ui.form.optional')}
      placeholder={t('invoices.payment.notePlaceholder')}
      maxLength={300}
    />
  );
}
