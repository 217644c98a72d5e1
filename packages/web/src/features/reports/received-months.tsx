import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan, useFormat, useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Bars } from '../../ui/bars.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type Dashboard, type ReceivedMonth, receivedMonths } from './queries.ts';

/** Twelve months of money. This month is the one of the figures above, which are read again with every payment. */
export function ReceivedMonths({ dashboard }: { dashboard: Dashboard | undefined }) {
  const { data, error, refetch } = useQuery(receivedMonths);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data || !dashboard) return <Skeleton height={220} radius="md" />;
  const months = data.items.map((month, at) =>
    at === data.items.length - 1 ? { ...month, receivedMinor: dashboard.money.receivedThisMonthMinor } : month,
  );
  return <MonthBars months={months} currency={data.currency} />;
}

function MonthBars({ months, currency }: { months: readonly ReceivedMonth[]; currency: string }) {
  const format = useFormat();
  const can = useCan();
  const isLimited = useIsLimited();
  const total = months.reduce((sum, { receivedMinor }) => sum + BigInt(receivedMinor), 0n);
  if (total === 0n) return null;
  const title = t('home.months.title', { amount: format.money(total.toString(), currency) });
  const bars = months.map(({ month, receivedMinor }) => ({
    key: month,
    label: format.monthName(month),
    value: Number(receivedMinor),
    shown: format.roundMoney(receivedMinor, currency),
    exact: `${format.month(month)}: ${format.money(receivedMinor, currency)}`,
  }));
  return (
    <Panel
      title={title}
      acts={
        can('books:read') &&
        !isLimited && (
          <Anchor component={Link} to="/books">
            {t('home.months.books')}
          </Anchor>
        )
      }
    >
      <Bars label={title} bars={bars} />
    </Panel>
  );
}
