import { Button, Stack } from '@mantine/core';
import { useCan, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { InvoiceFilterBar } from './invoice-filter-bar.tsx';
import { InvoiceTable } from './invoice-table.tsx';
import { InvoiceTotals } from './invoice-totals.tsx';
import type { InvoicesSearch } from './invoices-search.ts';
import { OverdueCheck } from './overdue-check.tsx';

type InvoicesPageProps = { search: InvoicesSearch; onSearch: (change: Partial<InvoicesSearch>) => void };

export function InvoicesPage({ search, onSearch }: InvoicesPageProps) {
  const can = useCan();
  const isLimited = useIsLimited();
  const { after, ...query } = search;
  const issueButton = can('invoice:write') && (
    <LinkButton
      to="/invoices/new"
      search={{ customerId: search.customerId }}
      leftSection={<Icon name="plus" size={16} />}
    >
      {t('invoices.issue')}
    </LinkButton>
  );
  const showAll = {
    status: undefined,
    search: undefined,
    issuedFrom: undefined,
    issuedTo: undefined,
    after: undefined,
  };
  return (
    <>
      <PageHead title={t('invoices.title')} about={t('invoices.about')}>
        {issueButton}
      </PageHead>
      <Stack gap="md">
        <InvoiceTotals />
        {!isLimited && <OverdueCheck />}
        <div>
          <InvoiceFilterBar query={query} onFilter={(change) => onSearch({ ...change, after: undefined })} />
          <InvoiceTable
            query={search}
            onPage={(next) => onSearch({ after: next })}
            empty={
              <NoInvoices search={search} onAll={() => onSearch(showAll)}>
                {issueButton}
              </NoInvoices>
            }
          />
        </div>
      </Stack>
    </>
  );
}

type NoInvoicesProps = { search: InvoicesSearch; onAll: () => void; children: React.ReactNode };

function NoInvoices({ search: query, onAll, children }: NoInvoicesProps) {
  const { status, search, customerId, issuedFrom, issuedTo } = query;
  const hasDays = Boolean(issuedFrom ?? issuedTo);
  const showAll = (
    <Button variant="default" onClick={onAll}>
      {t('invoices.empty.showAll')}
    </Button>
  );
  if (status === 'overdue' && !search && !hasDays) {
    return (
      <EmptyState icon="circle-check" title={t('invoices.empty.overdueTitle')} text={t('invoices.empty.overdueText')}>
        {showAll}
      </EmptyState>
    );
  }
  if (status || search || hasDays) {
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
