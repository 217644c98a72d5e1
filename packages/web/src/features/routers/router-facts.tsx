import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Facts } from '../../ui/facts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Router } from './queries.ts';
import { addressOf } from './router-words.ts';

export function RouterFacts({ router }: { router: Router }) {
  const format = useFormat();
  const { identity, model, rosVersion, uptimeSeconds, cpuLoadPercent, lastSeenAt, lastSyncAt, mode } = router;
  return (
    <Facts
      facts={[
        { label: t('locations.one'), value: router.locationName ?? t('locations.none') },
        {
          label: t('routers.facts.address'),
          value: <CopyText text={addressOf(router)} label={t('routers.facts.address')} isMono />,
        },
        { label: t('routers.facts.identity'), value: identity || '–' },
        { label: t('routers.facts.model'), value: model || '–' },
        { label: t('routers.facts.version'), value: rosVersion || '–' },
        { label: t('routers.facts.uptime'), value: uptimeSeconds === null ? '–' : format.duration(uptimeSeconds) },
        {
          label: t('routers.facts.cpu'),
          value: cpuLoadPercent === null ? '–' : t('routers.percent', { value: format.number(cpuLoadPercent) }),
        },
        { label: t('routers.facts.memory'), value: <Memory router={router} /> },
        {
          label: t('routers.facts.temperature'),
          value:
            router.temperatureCelsius === null
              ? t('routers.facts.noSensor')
              : t('routers.health.units.degrees', { value: format.number(router.temperatureCelsius) }),
        },
        {
          label: t('routers.facts.clock'),
          value:
            router.clockSkewSeconds === null
              ? '–'
              : t(router.clockSkewSeconds < 0 ? 'routers.facts.clockBehind' : 'routers.facts.clockAhead', {
                  duration: format.duration(Math.abs(router.clockSkewSeconds)),
                }),
        },
        {
          label: t('routers.facts.latency'),
          value:
            router.latencyMs === null ? '–' : t('routers.health.units.ms', { value: format.number(router.latencyMs) }),
        },
        { label: t('routers.facts.lastSeen'), value: <LastTime at={lastSeenAt} /> },
        { label: t('routers.facts.lastSync'), value: <LastTime at={lastSyncAt} /> },
        { label: t('routers.facts.tls'), value: t(`routers.tls.${router.tls}`) },
        { label: t('routers.facts.username'), value: router.username },
        { label: t('routers.facts.mode'), value: t(`routers.facts.${mode}`) },
      ]}
    />
  );
}

function Memory({ router: { freeMemoryBytes, totalMemoryBytes } }: { router: Router }) {
  const format = useFormat();
  if (freeMemoryBytes === null || totalMemoryBytes === null || totalMemoryBytes === '0') return '–';
  const used = Number(totalMemoryBytes) - Number(freeMemoryBytes);
  return t('routers.facts.memoryUsed', { used: format.bytes(used), total: format.bytes(totalMemoryBytes) });
}

function LastTime({ at }: { at: string | null }) {
  return at === null ? t('routers.facts.never') : <RelativeTime at={at} />;
}
