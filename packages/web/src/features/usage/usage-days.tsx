import { Text } from '@mantine/core';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Bars } from '../../ui/bars.tsx';
import type { AccountUsage } from './queries.ts';

const shownDays = 30;

/** Thirty days side by side; a day on which nothing was used is one of them. */
export function UsageDays({ days }: Pick<AccountUsage, 'days'>) {
  const format = useFormat();
  if (days.length === 0) return null;
  const known = new Map(days.map((one) => [one.day, one]));
  const first = addDays(format.today(), 1 - shownDays);
  const bars = Array.from({ length: shownDays }, (_, at) => {
    const day = addDays(first, at);
    const { downBytes = '0', upBytes = '0' } = known.get(day) ?? {};
    const words = { day: format.day(day), down: format.bytes(downBytes), up: format.bytes(upBytes) };
    return { key: day, value: Number(downBytes) + Number(upBytes), exact: t('usage.dayWords', words) };
  });
  return (
    <figure style={{ margin: 0 }}>
      <Text component="figcaption" size="sm" c="dimmed" mb={4}>
        {t('usage.days')}
      </Text>
      <Bars label={t('usage.days')} bars={bars} />
    </figure>
  );
}
