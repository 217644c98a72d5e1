import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { BooksBar } from './books-bar.tsx';
import { type BooksProps, type Journal, journalList } from './books-queries.ts';

const events = [
  'invoice',
  'payment',
  'credit_note',
  'refund',
  'allocation',
  'recognition',
  'payment_reversal',
  'invoice_void',
  'write_off',
  'voucher_sale',
  'voucher_refund',
  'voucher_redeemed',
  'voucher_expired',
  'shift_opened',
  'shift_closed',
  'cash_movement',
  'hand_over',
  'hand_over_received',
] as const;

export function BooksJournal({ search, onSearch }: BooksProps) {
  const format = useFormat();
  const { kind, accountId, from, to, after } = search;
  const filter = { kind, accountId, search: search.search, from, to };
  const narrow = (change: typeof filter) => onSearch({ ...change, after: undefined });
  const event = (journal: Journal) => wordOr('books.events', journal.kind);
  const columns: Column<Journal>[] = [
    {
      key: 'event',
      head: t('books.columns.event'),
      cell: (journal) => [event(journal), journal.reference].filter((part) => part !== null).join(' '),
      width: 250,
    },
    { key: 'day', head: t('books.columns.day'), cell: ({ postedOn }) => format.day(postedOn), width: 130 },
    {
      key: 'booking',
      head: t('books.columns.booking'),
      cell: (journal) => <Bookings journal={journal} />,
      importance: 2,
    },
    {
      key: 'amount',
      head: t('books.columns.amount'),
      cell: (journal) => <Amounts journal={journal} />,
      align: 'right',
      width: 150,
    },
  ];
  return (
    <>
      <BooksBar file="journals" query={filter}>
        <SearchBox
          label={t('books.journal.search')}
          value={search.search}
          onChange={(text) => narrow({ ...filter, search: text })}
        />
        <Select
          aria-label={t('books.journal.event')}
          placeholder={t('books.journal.everything')}
          w={170}
          clearable
          data={events.map((value) => ({ value, label: t(`books.events.${value}`) }))}
          value={events.find((value) => value === kind) ?? null}
          onChange={(next) => narrow({ ...filter, kind: next ?? undefined })}
        />
        <DayInput
          aria-label={t('books.journal.from')}
          w={150}
          value={from ?? ''}
          max={to}
          onChange={(day) => narrow({ ...filter, from: day || undefined })}
        />
        <DayInput
          aria-label={t('books.journal.to')}
          w={150}
          value={to ?? ''}
          min={from}
          onChange={(day) => narrow({ ...filter, to: day || undefined })}
        />
        {accountId && (
          <Button
            variant="default"
            leftSection={<Icon name="x" size={16} />}
            onClick={() => narrow({ ...filter, accountId: undefined })}
          >
            {t('books.journal.ofAccount')}
          </Button>
        )}
      </BooksBar>
      <DataTable
        label={t('books.tabs.journal')}
        query={useQuery(journalList({ ...filter, after }))}
        columns={columns}
        phone={(journal) => ({
          title: event(journal),
          aside: <Money minor={journal.amountMinor} currency={journal.currency} />,
          line: journal.reference ?? sidesOf(journal.postings[0]),
          lineAside: format.day(journal.postedOn),
        })}
        rowId={({ id }) => id}
        rowName={event}
        link={sourceOf}
        empty={<EmptyState icon="search" title={t('books.journal.empty')} text={t('books.journal.emptyText')} />}
        page={{ after, onChange: (next) => onSearch({ after: next }) }}
      />
    </>
  );
}

type Posting = Journal['postings'][number];

/** The document behind a booking. */
function sourceOf({ source }: Journal) {
  if (source?.kind === 'invoice') return linkOptions({ to: '/invoices/$invoiceId', params: { invoiceId: source.id } });
  if (source?.kind === 'payment') return linkOptions({ to: '/payments/$paymentId', params: { paymentId: source.id } });
  if (source?.kind === 'customer')
    return linkOptions({ to: '/customers/$customerId', params: { customerId: source.id } });
  return undefined;
}

function nameOf({ kind, customerName }: Posting['debit']): string {
  return customerName === null ? t(`books.kinds.${kind}`) : `${t(`books.kinds.${kind}`)} (${customerName})`;
}

function sidesOf(posting: Posting | undefined): string {
  return posting ? t('books.journal.sides', { debit: nameOf(posting.debit), credit: nameOf(posting.credit) }) : '';
}

// More are on the document itself.
const shown = 4;

function Bookings({ journal: { postings } }: { journal: Journal }) {
  return (
    <>
      {postings.slice(0, shown).map((posting, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
        <div key={index}>{sidesOf(posting)}</div>
      ))}
      {postings.length > shown && <div>{t('books.journal.more', { count: postings.length - shown })}</div>}
    </>
  );
}

function Amounts({ journal: { postings, currency } }: { journal: Journal }) {
  return postings.slice(0, shown).map(({ amountMinor }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a journal never changes.
    <div key={index}>
      <Money minor={amountMinor} currency={currency} />
    </div>
  ));
}
