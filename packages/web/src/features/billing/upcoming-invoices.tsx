import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reply } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { creditOf } from './payment-queries.ts';
import { upcomingInvoicesOf } from './subscription-queries.ts';
import { UpcomingRows } from './upcoming-rows.tsx';

type Upcoming = Reply<'GET /api/customers/:customerId/upcoming-invoices'>['items'][number];

/** What comes by itself, and whether the customer's credit pays it. */
export function UpcomingInvoices({ customerId }: { customerId: string }) {
  const { data, error, refetch } = useQuery(upcomingInvoicesOf(customerId));
  const [next] = data?.items ?? [];
  return (
    <Panel title={t('subscriptions.upcoming')}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data && !next && <Text c="dimmed">{t('subscriptions.upcomingNone')}</Text>}
      {next && (
        <Wallet
          customerId={customerId}
          next={next}
          days={data?.creditDays.find(({ currency }) => currency === next.currency)?.days ?? 0}
        />
      )}
      <UpcomingRows invoices={data?.items ?? []} />
    </Panel>
  );
}

/** Credit pays an invoice on the day it is issued: enough of it renews the service by itself. */
function Wallet({ customerId, next, days }: { customerId: string; next: Upcoming; days: number }) {
  const format = useFormat();
  const { data } = useQuery(creditOf(customerId));
  if (!data) return <Skeleton height={22} mb="sm" />;
  const creditMinor = data.credits.find(({ currency }) => currency === next.currency)?.amountMinor ?? '0';
  const missing = BigInt(next.amountMinor) - BigInt(creditMinor);
  const words = {
    credit: format.money(creditMinor, next.currency),
    missing: format.money(missing.toString(), next.currency),
    day: format.dayWithWeekday(next.dueOn),
  };
  const state = missing <= 0n ? 'enough' : creditMinor === '0' ? 'none' : 'missing';
  return (
    <Text mb="sm" fw={500} style={state === 'enough' ? { color: 'var(--tone-fine)' } : undefined}>
      {t(`subscriptions.wallet.${state}`, words)} {days > 0 && t('subscriptions.wallet.lasts', { count: days })}
    </Text>
  );
}
