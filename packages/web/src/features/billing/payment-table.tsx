import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Query } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Money } from '../../ui/money.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { PaymentMenu } from './payment-acts.tsx';
import { type PaymentRow, paymentList } from './payment-queries.ts';

type PaymentTableProps = {
  query: Query<'GET /api/payments'>;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function PaymentTable({ query, onPage, empty }: PaymentTableProps) {
  const format = useFormat();
  const columns: Column<PaymentRow>[] = [
    { key: 'receipt', head: t('payments.columns.receipt'), cell: (payment) => payment.receiptNumber, width: 130 },
    { key: 'customer', head: t('payments.columns.customer'), cell: (payment) => payment.customerName },
    {
      key: 'amount',
      head: t('payments.columns.amount'),
      cell: (payment) => <Money minor={payment.amountMinor} currency={payment.currency} />,
      align: 'right',
      width: 150,
    },
    {
      key: 'credit',
      head: t('payments.columns.credit'),
      cell: (payment) => creditOf(payment),
      align: 'right',
      importance: 2,
      width: 140,
    },
    {
      key: 'method',
      head: t('payments.columns.method'),
      cell: (payment) => t(`invoices.payment.methods.${payment.method}`),
      importance: 2,
      width: 140,
    },
    { key: 'on', head: t('payments.columns.on'), cell: (payment) => format.day(payment.receivedOn), width: 130 },
    { key: 'by', head: t('payments.columns.by'), cell: (payment) => payment.recordedBy, importance: 3, width: 130 },
  ];
  return (
    <DataTable
      label={t('payments.title')}
      query={useQuery(paymentList(query))}
      columns={columns}
      phone={(payment) => ({
        title: payment.customerName,
        aside: <Money minor={payment.amountMinor} currency={payment.currency} />,
        line: `${payment.receiptNumber} · ${t(`invoices.payment.methods.${payment.method}`)}`,
        lineAside: payment.reversedAt ? t('payments.reversed') : format.day(payment.receivedOn),
      })}
      rowId={({ id }) => id}
      rowName={({ receiptNumber }) => receiptNumber}
      link={({ id: paymentId }) => linkOptions({ to: '/payments/$paymentId', params: { paymentId } })}
      menu={(payment) => <PaymentMenu payment={payment} />}
      empty={empty}
      page={{ after: query.after, onChange: onPage }}
    />
  );
}

function creditOf({ reversedAt, creditMinor, currency }: PaymentRow): ReactNode {
  if (reversedAt) return <StatusBadge tone="quiet">{t('payments.reversed')}</StatusBadge>;
  return creditMinor === '0' ? '' : <Money minor={creditMinor} currency={currency} />;
}
