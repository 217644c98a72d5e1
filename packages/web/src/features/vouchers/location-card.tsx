import { Group, Text, Title } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './counters.module.css';
import { isQuiet } from './location-order.ts';
import type { LocationCounters } from './queries.ts';

type LocationCardProps = { location: LocationCounters; currency: string };

/** One location as it is now: who sells, what came in, and whether somebody must look. */
export function LocationCard({ location, currency }: LocationCardProps) {
  const format = useFormat();
  const money = (minor: string | null) =>
    minor === null ? t('vouchers.shifts.hidden') : format.money(minor, currency);
  const facts = isQuiet(location)
    ? []
    : [
        [t('counters.sold'), `${money(location.soldMinor)} · ${format.number(location.soldCount)}`],
        [t('counters.online'), `${format.number(location.onlineCount)} · ${format.bytes(location.usedBytes)}`],
        [t('counters.expected'), money(location.expectedMinor)],
        [t('counters.counted'), money(location.countedMinor)],
        ...(location.unsignedMinor === '0' ? [] : [[t('counters.unsigned'), money(location.unsignedMinor)]]),
      ];
  return (
    <li className={classes.card}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} className={classes.name}>
          {location.locationName ?? t('counters.nowhere')}
        </Title>
        <span className={classes.state}>
          <LocationState location={location} />
        </span>
      </Group>
      {facts.length > 0 && (
        <dl className={classes.facts}>
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {location.varianceMinor !== '0' && (
            <div>
              <dt>{t('vouchers.shifts.columns.variance')}</dt>
              <dd style={{ color: 'var(--tone-broken)' }}>{money(location.varianceMinor)}</dd>
            </div>
          )}
        </dl>
      )}
      <Traffic location={location} />
      {location.openCounters.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('counters.closed')}
        </Text>
      ) : (
        <ul className={classes.open}>
          {location.openCounters.map((counter) => (
            <li key={counter.shiftId}>
              <span className={classes.person}>
                {counter.staffName}
                <Text component="span" size="sm" c="dimmed">
                  {' '}
                  · {t('counters.since', { place: counter.routerLabel, time: format.timeOfDay(counter.openedAt) })}
                </Text>
              </span>
              <span>{money(counter.soldMinor)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const hourMs = 3_600_000;

/** How busy the line of a location was, hour by hour; nothing where no code was used. */
function Traffic({ location: { traffic, locationName } }: { location: LocationCounters }) {
  const format = useFormat();
  if (traffic.length === 0) return null;
  const points = traffic.map(({ hour, usedBytes }) => ({
    at: Date.parse(hour) + hourMs / 2,
    value: (Number(usedBytes) * 8) / 3600,
  }));
  const rate = format.bitRate(Math.max(...points.map(({ value }) => value)));
  const to = Date.now();
  const label = t('counters.trafficPicture', { place: locationName ?? t('counters.nowhere'), rate });
  return (
    <div>
      <Sparkline label={label} points={points} from={to - 24 * hourMs} to={to} gapMs={hourMs} />
      <Text size="sm" c="dimmed">
        {t('counters.traffic', { rate })}
      </Text>
    </div>
  );
}

function LocationState({ location: { alertCount, silentCount } }: { location: LocationCounters }) {
  if (alertCount > 0)
    return <StatusBadge tone="attention">{t('counters.toLookAt', { count: alertCount })}</StatusBadge>;
  if (silentCount > 0) return <StatusBadge tone="broken">{t('counters.silent', { count: silentCount })}</StatusBadge>;
  return <StatusBadge tone="fine">{t('counters.fine')}</StatusBadge>;
}
