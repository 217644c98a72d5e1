import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reply } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { moveToSoldPrice, planVersions } from './subscription-queries.ts';

type Version = Reply<'GET /api/plans/:planId/versions'>['items'][number];

/** Which prices a plan had, and who keeps which. */
export function PlanVersions({ planId, planName }: { planId: string; planName: string }) {
  const can = useCan();
  const format = useFormat();
  const { data, error, refetch } = useQuery(planVersions(planId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={64} />;
  const sold = data.items.find(({ isSold }) => isSold);
  const older = data.items.filter(({ isSold }) => !isSold);
  const count = older.reduce((sum, version) => sum + version.subscriptionCount, 0);
  const price = sold ? format.money(sold.priceMinor, sold.currency) : '';
  const ask = () =>
    confirmAct({
      title: t('subscriptions.versions.moveTitle', { plan: planName, price }),
      text: t('subscriptions.versions.moveText', { count }),
      act: t('subscriptions.versions.move'),
      run: async () => notifyDone(t('subscriptions.versions.moved', { count: await moveToSoldPrice(planId) })),
    });
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('subscriptions.versions.title')}</Text>
      {data.items.map((version) => (
        <VersionRow key={version.id} version={version} />
      ))}
      {count > 0 && can('plan:write') && (
        <Group>
          <Button size="compact-sm" variant="default" onClick={ask}>
            {t('subscriptions.versions.move')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function VersionRow({ version }: { version: Version }) {
  const format = useFormat();
  const { priceMinor, currency, periodUnit, periodCount, taxName, createdAt, isSold } = version;
  const { subscriptionCount: count, agreedCount, comingCount } = version;
  const price = format.money(priceMinor, currency);
  const words = [
    t('subscriptions.versions.has', { count, number: format.number(count) }),
    agreedCount > 0 && t('subscriptions.versions.agreed', { count: agreedCount }),
    comingCount > 0 && t('subscriptions.versions.coming', { count: comingCount }),
  ].filter(Boolean);
  return (
    <div>
      <Text>
        {t(`subscriptions.priceOf_${periodUnit}`, { price, count: periodCount })}
        {taxName && `, ${taxName}`}
        {` · ${isSold ? t('subscriptions.versions.sold') : format.day(createdAt.slice(0, 10))}`}
      </Text>
      <Text c="dimmed" size="sm">
        {words.join(' · ')}
      </Text>
    </div>
  );
}
