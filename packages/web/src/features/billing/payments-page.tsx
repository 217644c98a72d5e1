import { Button } from '@mantine/core';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { CustomerPaymentForm } from './customer-payment-form.tsx';
import { PaymentTable } from './payment-table.tsx';

export type PaymentsSearch = { credit?: 'yes'; after?: string; open?: 'new' };

type PaymentsPageProps = { search: PaymentsSearch; onSearch: (change: Partial<PaymentsSearch>) => void };

export function PaymentsPage({ search, onSearch }: PaymentsPageProps) {
  const can = useCan();
  const close = () => onSearch({ open: undefined });
  const add = can('payment:record') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('payments.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('payments.title')} about={t('payments.about')}>
        {add}
      </PageHead>
      <Toolbar>
        <FilterChips
          label={t('payments.filters.label')}
          choices={(['all', 'credit'] as const).map((value) => ({ value, label: t(`payments.filters.${value}`) }))}
          value={search.credit ? 'credit' : 'all'}
          onChange={(next) => onSearch({ credit: next === 'credit' ? 'yes' : undefined, after: undefined })}
        />
      </Toolbar>
      <PaymentTable
        query={{ credit: search.credit, after: search.after }}
        onPage={(after) => onSearch({ after })}
        empty={
          search.credit ? (
            <EmptyState icon="cash" title={t('payments.nothingHere')} />
          ) : (
            <EmptyState icon="cash" title={t('payments.empty')} text={t('payments.emptyText')}>
              {add}
            </EmptyState>
          )
        }
      />
      <FormDrawer opened={search.open === 'new'} title={t('payments.addTitle')} onClose={close}>
        <CustomerPaymentForm onDone={close} />
      </FormDrawer>
    </>
  );
}
