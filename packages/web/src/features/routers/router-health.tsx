import { SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { type HealthWindow, healthHistory } from './queries.ts';
import classes from './router-health.module.css';

const figures = [
  { key: 'activeCount', unit: 'count', most: undefined },
  { key: 'cpuLoadPercent', unit: 'percent', most: 100 },
  { key: 'memoryUsedPercent', unit: 'percent', most: 100 },
  { key: 'temperatureCelsius', unit: 'degrees', most: undefined },
  { key: 'latencyMs', unit: 'ms', most: undefined },
  { key: 'onlinePercent', unit: 'percent', most: 100 },
] as const;

const windows = ['day', 'week', 'quarter'] as const;

/** How the router was: small pictures, each with the latest and the highest figure. */
export function RouterHealth({ routerId }: { routerId: string }) {
  const [window, setWindow] = useState<HealthWindow>('day');
  const { number } = useFormat();
  const { data, error, refetch } = useQuery(healthHistory(routerId, window));
  return (
    <Panel
      title={t('routers.health.title')}
      acts={
        <SegmentedControl
          size="xs"
          value={window ?? 'day'}
          onChange={(next) => setWindow(next as HealthWindow)}
          data={windows.map((value) => ({ value, label: t(`routers.health.windows.${value}`) }))}
        />
      }
    >
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      <div className={classes.figures} aria-busy={!data && !error}>
        {data &&
          figures.map(({ key, unit, most }) => {
            const points = data.points.map((point) => ({ at: Date.parse(point.at), value: point[key] }));
            const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
            const word = (value: number | undefined) =>
              value === undefined ? '–' : t(`routers.health.units.${unit}`, { value: number(Math.round(value)) });
            const title = t(`routers.health.figures.${key}`);
            const highest = known.length > 0 ? Math.max(...known) : undefined;
            return (
              <div key={key} className={classes.figure}>
                <div className={classes.head}>
                  <Text size="sm">{title}</Text>
                  <Text fw={600}>{word(known.at(-1))}</Text>
                </div>
                <Sparkline
                  label={t('routers.health.picture', { title, latest: word(known.at(-1)), highest: word(highest) })}
                  points={points}
                  from={Date.parse(data.since)}
                  to={Date.parse(data.until)}
                  most={most}
                  gapMs={data.stepSeconds * 3000}
                />
                <Text size="xs" c="dimmed">
                  {t('routers.health.highest', { value: word(highest) })}
                </Text>
              </div>
            );
          })}
      </div>
      {data?.points.length === 0 && <Text c="dimmed">{t('routers.health.empty')}</Text>}
    </Panel>
  );
}
