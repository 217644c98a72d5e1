import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { InvoiceDrawer } from './invoice-drawer.tsx';
import { InvoiceTable } from './invoice-table.tsx';
import { InvoiceTotals } from './invoice-totals.tsx';
import { OverdueCheck } from './overdue-check.tsx';
import { customerById, type InvoiceDetail, invoiceTotals } from './queries.ts';

export const invoiceFilters = ['open', 'overdue', 'paid', 'void'] as const;
type Filter = (typeof invoiceFilters)[number];

/** What stands in the address bar. */
export type InvoicesSearch = {
  status?: Filter;
  customerId?: string;
  search?: string;
  after?: string;
  open?: 'new';
};

type InvoicesPageProps = {
  search: InvoicesSearch;
  onSearch: (change: Partial<InvoicesSearch>) => void;
  onIssued: (invoice: InvoiceDetail) => void;
};

export function InvoicesPage({ search, onSearch, onIssued }: InvoicesPageProps) {
  const can = useCan();
  const isLimited = useIsLimited();
  const { status, customerId, search: text, after } = search;
  const issueButton = can('invoice:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('invoices.issue')}
    </Button>
  );
  const filter = (change: Partial<InvoicesSearch>) => onSearch({ ...change, after: undefined });
  return (
    <>
      <PageHead title={t('invoices.title')} about={t('invoices.about')}>
        {issueButton}
      </PageHead>
      <Stack gap="md">
        <InvoiceTotals />
        {!isLimited && <OverdueCheck />}
        <div>
          <Toolbar>
            <SearchBox label={t('invoices.search')} value={text} onChange={(next) => filter({ search: next })} />
            <StatusChips value={status ?? 'all'} onChange={(next) => filter({ status: next })} />
            {customerId && <CustomerChip customerId={customerId} onClear={() => filter({ customerId: undefined })} />}
          </Toolbar>
          <InvoiceTable
            query={{ status, customerId, search: text, after }}
            onPage={(next) => onSearch({ after: next })}
            empty={
              <NoInvoices search={search} onAll={() => filter({ status: undefined, search: undefined })}>
                {issueButton}
              </NoInvoices>
            }
          />
        </div>
      </Stack>
      <InvoiceDrawer
        isOpen={search.open === 'new'}
        customerId={customerId}
        onClose={() => onSearch({ open: undefined })}
        onIssued={onIssued}
      />
    </>
  );
}

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

type NoInvoicesProps = { search: InvoicesSearch; onAll: () => void; children: React.ReactNode };

function NoInvoices({ search: { status, search, customerId }, onAll, children }: NoInvoicesProps) {
  const showAll = (
    <Button variant="default" onClick={onAll}>
      {t('invoices.empty.showAll')}
    </Button>
  );
  if (status === 'overdue' && !search) {
    return (
      <EmptyState icon="circle-check" title={t('invoices.empty.overdueTitle')} text={t('invoices.empty.overdueText')}>
        {showAll}
      </EmptyState>
    );
  }
  if (status || search) {
    return (
      <EmptyState icon="search" title={t('invoices.empty.filteredTitle')} text={t('invoices.empty.filteredText')}>
        {showAll}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="receipt"
      title={t('invoices.empty.title')}
      text={customerId ? undefined : t('invoices.empty.text')}
    >
      {children}
    </EmptyState>
  );
}
