import { Button, Group, Stack } from '@mantine/core';
import { useCan, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { CustomerPaymentForm } from './customer-payment-form.tsx';
import { DaysFilter, filterOf, MethodTotals, OnlyChips, type PaymentsSearch } from './payment-filters.tsx';
import { PaymentTable } from './payment-table.tsx';

type PaymentsPageProps = {
  search: PaymentsSearch;
  onSearch: (change: Partial<PaymentsSearch>) => void;
  onPaid: (paymentId: string) => void;
};

export function PaymentsPage({ search, onSearch, onPaid }: PaymentsPageProps) {
  const can = useCan();
  const isLimited = useIsLimited();
  const filter = (change: Partial<PaymentsSearch>) => onSearch({ ...change, after: undefined });
  const { open: _open, after: _after, customerId: _customerId, ...narrowing } = search;
  const isNarrowed = Object.values(narrowing).some(Boolean);
  const add = can('payment:record') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('payments.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('payments.title')} about={t('payments.about')}>
        {!isLimited && (
          <LinkButton variant="default" to="/payments/bank">
            {t('bank.title')}
          </LinkButton>
        )}
        {add}
      </PageHead>
      <Stack gap="xs" mb="sm">
        <Group gap="sm">
          <SearchBox label={t('payments.search')} value={search.search} onChange={(next) => filter({ search: next })} />
          <OnlyChips search={search} onChange={filter} />
        </Group>
        <DaysFilter search={search} onChange={filter} />
        <MethodTotals search={search} onChange={filter} />
      </Stack>
      <PaymentTable
        query={{ ...filterOf(search), after: search.after }}
        onPage={(after) => onSearch({ after })}
        empty={
          isNarrowed ? (
            <EmptyState icon="search" title={t('payments.nothingHere')} text={t('payments.nothingHereText')} />
          ) : (
            <EmptyState icon="cash" title={t('payments.empty')} text={t('payments.emptyText')}>
              {add}
            </EmptyState>
          )
        }
      />
      <FormDrawer
        opened={search.open === 'new' && can('payment:record')}
        title={t('payments.addTitle')}
        onClose={() => onSearch({ open: undefined })}
      >
        <CustomerPaymentForm onDone={(payment) => onPaid(payment.id)} />
      </FormDrawer>
    </>
  );
}
