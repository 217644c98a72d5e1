import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useEntries } from '../shell/navigation.ts';
import { systemQuery } from './queries.ts';
import classes from './system-tab.module.css';

export function SystemTab() {
  return (
    <div className={classes.columns}>
      <Panel title={t('settings.system.title')}>
        <SystemFacts />
      </Panel>
      <Panel title={t('settings.system.links')}>
        <nav className={classes.links} aria-label={t('settings.system.links')}>
          {useEntries().map((entry) => (
            <Link key={entry.name} to={entry.path} className={classes.link}>
              <Icon name={entry.icon} />
              {t(`shell.entries.${entry.name}`)}
            </Link>
          ))}
        </nav>
      </Panel>
    </div>
  );
}

function SystemFacts() {
  const format = useFormat();
  const { data, error, refetch } = useQuery(systemQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={175} />;
  const version = data.databaseVersion;
  return (
    <Facts
      facts={[
        { label: t('settings.system.version'), value: data.version },
        { label: t('settings.system.node'), value: data.nodeVersion },
        {
          label: t('settings.system.database'),
          value: data.isDatabaseEmbedded
            ? t('settings.system.embedded', { version })
            : t('settings.system.external', { version }),
        },
        { label: t('settings.system.databaseSize'), value: format.bytes(data.databaseBytes) },
        { label: t('settings.system.startedAt'), value: <RelativeTime at={data.startedAt} /> },
      ]}
    />
  );
}
