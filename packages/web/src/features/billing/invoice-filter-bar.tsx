import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { stringifySearch } from '../../lib/search.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DaySpan } from '../../ui/day-span.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { type InvoicesSearch, invoiceFilters } from './invoices-search.ts';
import { customerById, invoiceSums, invoiceTotals } from './queries.ts';

type Query = Omit<InvoicesSearch, 'after'>;
type InvoiceFilterBarProps = { query: Query; onFilter: (change: Query) => void };

/** Narrows the list, says what it comes to, and saves it as a file. */
export function InvoiceFilterBar({ query, onFilter }: InvoiceFilterBarProps) {
  const { status, customerId, search, issuedFrom, issuedTo } = query;
  return (
    <>
      <Toolbar>
        <SearchBox label={t('invoices.search')} value={search} onChange={(next) => onFilter({ search: next })} />
        <DaySpan
          from={issuedFrom}
          to={issuedTo}
          fromLabel={t('invoices.filters.from')}
          toLabel={t('invoices.filters.to')}
          onChange={(change) => onFilter('from' in change ? { issuedFrom: change.from } : { issuedTo: change.to })}
        />
        <StatusChips value={status ?? 'all'} onChange={(next) => onFilter({ status: next })} />
        {customerId && <CustomerChip customerId={customerId} onClear={() => onFilter({ customerId: undefined })} />}
      </Toolbar>
      <Group justify="space-between" gap="xs" mb="sm" mih={30}>
        <SumLine query={query} />
        <Button
          component="a"
          href={`/api/invoices.csv${stringifySearch(query)}`}
          download
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="arrow-down" size={14} />}
          aria-label={t('invoices.csvLabel')}
        >
          {t('invoices.csv')}
        </Button>
      </Group>
    </>
  );
}

/** How many there are and what they come to, in each currency. */
function SumLine({ query }: { query: Query }) {
  const format = useFormat();
  const { data } = useQuery(invoiceSums(query));
  // What failed is said by the list below; it is the same server.
  if (!data) return <span />;
  const { isAll, count, sums } = data;
  const number = format.number(count);
  const found = isAll ? t('invoices.sums.found', { count, number }) : t('invoices.sums.more', { number });
  const words = sums.flatMap(({ currency, amountMinor, balanceMinor }) => {
    const amount = format.money(amountMinor, currency);
    const open = t('invoices.sums.open', { amount: format.money(balanceMinor, currency) });
    const together = isAll ? t('invoices.sums.amount', { amount }) : t('invoices.sums.newest', { number, amount });
    return balanceMinor === '0' || query.status === 'open' ? [together] : [together, open];
  });
  return (
    <Text c="dimmed" role="status">
      {[found, ...words].join(' · ')}
    </Text>
  );
}

type Filter = NonNullable<Query['status']>;

function StatusChips({ value, onChange }: { value: Filter | 'all'; onChange: (filter: Filter | undefined) => void }) {
  const { data: totals } = useQuery(invoiceTotals);
  const counts: Partial<Record<Filter | 'all', number>> = { open: totals?.openCount, overdue: totals?.overdueCount };
  return (
    <FilterChips
      label={t('invoices.filters.label')}
      choices={(['all', ...invoiceFilters] as const).map((filter) => ({
        value: filter,
        label: t(`invoices.filters.${filter}`),
        count: counts[filter],
      }))}
      value={value}
      onChange={(next) => onChange(next === 'all' ? undefined : next)}
    />
  );
}

/** The list is narrowed to one customer: who, and the way back. */
function CustomerChip({ customerId, onClear }: { customerId: string; onClear: () => void }) {
  const { data } = useQuery({ ...customerById(customerId), enabled: useCan()('customer:read') });
  const label = data ? t('invoices.filters.ofCustomer', { name: data.name }) : t('invoices.filters.ofOneCustomer');
  return (
    <Button
      variant="light"
      radius="xl"
      size="xs"
      h={32}
      maw="100%"
      title={label}
      rightSection={<Icon name="x" size={14} />}
      aria-label={t('invoices.filters.allCustomers')}
      onClick={onClear}
    >
      {label}
    </Button>
  );
}
