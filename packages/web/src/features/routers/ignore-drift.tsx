import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { type Drift, ignoreDrift } from './queries.ts';

const dayMs = 86_400_000;
const spans = ['1', '7', '30', '90'] as const;

/** Asks until when a difference is left alone. */
export function askToIgnoreDrift(drift: Drift): void {
  let until = new Date(Date.now() + 7 * dayMs);
  confirmAct({
    title: t('routers.drift.ignore.title', { name: drift.name }),
    text: (
      <Until
        onChange={(next) => {
          until = next;
        }}
      />
    ),
    act: t('routers.drift.ignore.act'),
    run: async () => {
      await ignoreDrift(drift, until.toISOString());
      notifyDone(t('routers.drift.ignore.done', { name: drift.name }));
    },
  });
}

function Until({ onChange }: { onChange: (until: Date) => void }) {
  const format = useFormat();
  const [days, setDays] = useState<number>(7);
  const dayIn = (count: number) => new Date(Date.now() + count * dayMs).toISOString().slice(0, 10);
  const put = (count: number) => {
    setDays(count);
    onChange(new Date(Date.now() + count * dayMs));
  };
  return (
    <Stack gap="sm">
      <FilterChips
        label={t('routers.drift.ignore.until')}
        choices={spans.map((value) => ({ value, label: t('routers.drift.ignore.days', { count: Number(value) }) }))}
        value={String(days) as (typeof spans)[number]}
        onChange={(value) => put(Number(value))}
      />
      <DayInput
        label={t('routers.drift.ignore.until')}
        description={format.dayWithWeekday(dayIn(days))}
        min={dayIn(1)}
        max={dayIn(365)}
        value={dayIn(days)}
        onChange={(day) => {
          const count = Math.round((Date.parse(day) - Date.parse(dayIn(0))) / dayMs);
          if (count >= 1 && count <= 365) put(count);
        }}
      />
      <Text>{t('routers.drift.ignore.text')}</Text>
    </Stack>
  );
}
