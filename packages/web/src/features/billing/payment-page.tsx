import { ActionIcon, Alert, Anchor, Button, Menu, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from '../../ui/columns.module.css';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { CustomerLink } from './customer-link.tsx';
import { PaymentMenu, receiptUrl } from './payment-acts.tsx';
import { type PaymentDetail, paymentById, refundPayment } from './payment-queries.ts';
import { RefundForm } from './refund-form.tsx';

export type PaymentSearch = { open?: 'refund' };

type PaymentPageProps = {
  paymentId: string;
  search: PaymentSearch;
  onSearch: (change: Partial<PaymentSearch>) => void;
};

export function PaymentPage({ paymentId, search, onSearch }: PaymentPageProps) {
  const can = useCan();
  const { data: payment, error, refetch } = useQuery(paymentById(paymentId));
  const retry = () => void refetch();
  if (error && !payment) {
    return (
      <>
        <PageHead title={t('payments.title')} />
        <ErrorState error={error} onRetry={error instanceof ApiError && error.status === 404 ? undefined : retry} />
      </>
    );
  }
  if (!payment) return <Skeleton height={420} aria-busy="true" />;
  const close = () => onSearch({ open: undefined });
  const mayRefund = can('invoice:write') && refundableMinor(payment) > 0n;
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <PageHead
        title={payment.receiptNumber}
        badge={payment.reversedAt && <StatusBadge tone="attention">{t('payments.reversed')}</StatusBadge>}
        about={<CustomerLink customerId={payment.customerId} name={payment.customerName} />}
      >
        <Button component="a" variant="default" href={receiptUrl(payment)} target="_blank">
          {t('payments.page.print')}
        </Button>
        {mayRefund && (
          <Button variant="default" onClick={() => onSearch({ open: 'refund' })}>
            {t('payments.refund')}
          </Button>
        )}
        <Menu>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('invoices.page.more')}>
              <Icon name="dots" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <PaymentMenu payment={payment} />
          </Menu.Dropdown>
        </Menu>
      </PageHead>
      {payment.reversedAt && (
        <Alert mb="md" color="orange" icon={<Icon name="rotate-clockwise" />}>
          {t('payments.page.reversed', { name: payment.reversedBy ?? '', reason: payment.reverseReason ?? '' })}
        </Alert>
      )}
      <PaymentPanels payment={payment} />
      <FormDrawer
        opened={search.open === 'refund' && mayRefund}
        title={t('payments.refundTitle', { number: payment.receiptNumber })}
        onClose={close}
      >
        <PaymentRefund payment={payment} onDone={close} />
      </FormDrawer>
    </>
  );
}

function PaymentPanels({ payment }: { payment: PaymentDetail }) {
  const can = useCan();
  return (
    <div className={classes.columns}>
      <div className={classes.stack}>
        <Panel title={t('payments.page.facts')}>
          <PaymentFacts payment={payment} />
        </Panel>
        <Panel title={t('payments.page.settled')}>
          <Settled payment={payment} />
        </Panel>
      </div>
      <div className={classes.stack}>
        {payment.refunds.length > 0 && (
          <Panel title={t('payments.page.backTitle')}>
            <Refunds payment={payment} />
          </Panel>
        )}
        {can('audit:read') && (
          <Panel title={t('payments.page.history')}>
            <AuditTimeline about={payment.id} />
          </Panel>
        )}
      </div>
    </div>
  );
}

function refundableMinor({ amountMinor, refundedMinor, reversedAt }: PaymentDetail): bigint {
  return reversedAt ? 0n : BigInt(amountMinor) - BigInt(refundedMinor);
}

function PaymentFacts({ payment }: { payment: PaymentDetail }) {
  const format = useFormat();
  const { amountMinor, currency, method, note, receivedOn, recordedBy, recordedAt, provider, providerRef } = payment;
  return (
    <Facts
      facts={[
        { label: t('payments.page.amount'), value: <Money minor={amountMinor} currency={currency} /> },
        { label: t('payments.page.method'), value: t(`invoices.payment.methods.${method}`) },
        { label: t('payments.page.on'), value: format.dayWithWeekday(receivedOn) },
        {
          label: t('payments.page.by'),
          value: <span title={format.exactTime(recordedAt)}>{`${recordedBy}, ${format.dateTime(recordedAt)}`}</span>,
        },
        ...(providerRef ? [{ label: t('payments.page.reference'), value: `${provider} ${providerRef}` }] : []),
        ...(note ? [{ label: t('payments.page.note'), value: note }] : []),
      ]}
    />
  );
}

function Settled({ payment: { allocations, creditMinor, currency } }: { payment: PaymentDetail }) {
  const hasCredit = creditMinor !== '0';
  if (allocations.length === 0 && !hasCredit) return <Text c="dimmed">{t('payments.page.settledNothing')}</Text>;
  return (
    <Facts
      facts={[
        ...allocations.map(({ invoiceId, number, amountMinor }) => ({
          label: number,
          value: (
            <Anchor renderRoot={(props) => <Link {...props} to="/invoices/$invoiceId" params={{ invoiceId }} />}>
              <Money minor={amountMinor} currency={currency} />
            </Anchor>
          ),
        })),
        ...(hasCredit
          ? [{ label: t('payments.page.credit'), value: <Money minor={creditMinor} currency={currency} /> }]
          : []),
      ]}
    />
  );
}

function Refunds({ payment: { refunds, currency } }: { payment: PaymentDetail }) {
  const format = useFormat();
  return (
    <Facts
      facts={refunds.map(({ amountMinor, method, reason, refundedOn, recordedBy }) => ({
        label: t('payments.page.back', {
          day: format.day(refundedOn),
          method: t(`invoices.payment.methods.${method}`),
          name: recordedBy,
        }),
        value: `${format.money(amountMinor, currency)} · ${reason}`,
      }))}
    />
  );
}

function PaymentRefund({ payment, onDone }: { payment: PaymentDetail; onDone: () => void }) {
  const format = useFormat();
  const { creditMinor, currency } = payment;
  const mostMinor = refundableMinor(payment).toString();
  const reopened = (amountMinor: bigint) => amountMinor - BigInt(creditMinor);
  return (
    <RefundForm
      currency={currency}
      mostMinor={mostMinor}
      initialMinor={creditMinor === '0' ? mostMinor : creditMinor}
      about={(amountMinor) =>
        reopened(amountMinor) > 0n
          ? t('payments.refundReopens', { amount: format.money(reopened(amountMinor).toString(), currency) })
          : t('payments.refundHelp')
      }
      refund={(refund) => refundPayment(payment.id, refund)}
      onDone={onDone}
    />
  );
}
