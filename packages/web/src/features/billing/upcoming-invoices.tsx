import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reply } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Money } from '../../ui/money.tsx';
import { Panel } from '../../ui/panel.tsx';
import { creditOf, upcomingInvoicesOf } from './subscription-queries.ts';

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

type RowsProps = { invoices: readonly (Omit<Upcoming, 'subscriptionId'> & { subscriptionId?: string })[] };

export function UpcomingRows({ invoices }: RowsProps) {
  const format = useFormat();
  return (
    <Stack gap="sm">
      {invoices.map(({ subscriptionId, issueOn, dueOn, startsOn, endsOn, planName, amountMinor, currency }) => (
        <Group key={`${subscriptionId} ${startsOn}`} justify="space-between" align="start" wrap="nowrap">
          <div>
            <Text>{t('subscriptions.upcomingRow', { plan: planName, days: format.days(startsOn, endsOn) })}</Text>
            <Text c="dimmed" size="sm">
              {t('subscriptions.upcomingDue', { issue: format.day(issueOn), due: format.day(dueOn) })}
            </Text>
          </div>
          <Money minor={amountMinor} currency={currency} />
        </Group>
      ))}
    </Stack>
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
