import { Anchor, Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Money } from '../../ui/money.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DueDay } from '../billing/invoice-state.tsx';
import { nameOfInvoice, restMinor } from '../billing/invoice-words.ts';
import { PaymentForm } from '../billing/payment-form.tsx';
import { type Invoice, invoiceById, invoiceList } from '../billing/queries.ts';
import { Balance } from './balance.tsx';
import classes from './customer-money.module.css';
import type { Customer } from './queries.ts';

/** What a customer has not paid yet. Nobody has more open invoices than one page of the server holds. */
const openInvoices = (customerId: string) => invoiceList({ customerId, status: 'open', limit: 200 });

/** Oldest due date first: what is late is paid first. */
export function useOpenInvoices(customerId: string) {
  const can = useCan();
  const query = useQuery({ ...openInvoices(customerId), enabled: can('invoice:read') });
  const invoices = query.data?.items.toSorted((a, b) => a.dueOn.localeCompare(b.dueOn));
  return { ...query, invoices };
}

type MoneyPanelProps = {
  customer: Customer;
  onPay: (invoiceId: string) => void;
  onIssue: () => void;
};

export function MoneyPanel({ customer, onPay, onIssue }: MoneyPanelProps) {
  const can = useCan();
  const { balanceMinor, overdueMinor, currency } = customer;
  return (
    <Panel
      title={t('customers.money.title')}
      acts={
        can('invoice:write') &&
        !customer.removedAt && (
          <Button size="compact-sm" variant="default" onClick={onIssue}>
            {t('customers.newInvoice')}
          </Button>
        )
      }
    >
      <Facts
        facts={[
          {
            label: t('customers.money.balance'),
            value: <Balance balanceMinor={balanceMinor} overdueMinor="0" currency={currency} />,
          },
          {
            label: t('customers.money.overdue'),
            value: <Balance balanceMinor={overdueMinor} overdueMinor={overdueMinor} currency={currency} />,
          },
        ]}
      />
      {can('invoice:read') && <OpenInvoices customerId={customer.id} onPay={onPay} />}
    </Panel>
  );
}

// Who owes more than these has them all on the tab of invoices.
const shownInvoices = 5;

function OpenInvoices({ customerId, onPay }: { customerId: string; onPay: (invoiceId: string) => void }) {
  const { invoices, error, refetch } = useOpenInvoices(customerId);
  if (error && !invoices) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!invoices) return <Skeleton height={44} mt={8} />;
  if (invoices.length === 0) {
    return (
      <Text c="dimmed" mt="xs">
        {t('customers.money.allPaid')}
      </Text>
    );
  }
  const hidden = invoices.length - shownInvoices;
  return (
    <>
      <ul className={classes.invoices} aria-label={t('customers.money.open')}>
        {invoices.slice(0, shownInvoices).map((invoice) => (
          <li key={invoice.id}>
            <OpenInvoice invoice={invoice} onPay={onPay} />
          </li>
        ))}
      </ul>
      {hidden > 0 && <Text c="dimmed">{t('customers.money.more', { count: hidden })}</Text>}
    </>
  );
}

function OpenInvoice({ invoice, onPay }: { invoice: Invoice; onPay: (invoiceId: string) => void }) {
  const can = useCan();
  return (
    <div className={classes.invoice}>
      <div className={classes.text}>
        <Anchor
          renderRoot={(props) => <Link {...props} to="/invoices/$invoiceId" params={{ invoiceId: invoice.id }} />}
        >
          {nameOfInvoice(invoice)}
        </Anchor>
        <div className={classes.due}>
          <DueDay invoice={invoice} />
        </div>
      </div>
      <Money minor={restMinor(invoice)} currency={invoice.currency} />
      {can('payment:record') && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('customers.money.payNamed', { number: nameOfInvoice(invoice) })}
          onClick={() => onPay(invoice.id)}
        >
          {t('customers.money.pay')}
        </Button>
      )}
    </div>
  );
}

type PaymentDrawerProps = { invoiceId: string | undefined; onClose: () => void };

export function PaymentDrawer({ invoiceId, onClose }: PaymentDrawerProps) {
  const can = useCan();
  const isOpen = invoiceId !== undefined && can('payment:record');
  return (
    <FormDrawer opened={isOpen} title={t('customers.takePayment')} onClose={onClose}>
      {invoiceId && <Payment invoiceId={invoiceId} onDone={onClose} />}
    </FormDrawer>
  );
}

function Payment({ invoiceId, onDone }: { invoiceId: string; onDone: () => void }) {
  const { data, error, refetch } = useQuery(invoiceById(invoiceId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return data ? <PaymentForm invoice={data} onDone={onDone} /> : <Skeleton height={240} />;
}
