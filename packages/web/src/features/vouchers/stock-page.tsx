import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { BatchDetail } from './batch-detail.tsx';
import { BatchForm } from './batch-form.tsx';
import { type Batch, batchList } from './queries.ts';

export type StockSearch = { after?: string; open?: string };
type StockPageProps = { search: StockSearch; onSearch: (change: Partial<StockSearch>) => void };

/** Codes on paper: batches, and what became of them. */
export function StockPage({ search, onSearch }: StockPageProps) {
  const can = useCan();
  const query = useQuery(batchList({ after: search.after }));
  const isNew = search.open === 'new';
  const close = () => onSearch({ open: undefined });
  const addButton = can('voucher:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('stock.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('stock.title')} about={t('stock.about')}>
        {addButton}
      </PageHead>
      <DataTable
        label={t('stock.title')}
        query={query}
        columns={useBatchColumns()}
        phone={useBatchPhoneRow()}
        rowId={({ id }) => id}
        rowName={({ packageName }) => packageName}
        link={({ id }) => linkOptions({ to: '/stock', search: { ...search, open: id } })}
        empty={
          <EmptyState icon="list-details" title={t('stock.empty.title')} text={t('stock.empty.text')}>
            {addButton}
          </EmptyState>
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <FormDrawer
        opened={search.open !== undefined}
        title={t(isNew ? 'stock.form.title' : 'stock.detail.title')}
        onClose={close}
      >
        {isNew ? (
          <BatchForm onDone={(id) => onSearch({ open: id })} />
        ) : (
          search.open && <BatchDetail batchId={search.open} />
        )}
      </FormDrawer>
    </>
  );
}

function useBatchColumns(): Column<Batch>[] {
  const format = useFormat();
  return [
    {
      key: 'package',
      head: t('stock.columns.package'),
      cell: ({ packageName, priceMinor, currency }) => `${packageName} · ${format.money(priceMinor, currency)}`,
    },
    {
      key: 'made',
      head: t('stock.columns.made'),
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      width: 128,
    },
    {
      key: 'place',
      head: t('stock.columns.place'),
      cell: ({ locationName }) => locationName ?? t('stock.everywhere'),
      width: 176,
    },
    { key: 'left', head: t('stock.columns.left'), cell: leftOf, align: 'right', width: 128 },
    { key: 'sold', head: t('stock.columns.sold'), cell: ({ soldCount }) => soldCount, align: 'right', width: 88 },
    { key: 'ended', head: t('stock.columns.ended'), cell: ({ voidCount }) => voidCount, align: 'right', width: 88 },
    { key: 'state', head: t('stock.columns.state'), cell: (batch) => <BatchState batch={batch} />, width: 120 },
  ];
}

function useBatchPhoneRow(): (batch: Batch) => PhoneRow {
  const format = useFormat();
  return (batch) => ({
    title: `${batch.packageName} · ${format.money(batch.priceMinor, batch.currency)}`,
    aside: <BatchState batch={batch} />,
    line: batch.locationName ?? t('stock.everywhere'),
    lineAside: leftOf(batch),
  });
}

function leftOf({ leftCount, quantity }: Batch): string {
  return t('stock.of', { count: leftCount, total: quantity });
}

function BatchState({ batch: { isLost, leftCount, printCount } }: { batch: Batch }) {
  if (isLost) return <StatusBadge tone="broken">{t('stock.states.lost')}</StatusBadge>;
  if (leftCount === 0) return <StatusBadge tone="quiet">{t('stock.states.soldOut')}</StatusBadge>;
  if (printCount === 0) return <StatusBadge tone="attention">{t('stock.states.fresh')}</StatusBadge>;
  return <StatusBadge tone="fine">{t('stock.states.printed')}</StatusBadge>;
}
