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
  return (
    <DataTable
      label={t('invoices.title')}
      query={useQuery(invoiceList(query))}
      columns={useInvoiceColumns()}
      phone={useInvoicePhoneRow()}
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

function useInvoicePhoneRow(): (invoice: Invoice) => PhoneRow {
  return (invoice) => ({
    title: invoice.customerName,
    aside: <Money minor={invoice.amountMinor} currency={invoice.currency} />,
    line: (
      <>
        {nameOfInvoice(invoice)} · <DueDay invoice={invoice} isShort />
      </>
    ),
    lineAside: <InvoiceBadge invoice={invoice} />,
  });
}
