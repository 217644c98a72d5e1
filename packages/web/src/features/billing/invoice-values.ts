// An invoice while it is written by hand: what stands in the fields, what is wrong with it, and how it is sent.
import { useForm } from '@mantine/form';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { moneyTrouble } from '../../ui/money-input.tsx';
import { isDay } from './due-days.ts';
import type { InvoiceLine } from './queries.ts';

/** A line while it is written; '' where nothing is said. */
export type LineValues = {
  description: string;
  quantity: number | string;
  unitMinor: string;
  discountMinor: string;
  taxId: string;
};

export const emptyLine: LineValues = { description: '', quantity: 1, unitMinor: '', discountMinor: '', taxId: '' };

/** Lines are a part of the form, and the server's objections to them find their fields by its paths. */
export type InvoiceValues = { customerId: string; dueOn: string; description: string; lines: LineValues[] };

export type InvoiceFormState = ReturnType<typeof useInvoiceForm>;

export function useInvoiceForm(initialValues: InvoiceValues, currency: string) {
  const format = useFormat();
  return useForm<InvoiceValues>({ initialValues, validate: (values) => troubles(values, format, currency) });
}

function troubles({ customerId, dueOn, description, lines }: InvoiceValues, format: Format, currency: string) {
  const ofLines = lines.flatMap((line, index) =>
    Object.entries(lineTroubles(line, format, currency)).map(([field, trouble]) => [
      `lines.${index}.${field}`,
      trouble,
    ]),
  );
  return {
    customerId: customerId ? null : t('invoices.form.customerNeeded'),
    dueOn: isDay(dueOn) ? null : t('invoices.form.dueOnNeeded'),
    description: description.trim() ? null : t('invoices.form.descriptionNeeded'),
    ...Object.fromEntries(ofLines),
  };
}

/** As the contract wants it. */
export function sentLine({ description, quantity, unitMinor, discountMinor, taxId }: LineValues): InvoiceLine {
  return {
    description: description.trim(),
    quantity: Number(quantity),
    unitMinor,
    discountMinor: discountMinor || '0',
    taxId: taxId || null,
  };
}

/** What is wrong with a line, by its field; all null where nothing is. */
export function lineTroubles(line: LineValues, format: Format, currency: string) {
  const { description, quantity, unitMinor, discountMinor } = line;
  const count = Number(quantity);
  const unit = moneyTrouble(format, unitMinor, currency);
  const discount = discountMinor === '' ? null : moneyTrouble(format, discountMinor, currency);
  const isCount = quantity !== '' && Number.isInteger(count) && count >= 1 && count <= 100_000;
  const isReckonable = unit === null && discount === null && isCount;
  const isOver = isReckonable && BigInt(discountMinor || '0') > BigInt(unitMinor) * BigInt(count);
  return {
    description: description.trim() ? null : t('invoices.form.lineNeeded'),
    quantity: isCount ? null : t('invoices.form.quantityWrong'),
    unitMinor: unit,
    discountMinor: discount ?? (isOver ? t('invoices.form.discountWrong') : null),
  };
}
