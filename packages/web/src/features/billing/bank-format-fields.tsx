import { MultiSelect, NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import { t } from '../../lib/words.ts';
import type { BankFileReview, BankFormat } from './bank-queries.ts';

type BankFormatFieldsProps = {
  review: BankFileReview;
  format: BankFormat;
  onChange: (change: Partial<BankFormat>) => void;
};

/** Where in this bank's files things stand; by the words of its own heads. */
export function BankFormatFields({ review, format, onChange }: BankFormatFieldsProps) {
  const heads = format.skippedLines > 0 ? review.firstLines[format.skippedLines - 1] : undefined;
  const columns = Array.from({ length: review.columnCount }, (_, column) => ({
    value: String(column),
    label: heads?.[column] || t('bank.import.column', { number: column + 1 }),
  }));
  const none = { value: '', label: t('bank.import.none') };
  const needed = (key: 'dateColumn' | 'amountColumn', label: string) => (
    <NativeSelect
      label={label}
      data={columns}
      value={String(format[key])}
      onChange={(event) => onChange({ [key]: Number(event.currentTarget.value) })}
    />
  );
  const optional = (key: 'payerColumn' | 'bankRefColumn', label: string, description?: string) => (
    <NativeSelect
      label={label}
      description={description}
      data={[none, ...columns]}
      value={format[key] === null ? '' : String(format[key])}
      onChange={({ currentTarget: { value } }) => onChange({ [key]: value === '' ? null : Number(value) })}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <NumberInput
        label={t('bank.import.skippedLines')}
        min={0}
        max={50}
        allowDecimal={false}
        value={format.skippedLines}
        onChange={(value) => onChange({ skippedLines: Number(value) || 0 })}
      />
      {needed('dateColumn', t('bank.import.date'))}
      <NativeSelect
        label={t('bank.import.dateOrder')}
        data={(['ymd', 'dmy', 'mdy'] as const).map((value) => ({ value, label: t(`bank.import.dateOrders.${value}`) }))}
        value={format.dateOrder}
        onChange={(event) => onChange({ dateOrder: event.currentTarget.value as BankFormat['dateOrder'] })}
      />
      {needed('amountColumn', t('bank.import.amount'))}
      <NativeSelect
        label={t('bank.import.decimalSign')}
        data={[
          { value: '.', label: t('bank.import.decimalSigns.point') },
          { value: ',', label: t('bank.import.decimalSigns.comma') },
        ]}
        value={format.decimalSign}
        onChange={(event) => onChange({ decimalSign: event.currentTarget.value as BankFormat['decimalSign'] })}
      />
      {optional('payerColumn', t('bank.import.payer'))}
      <MultiSelect
        label={t('bank.import.reference')}
        data={columns}
        maxValues={4}
        value={format.referenceColumns.map(String)}
        onChange={(values) => onChange({ referenceColumns: values.map(Number) })}
      />
      {optional('bankRefColumn', t('bank.import.bankRef'), t('bank.import.bankRefHelp'))}
    </SimpleGrid>
  );
}
