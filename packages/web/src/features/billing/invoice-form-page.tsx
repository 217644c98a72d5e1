import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { DraftForm, InvoiceForm } from './invoice-form.tsx';
import classes from './invoice-form-page.module.css';
import { InvoiceMissing } from './invoice-page.tsx';
import { customerById, type InvoiceDetail, invoiceById } from './queries.ts';

type NewInvoicePageProps = {
  /** Whose invoice it will be, where that is known. */
  customerId: string | undefined;
  onDone: (invoice: InvoiceDetail) => void;
};

export function NewInvoicePage({ customerId, onDone }: NewInvoicePageProps) {
  const { data, isLoading } = useQuery({ ...customerById(customerId ?? ''), enabled: Boolean(customerId) });
  const customer = data && !data.removedAt ? { id: data.id, name: data.name } : undefined;
  return (
    <div className={classes.page}>
      <PageHead title={t('invoices.form.title')} about={t('invoices.form.about')}>
        <LinkButton
          variant="default"
          {...(customerId ? { to: '/customers/$customerId', params: { customerId } } : { to: '/invoices' })}
        >
          {t('ui.cancel')}
        </LinkButton>
      </PageHead>
      {isLoading ? <Skeleton height={460} aria-busy="true" /> : <InvoiceForm customer={customer} onDone={onDone} />}
    </div>
  );
}

type EditDraftPageProps = { invoiceId: string; onDone: () => void };

export function EditDraftPage({ invoiceId, onDone }: EditDraftPageProps) {
  const { data: invoice, error, refetch } = useQuery({ ...invoiceById(invoiceId), staleTime: 0 });
  if (error && !invoice) return <InvoiceMissing error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes.page}>
      <PageHead
        title={t('invoices.edit.title')}
        about={invoice && t('invoices.edit.about', { name: invoice.customerName })}
      >
        <LinkButton variant="default" to="/invoices/$invoiceId" params={{ invoiceId }}>
          {t('ui.cancel')}
        </LinkButton>
      </PageHead>
      {invoice ? <DraftForm invoice={invoice} onDone={onDone} /> : <Skeleton height={460} aria-busy="true" />}
    </div>
  );
}
