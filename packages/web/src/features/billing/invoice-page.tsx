import { ActionIcon, Button, Menu, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { CustomerLink } from './customer-link.tsx';
import { askToVoid } from './invoice-acts.tsx';
import { InvoiceEditForm } from './invoice-edit-form.tsx';
import classes from './invoice-page.module.css';
import { DueDay, InvoiceBadge } from './invoice-state.tsx';
import { nameOfInvoice, restMinor } from './invoice-words.ts';
import { PaymentForm } from './payment-form.tsx';
import { PaymentList } from './payment-list.tsx';
import { type InvoiceDetail, invoiceById } from './queries.ts';

export type InvoiceSearch = { open?: 'payment' | 'edit' };

type InvoicePageProps = {
  invoiceId: string;
  search: InvoiceSearch;
  onSearch: (change: Partial<InvoiceSearch>) => void;
};

export function InvoicePage({ invoiceId, search, onSearch }: InvoicePageProps) {
  const can = useCan();
  const { data: invoice, error, refetch } = useQuery(invoiceById(invoiceId));
  const retry = () => void refetch();
  const isGone = error instanceof ApiError && error.status === 404;
  if (error && !invoice) {
    return (
      <>
        <PageHead title={t('invoices.title')} />
        <ErrorState error={error} onRetry={isGone ? undefined : retry} />
      </>
    );
  }
  if (!invoice) return <InvoiceSkeleton />;
  const close = () => onSearch({ open: undefined });
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <PageHead
        title={nameOfInvoice(invoice)}
        badge={<InvoiceBadge invoice={invoice} />}
        about={<CustomerLink customerId={invoice.customerId} name={invoice.customerName} />}
      >
        {invoice.status === 'draft' && can('invoice:write') && (
          <Button
            variant="default"
            leftSection={<Icon name="pencil" size={16} />}
            onClick={() => onSearch({ open: 'edit' })}
          >
            {t('invoices.edit.act')}
          </Button>
        )}
        {invoice.status === 'open' && <InvoiceButtons invoice={invoice} onPay={() => onSearch({ open: 'payment' })} />}
      </PageHead>
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title={t('invoices.page.facts')}>
            <InvoiceFacts invoice={invoice} />
          </Panel>
        </div>
        <div className={classes.stack}>
          <Panel title={t('invoices.page.payments')}>
            <PaymentList invoice={invoice} />
          </Panel>
          {can('audit:read') && (
            <Panel title={t('invoices.page.history')}>
              <AuditTimeline about={invoice.id} />
            </Panel>
          )}
        </div>
      </div>
      <InvoiceDrawers invoice={invoice} open={search.open} onClose={close} />
    </>
  );
}

function InvoiceButtons({ invoice, onPay }: { invoice: InvoiceDetail; onPay: () => void }) {
  const can = useCan();
  const format = useFormat();
  return (
    <>
      {can('payment:record') && (
        <Button leftSection={<Icon name="cash" size={16} />} onClick={onPay}>
          {t('invoices.payment.act')}
        </Button>
      )}
      {can('invoice:write') && (
        <>
          <Menu>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t('invoices.page.more')}>
                <Icon name="dots" />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                color="var(--mantine-color-error)"
                leftSection={<Icon name="ban" size={16} />}
                disabled={invoice.settledMinor !== '0'}
                title={invoice.settledMinor === '0' ? undefined : t('invoices.void.notPaid')}
                onClick={() => askToVoid(format, invoice)}
              >
                {t('invoices.void.short')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </>
  );
}

type InvoiceDrawersProps = { invoice: InvoiceDetail; open: InvoiceSearch['open']; onClose: () => void };

function InvoiceDrawers({ invoice, open, onClose }: InvoiceDrawersProps) {
  const can = useCan();
  const isOpen = invoice.status === 'open';
  return (
    <>
      <FormDrawer
        opened={open === 'payment' && isOpen && can('payment:record')}
        title={t('invoices.payment.title')}
        onClose={onClose}
      >
        <PaymentForm invoice={invoice} onDone={onClose} />
      </FormDrawer>
      <FormDrawer
        opened={open === 'edit' && invoice.status === 'draft' && can('invoice:write')}
        title={t('invoices.edit.title')}
        onClose={onClose}
      >
        <InvoiceEditForm invoice={invoice} onDone={onClose} />
      </FormDrawer>
    </>
  );
}

function InvoiceFacts({ invoice }: { invoice: InvoiceDetail }) {
  const format = useFormat();
  const { amountMinor, settledMinor, currency, issuedOn, description } = invoice;
  const { status, voidReason } = invoice;
  return (
    <Facts
      facts={[
        { label: t('invoices.page.amount'), value: <Money minor={amountMinor} currency={currency} /> },
        { label: t('invoices.page.settled'), value: <Money minor={settledMinor} currency={currency} /> },
        { label: t('invoices.page.rest'), value: <Money minor={restMinor(invoice)} currency={currency} /> },
        { label: t('invoices.page.issued'), value: issuedOn ? format.dayWithWeekday(issuedOn) : '–' },
        { label: t('invoices.page.due'), value: <DueDay invoice={invoice} hasWeekday /> },
        { label: t('invoices.page.description'), value: <span style={{ whiteSpace: 'pre-line' }}>{description}</span> },
        ...(status === 'void'
          ? [{ label: t('invoices.page.voidReason'), value: voidReason ?? t('invoices.page.noReason') }]
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
