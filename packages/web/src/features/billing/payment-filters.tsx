import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Query } from '../../lib/api.ts';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { type PaymentRow, paymentTotals } from './payment-queries.ts';

export const paymentMethods = [
  'cash',
  'transfer',
  'card',
  'mobile_money',
  'other',
] as const satisfies readonly PaymentRow['method'][];

type Method = (typeof paymentMethods)[number];

/** What stands in the address bar. */
export type PaymentsSearch = {
  search?: string;
  method?: Method;
  only?: 'credit' | 'reversed';
  from?: string;
  to?: string;
  customerId?: string;
  after?: string;
  open?: 'new';
};

export type PaymentFilterProps = { search: PaymentsSearch; onChange: (change: Partial<PaymentsSearch>) => void };

export function filterOf({ only, search, method, from, to, customerId }: PaymentsSearch): Query<'GET /api/payments'> {
  const narrowed = only === 'credit' ? { credit: 'yes' as const } : only && { state: only };
  return { search, method, from, to, customerId, ...narrowed };
}

/** By which way how much came in, of what is listed; a click shows only that way. */
export function MethodTotals({ search, onChange }: PaymentFilterProps) {
  const format = useFormat();
  const { data } = useQuery(paymentTotals(filterOf({ ...search, method: undefined })));
  const sums = Map.groupBy(data?.received ?? [], ({ method }) => method);
  const sumOf = (received: { currency: string; amountMinor: string }[] | undefined) =>
    [...Map.groupBy(received ?? [], ({ currency }) => currency)]
      .map(([currency, own]) =>
        format.money(own.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n).toString(), currency),
      )
      .join(' + ') || undefined;
  const shown = paymentMethods.filter(
    (method) => data?.isAll === false || sums.has(method) || search.method === method,
  );
  return (
    <Group gap="sm">
      <FilterChips
        label={t('payments.columns.method')}
        choices={[
          { value: 'all' as const, label: t('payments.filters.received'), count: sumOf(data?.received) },
          ...shown.map((method) => ({
            value: method,
            label: t(`invoices.payment.methods.${method}`),
            count: sumOf(sums.get(method)),
          })),
        ]}
        value={search.method ?? 'all'}
        onChange={(next) => onChange({ method: next === 'all' ? undefined : next })}
      />
      {data?.isAll === false && <Text c="dimmed">{t('payments.filters.tooMany')}</Text>}
    </Group>
  );
}

export function OnlyChips({ search, onChange }: PaymentFilterProps) {
  return (
    <FilterChips
      label={t('payments.filters.label')}
      choices={(['all', 'credit', 'reversed'] as const).map((value) => ({
        value,
        label: t(`payments.filters.${value}`),
      }))}
      value={search.only ?? 'all'}
      onChange={(next) => onChange({ only: next === 'all' ? undefined : next })}
    />
  );
}

/** Days on which money was received: the usual spans by one click, any other by two fields. */
export function DaysFilter({ search, onChange }: PaymentFilterProps) {
  const today = useFormat().today();
  const spans = {
    ever: { from: undefined, to: undefined },
    today: { from: today, to: today },
    week: { from: addDays(today, -6), to: today },
    month: { from: `${today.slice(0, 7)}-01`, to: today },
  };
  const names = ['ever', 'today', 'week', 'month'] as const;
  const chosen = names.find((name) => spans[name].from === search.from && spans[name].to === search.to);
  return (
    <Group gap="xs">
      <FilterChips
        label={t('payments.filters.days')}
        choices={names.map((value) => ({ value, label: t(`payments.filters.${value}`) }))}
        value={chosen ?? ('' as 'ever')}
        onChange={(next) => onChange(spans[next])}
      />
      <DayInput
        aria-label={t('payments.filters.from')}
        value={search.from ?? ''}
        max={search.to}
        onChange={(from) => onChange({ from: from || undefined })}
      />
      <DayInput
        aria-label={t('payments.filters.to')}
        value={search.to ?? ''}
        min={search.from}
        onChange={(to) => onChange({ to: to || undefined })}
      />
    </Group>
  );
}
