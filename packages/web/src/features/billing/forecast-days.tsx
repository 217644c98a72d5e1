import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './forecast-days.module.css';
import { type Forecast, forecastQuery } from './suspension-queries.ts';
import { WhoList } from './who-list.tsx';

type Day = Forecast['days'][number];
type Group = Day['groups'][number];

const tones: Record<Group['kind'], Tone> = {
  invoice: 'quiet',
  remind: 'attention',
  suspend: 'broken',
  restore: 'fine',
};

export function ForecastDays() {
  const { data, error, refetch } = useQuery(forecastQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={360} />;
  return (
    <Panel>
      <ol className={classes.days}>
        {data.days.map((day, index) => (
          <DayLine key={day.day} day={day} index={index} />
        ))}
      </ol>
    </Panel>
  );
}

function DayLine({ day: { day, groups }, index }: { day: Day; index: number }) {
  const format = useFormat();
  const name = index === 0 ? t('tomorrow.today') : index === 1 ? t('tomorrow.nextDay') : format.dayWithWeekday(day);
  return (
    <li className={classes.day}>
      <div className={classes.name}>
        {name}
        {index < 2 && <span className={classes.date}>{format.dayWithWeekday(day)}</span>}
      </div>
      <Stack gap={6}>
        {groups.length === 0 && <Text c="dimmed">{t('tomorrow.nothing')}</Text>}
        {groups.map((group) => (
          <GroupLine key={group.kind} group={group} />
        ))}
      </Stack>
    </li>
  );
}

function GroupLine({ group: { kind, count, items } }: { group: Group }) {
  const format = useFormat();
  return (
    <WhoList
      count={count}
      items={items}
      keyOf={(item) => `${item.customerId} ${item.invoiceNumber} ${item.planName} ${item.startsOn}`}
      whyOf={(item) => whyOf(format, kind, item)}
    >
      <StatusBadge tone={tones[kind]}>{t(`tomorrow.kinds.${kind}`)}</StatusBadge>
      <span className={classes.count}>{format.number(count)}</span>
    </WhoList>
  );
}

function whyOf(format: Format, kind: Group['kind'], item: Group['items'][number]): string {
  const { reason, invoiceNumber, dueOn, planName, startsOn } = item;
  if (kind === 'restore' && reason === 'vacation') return t('tomorrow.why.vacationOver');
  return t(`tomorrow.why.${reason}`, {
    number: invoiceNumber ?? '',
    due: dueOn ? format.day(dueOn) : '',
    plan: planName ?? '',
    from: startsOn ? format.day(startsOn) : '',
  });
}
