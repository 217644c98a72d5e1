import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from '../../ui/columns.module.css';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { CreditNoteForm } from './credit-note-form.tsx';
import { CreditNoteList } from './credit-note-list.tsx';
import { InvoiceHead } from './invoice-head.tsx';
import { InvoiceSheet } from './invoice-sheet.tsx';
import { DueDay } from './invoice-state.tsx';
import { nameOfInvoice } from './invoice-words.ts';
import { PaymentForm } from './payment-form.tsx';
import { PaymentList } from './payment-list.tsx';
import { type InvoiceDetail, invoiceById } from './queries.ts';

export type InvoiceSearch = { open?: 'payment' | 'credit' };

type InvoicePageProps = {
  invoiceId: string;
  search: InvoiceSearch;
  onSearch: (change: Partial<InvoiceSearch>) => void;
};

export function InvoicePage({ invoiceId, search, onSearch }: InvoicePageProps) {
  const can = useCan();
  const { data: invoice, error, refetch } = useQuery(invoiceById(invoiceId));
  const retry = () => void refetch();
  if (error && !invoice) return <InvoiceMissing error={error} onRetry={retry} />;
  if (!invoice) return <InvoiceSkeleton />;
  const isIssued = invoice.status !== 'draft';
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <InvoiceHead
        invoice={invoice}
        onPay={() => onSearch({ open: 'payment' })}
        onCredit={() => onSearch({ open: 'credit' })}
      />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title={t('invoices.page.facts')}>
            <InvoiceFacts invoice={invoice} />
          </Panel>
          <Panel title={t('invoices.form.lines')}>
            <InvoiceSheet invoice={invoice} />
          </Panel>
        </div>
        <div className={classes.stack}>
          {isIssued && (
            <Panel title={t('invoices.page.payments')}>
              <PaymentList invoice={invoice} />
            </Panel>
          )}
          {invoice.creditNotes.length > 0 && (
            <Panel title={t('invoices.page.creditNotes')}>
              <CreditNoteList invoice={invoice} />
            </Panel>
          )}
          {can('audit:read') && (
            <Panel title={t('invoices.page.history')}>
              <AuditTimeline about={invoice.id} beginning={isIssued ? issuedByRun(invoice) : undefined} />
            </Panel>
          )}
        </div>
      </div>
      <InvoiceDrawers invoice={invoice} open={search.open} onClose={() => onSearch({ open: undefined })} />
    </>
  );
}

/** The log has one entry for all invoices of a run. */
function issuedByRun({ createdAt }: InvoiceDetail) {
  return { action: 'invoice.issued', at: createdAt, title: t('invoices.page.issuedByRun') };
}

export function InvoiceMissing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <>
      <PageHead title={t('invoices.title')} />
      <ErrorState error={error} onRetry={isGone ? undefined : onRetry} />
    </>
  );
}

type InvoiceDrawersProps = { invoice: InvoiceDetail; open: InvoiceSearch['open']; onClose: () => void };

function InvoiceDrawers({ invoice, open, onClose }: InvoiceDrawersProps) {
  const can = useCan();
  const { status } = invoice;
  const isPayable = status === 'open' || status === 'uncollectible';
  const isCreditable = status === 'open' || status === 'paid';
  return (
    <>
      <FormDrawer
        opened={open === 'payment' && isPayable && can('payment:record')}
        title={t('invoices.payment.title')}
        onClose={onClose}
      >
        <PaymentForm invoice={invoice} onDone={onClose} />
      </FormDrawer>
      <FormDrawer
        opened={open === 'credit' && isCreditable && can('invoice:write')}
        title={t('invoices.credit.title', { number: nameOfInvoice(invoice) })}
        onClose={onClose}
      >
        <CreditNoteForm invoice={invoice} onDone={onClose} />
      </FormDrawer>
    </>
  );
}

function InvoiceFacts({ invoice }: { invoice: InvoiceDetail }) {
  const format = useFormat();
  const { issuedOn, description, status, voidReason } = invoice;
  const isVoid = status === 'void';
  return (
    <Facts
      facts={[
        { label: t('invoices.page.issued'), value: issuedOn ? format.dayWithWeekday(issuedOn) : '–' },
        { label: t('invoices.page.due'), value: <DueDay invoice={invoice} hasWeekday /> },
        { label: t('invoices.page.description'), value: <span style={{ whiteSpace: 'pre-line' }}>{description}</span> },
        ...(isVoid || status === 'uncollectible'
          ? [
              {
                label: t(isVoid ? 'invoices.page.voidReason' : 'invoices.page.writtenOffReason'),
                value: voidReason ?? t('invoices.page.noReason'),
              },
            ]
          : []),
      ]}
    />
  );
}

function InvoiceSkeleton() {
  return (
    <div className={classes.stack} aria-busy="true">
      <Skeleton height={36} width={280} />
      <Skeleton height={20} width={180} />
      <div className={classes.columns}>
        <Skeleton height={300} />
        <Skeleton height={300} />
      </div>
    </div>
  );
}
