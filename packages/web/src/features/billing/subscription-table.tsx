import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Query } from '../../lib/api.ts';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { SubscriptionBadge } from './subscription-badge.tsx';
import { type ListedSubscription, subscriptionList } from './subscription-queries.ts';
import { priceText } from './subscription-words.ts';

type SubscriptionTableProps = {
  query: Query<'GET /api/subscriptions'>;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function SubscriptionTable({ query, onPage, empty }: SubscriptionTableProps) {
  const format = useFormat();
  return (
    <DataTable
      label={t('subscriptions.list.title')}
      query={useQuery(subscriptionList(query))}
      columns={columnsOf(format)}
      phone={(subscription) => phoneRow(subscription, format)}
      rowId={({ id }) => id}
      rowName={({ customerName, planName }) => `${customerName}, ${planName}`}
      link={({ customerId }) =>
        linkOptions({ to: '/customers/$customerId', params: { customerId }, search: { tab: 'subscription' } })
      }
      empty={empty}
      page={{ after: query.after, onChange: onPage }}
    />
  );
}

function nextInvoice({ nextInvoiceOn }: ListedSubscription, format: Format): string {
  return nextInvoiceOn ? format.day(nextInvoiceOn) : '–';
}

function columnsOf(format: Format): Column<ListedSubscription>[] {
  return [
    {
      key: 'customer',
      head: t('subscriptions.list.customer'),
      cell: ({ customerName, accountName }) =>
        accountName ? <TwoLines first={customerName} second={accountName} /> : customerName,
    },
    { key: 'plan', head: t('subscriptions.form.plan'), cell: ({ planName }) => planName, width: 180 },
    {
      key: 'price',
      head: t('subscriptions.price'),
      cell: (subscription) => priceText(subscription, format),
      importance: 2,
    },
    {
      key: 'since',
      head: t('subscriptions.since'),
      cell: ({ startsOn }) => format.day(startsOn),
      width: 130,
      importance: 3,
    },
    {
      key: 'next',
      head: t('subscriptions.nextInvoice'),
      cell: (subscription) => nextInvoice(subscription, format),
      width: 140,
    },
    {
      key: 'state',
      head: t('subscriptions.list.state'),
      cell: (subscription) => <SubscriptionBadge subscription={subscription} />,
      width: 120,
    },
  ];
}

function phoneRow(subscription: ListedSubscription, format: Format): PhoneRow {
  return {
    title: subscription.customerName,
    aside: nextInvoice(subscription, format),
    line: subscription.planName,
    lineAside: <SubscriptionBadge subscription={subscription} />,
  };
}
