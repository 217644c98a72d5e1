import { Drawer, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { CodeText } from './code-text.tsx';
import { type Voucher, voucherById, voucherList } from './queries.ts';
import { stateOf } from './voucher-words.ts';

export const tokenStates = ['all', 'sold', 'redeemed', 'pending', 'expired', 'void'] as const;
type State = (typeof tokenStates)[number];

export type TokensSearch = { search?: string; state?: Exclude<State, 'all'>; after?: string; open?: string };
type TokensPageProps = { search: TokensSearch; onSearch: (change: Partial<TokensSearch>) => void };

export function TokensPage({ search, onSearch }: TokensPageProps) {
  const state = search.state ?? 'all';
  const query = useQuery(voucherList({ state, search: search.search, after: search.after }));
  const empty = search.search ? 'nothing' : 'empty';
  return (
    <>
      <PageHead title={t('vouchers.tokens.title')} about={t('vouchers.tokens.about')} />
      <Toolbar>
        <SearchBox
          label={t('vouchers.tokens.search')}
          value={search.search}
          onChange={(words) => onSearch({ search: words, after: undefined })}
        />
        <FilterChips
          label={t('vouchers.tokens.columns.state')}
          choices={tokenStates.map((value) => ({ value, label: t(`vouchers.tokens.filters.${value}`) }))}
          value={state}
          onChange={(next) => onSearch({ state: next === 'all' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('vouchers.tokens.title')}
        query={query}
        columns={useTokenColumns()}
        phone={useTokenPhoneRow()}
        rowId={({ id }) => id}
        rowName={({ code }) => code}
        link={({ id }) => linkOptions({ to: '/tokens', search: { ...search, open: id } })}
        empty={
          <EmptyState
            icon="wifi"
            title={t(`vouchers.tokens.${empty}.title`)}
            text={t(`vouchers.tokens.${empty}.text`)}
          />
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <TokenDrawer voucherId={search.open} onClose={() => onSearch({ open: undefined })} />
    </>
  );
}

function useTokenColumns(): Column<Voucher>[] {
  const format = useFormat();
  const head = (name: 'code' | 'package' | 'price' | 'seller' | 'sold' | 'place' | 'used' | 'state') =>
    t(`vouchers.tokens.columns.${name}`);
  return [
    { key: 'code', head: head('code'), cell: ({ code }) => <code>{code}</code>, width: 176 },
    { key: 'package', head: head('package'), cell: ({ packageName }) => packageName },
    {
      key: 'price',
      head: head('price'),
      cell: ({ priceMinor, currency }) => format.money(priceMinor, currency),
      align: 'right',
      width: 112,
      importance: 2,
    },
    { key: 'seller', head: head('seller'), cell: ({ sellerName }) => sellerName, width: 144 },
    {
      key: 'sold',
      head: head('sold'),
      cell: ({ soldAt }) => soldAt && <RelativeTime at={soldAt} />,
      width: 128,
    },
    { key: 'place', head: head('place'), cell: ({ routerLabel }) => routerLabel, width: 160, importance: 3 },
    { key: 'used', head: head('used'), cell: (voucher) => usedOf(format, voucher), width: 144, importance: 2 },
    { key: 'state', head: head('state'), cell: (voucher) => <TokenState voucher={voucher} />, width: 152 },
  ];
}

function useTokenPhoneRow(): (voucher: Voucher) => PhoneRow {
  const format = useFormat();
  return (voucher) => ({
    title: <code>{voucher.code}</code>,
    aside: <TokenState voucher={voucher} />,
    line: `${voucher.packageName} · ${voucher.sellerName ?? ''}`,
    lineAside: format.money(voucher.priceMinor, voucher.currency),
  });
}

function usedOf(format: ReturnType<typeof useFormat>, { usedSeconds, usedBytes }: Voucher): string {
  if (usedSeconds === 0 && usedBytes === '0') return t('vouchers.tokens.detail.never');
  return `${format.duration(usedSeconds)} · ${format.bytes(usedBytes)}`;
}

function TokenState({ voucher }: { voucher: Voucher }) {
  const { word, tone } = stateOf(voucher);
  return <StatusBadge tone={tone}>{word}</StatusBadge>;
}

function TokenDrawer({ voucherId, onClose }: { voucherId: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={voucherId !== undefined}
      onClose={onClose}
      title={t('vouchers.tokens.life')}
      size={480}
      styles={{ title: { fontWeight: 600 } }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {voucherId && <TokenLife voucherId={voucherId} />}
    </Drawer>
  );
}

function TokenLife({ voucherId }: { voucherId: string }) {
  const format = useFormat();
  const { data, error, refetch } = useQuery(voucherById(voucherId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} />;
  const detail = (name: 'used' | 'expires' | 'phone' | 'printed') => t(`vouchers.tokens.detail.${name}`);
  return (
    <Stack gap="lg">
      <CodeText code={data.code} />
      <Facts
        facts={[
          { label: t('vouchers.tokens.columns.state'), value: <TokenState voucher={data} /> },
          {
            label: t('vouchers.tokens.columns.package'),
            value: `${data.packageName} · ${format.money(data.priceMinor, data.currency)}`,
          },
          { label: t('vouchers.tokens.columns.seller'), value: data.sellerName ?? '–' },
          { label: t('vouchers.tokens.columns.place'), value: data.routerLabel ?? '–' },
          { label: detail('used'), value: usedOf(format, data) },
          {
            label: detail('expires'),
            value: data.expiresAt ? format.dateTime(data.expiresAt) : t('vouchers.packages.always'),
          },
          { label: detail('phone'), value: data.customerPhone ?? '–' },
          {
            label: detail('printed'),
            value:
              data.printCount === 0
                ? t('vouchers.tokens.detail.never')
                : t('vouchers.print.count', { count: data.printCount }),
          },
        ]}
      />
      {data.devices.length > 0 && (
        <Facts
          facts={data.devices.map(({ mac, routerLabel, firstSeenAt }) => ({
            label: mac,
            value: `${routerLabel} · ${format.dateTime(firstSeenAt)}`,
          }))}
        />
      )}
      <Timeline
        label={t('vouchers.tokens.life')}
        entries={data.events.toReversed().map((event, place) => ({
          id: `${place}`,
          at: event.at,
          title: wordOr('vouchers.tokens.events', event.kind),
          by: event.byName,
        }))}
      />
    </Stack>
  );
}
