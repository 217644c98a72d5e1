import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Query } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { Money } from '../../ui/money.tsx';
import { DueDay, InvoiceBadge } from './invoice-state.tsx';
import { nameOfInvoice, restMinor } from './invoice-words.ts';
import { type Invoice, invoiceList } from './queries.ts';

type InvoiceTableProps = {
  query: Query<'GET /api/invoices'>;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function InvoiceTable({ query, onPage, empty }: InvoiceTableProps) {
  // On a customer's own page his name in each line would say nothing.
  const isOfOne = query.customerId !== undefined;
  return (
    <DataTable
      label={t('invoices.title')}
      query={useQuery(invoiceList(query))}
      columns={useInvoiceColumns().filter(({ key }) => key !== 'customer' || !isOfOne)}
      phone={(invoice) => phoneRow(invoice, isOfOne)}
      rowId={(invoice) => invoice.id}
      rowName={nameOfInvoice}
      link={(invoice) => linkOptions({ to: '/invoices/$invoiceId', params: { invoiceId: invoice.id } })}
      empty={empty}
      page={{ after: query.after, onChange: onPage }}
    />
  );
}

function useInvoiceColumns(): Column<Invoice>[] {
  const format = useFormat();
  return [
    { key: 'number', head: t('invoices.columns.number'), cell: nameOfInvoice, width: 168 },
    { key: 'customer', head: t('invoices.columns.customer'), cell: (invoice) => invoice.customerName },
    {
      key: 'issued',
      head: t('invoices.columns.issued'),
      cell: (invoice) => (invoice.issuedOn ? format.day(invoice.issuedOn) : '–'),
      width: 124,
      importance: 3,
    },
    { key: 'due', head: t('invoices.columns.due'), cell: (invoice) => <DueDay invoice={invoice} />, width: 216 },
    {
      key: 'amount',
      head: t('invoices.columns.amount'),
      cell: (invoice) => format.money(invoice.amountMinor, invoice.currency),
      align: 'right',
      width: 144,
    },
    {
      key: 'rest',
      head: t('invoices.columns.rest'),
      cell: (invoice) => (restMinor(invoice) === '0' ? '–' : format.money(restMinor(invoice), invoice.currency)),
      align: 'right',
      width: 144,
      importance: 2,
    },
    {
      key: 'state',
      head: t('invoices.columns.state'),
      cell: (invoice) => <InvoiceBadge invoice={invoice} />,
      width: 116,
    },
  ];
}

function phoneRow(invoice: Invoice, isOfOne: boolean): PhoneRow {
  const due = <DueDay invoice={invoice} isShort />;
  return {
    title: isOfOne ? nameOfInvoice(invoice) : invoice.customerName,
    aside: <Money minor={invoice.amountMinor} currency={invoice.currency} />,
    line: isOfOne ? (
      due
    ) : (
      <>
        {nameOfInvoice(invoice)} · {due}
      </>
    ),
    lineAside: <InvoiceBadge invoice={invoice} />,
  };
}
