import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Tax, taxList } from './queries.ts';

export function taxRate({ rateBp }: Pick<Tax, 'rateBp'>, format: Format): string {
  return `${format.number(rateBp / 100, 2)} %`;
}

/** A tax, or none: ''. One that is archived stays choosable where it is chosen. */
export function TaxSelect({ value, ...input }: NativeSelectProps & { value?: string }) {
  const format = useFormat();
  const { data } = useQuery(taxList);
  const choices = (data?.items ?? []).filter(({ id, archivedAt }) => !archivedAt || id === value);
  return (
    <NativeSelect
      {...input}
      value={value}
      data={[
        { value: '', label: t('invoices.form.noTax') },
        ...choices.map((tax) => ({ value: tax.id, label: `${tax.name} ${taxRate(tax, format)}` })),
      ]}
    />
  );
}
