import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { InvoiceTable } from '../billing/invoice-table.tsx';
import type { Customer } from './queries.ts';

type CustomerInvoicesProps = {
  customer: Customer;
  after: string | undefined;
  onPage: (after: string | undefined) => void;
};

export function CustomerInvoices({ customer, after, onPage }: CustomerInvoicesProps) {
  return (
    <InvoiceTable
      query={{ customerId: customer.id, after }}
      onPage={onPage}
      empty={<EmptyState icon="receipt" title={t('customers.noInvoicesTitle')} text={t('customers.noInvoicesText')} />}
    />
  );
}
