import { Alert, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { eventList, type SystemEvent, silenceAlarms } from './queries.ts';

export const eventKinds = ['system', 'router', 'job', 'security'] as const;
export const eventLevels = ['info', 'warning', 'alarm'] as const;

export type EventsSearch = {
  kind?: SystemEvent['kind'];
  level?: SystemEvent['level'];
  search?: string;
  after?: string;
};
type EventsPageProps = { search: EventsSearch; onSearch: (change: Partial<EventsSearch>) => void };

const tones: Record<SystemEvent['level'], Tone> = { info: 'quiet', warning: 'attention', alarm: 'broken' };

export function EventsPage({ search, onSearch }: EventsPageProps) {
  const query = useQuery(eventList(search));
  return (
    <>
      <PageHead title={t('system.events.title')} about={t('system.events.about')} />
      <Ringing count={query.data?.ringingCount ?? 0} newestId={query.data?.items[0]?.id} />
      <Toolbar>
        <SearchBox
          label={t('system.events.search')}
          value={search.search}
          onChange={(text) => onSearch({ search: text, after: undefined })}
        />
        <FilterChips
          label={t('system.events.kind')}
          choices={(['all', ...eventKinds] as const).map((value) => ({
            value,
            label: t(`system.events.kinds.${value}`),
          }))}
          value={search.kind ?? 'all'}
          onChange={(next) => onSearch({ kind: next === 'all' ? undefined : next, after: undefined })}
        />
        <FilterChips
          label={t('system.events.level')}
          choices={(['all', ...eventLevels] as const).map((value) => ({
            value,
            label: t(`system.events.levels.${value}`),
          }))}
          value={search.level ?? 'all'}
          onChange={(next) => onSearch({ level: next === 'all' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('system.events.title')}
        query={query}
        columns={useColumns()}
        phone={(event) => ({
          title: event.message,
          aside: <Level event={event} />,
          line: t(`system.events.kinds.${event.kind}`),
          lineAside: <RelativeTime at={event.at} />,
        })}
        rowId={({ id }) => id}
        rowName={({ message }) => message}
        empty={<EmptyState icon="activity" title={t('system.events.empty')} text={t('system.events.emptyText')} />}
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
    </>
  );
}

function Ringing({ count, newestId }: { count: number; newestId: string | undefined }) {
  const can = useCan();
  if (count === 0) return null;
  const silence = async () => {
    await silenceAlarms(newestId ?? '999999999999999999');
    notifyDone(t('system.events.silenced'));
  };
  return (
    <Alert color="red" icon={<Icon name="alert-triangle" />} mb="md">
      <Group justify="space-between">
        {t('system.events.ringing', { count })}
        {can('system:write') && (
          <ActButton size="compact-sm" variant="default" act={silence}>
            {t('system.events.seen')}
          </ActButton>
        )}
      </Group>
    </Alert>
  );
}

function useColumns(): Column<SystemEvent>[] {
  const format = useFormat();
  return [
    { key: 'at', head: t('system.events.columns.at'), cell: ({ at }) => format.dateTime(at), width: 200 },
    { key: 'level', head: t('system.events.columns.level'), cell: (event) => <Level event={event} />, width: 110 },
    {
      key: 'kind',
      head: t('system.events.columns.kind'),
      cell: ({ kind }) => t(`system.events.kinds.${kind}`),
      importance: 2,
      width: 120,
    },
    {
      key: 'message',
      head: t('system.events.columns.message'),
      cell: ({ message }) => <span title={message}>{message}</span>,
    },
  ];
}

function Level({ event: { level, seenBy } }: { event: SystemEvent }) {
  return (
    <StatusBadge
      tone={level === 'alarm' && seenBy ? 'quiet' : tones[level]}
      title={seenBy ? t('system.events.seenBy', { name: seenBy }) : ''}
    >
      {t(`system.events.levelWords.${level}`)}
    </StatusBadge>
  );
}
