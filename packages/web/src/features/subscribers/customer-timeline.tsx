import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { AuditDetails } from '../audit/audit-details.tsx';
import { actionWord, actorWord } from '../audit/audit-words.ts';
import type { AuditEntry } from '../audit/queries.ts';
import { type CustomerSearch, timelineKinds } from './customers-search.ts';
import { type TimelineEntry, timeline } from './queries.ts';

type CustomerTimelineProps = {
  customerId: string;
  search: CustomerSearch;
  onSearch: (change: Partial<CustomerSearch>) => void;
};

const entriesOnPage = 30;

/** What happened, newest first: money, network and acts of staff in one list. */
export function CustomerTimeline({ customerId, search, onSearch }: CustomerTimelineProps) {
  const { data, error, refetch } = useQuery(
    timeline(customerId, { kind: search.kind, after: search.after, limit: entriesOnPage }),
  );
  return (
    <>
      <Toolbar>
        <FilterChips
          label={t('customers.timeline.kind')}
          choices={(['all', ...timelineKinds] as const).map((value) => ({
            value,
            label: t(`customers.timeline.kinds.${value}`),
          }))}
          value={search.kind ?? 'all'}
          onChange={(kind) => onSearch({ kind: kind === 'all' ? undefined : kind, after: undefined })}
        />
      </Toolbar>
      <Panel>
        {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <TimelineSkeleton />}
        {data?.items.length === 0 && <Text c="dimmed">{t('customers.timeline.empty')}</Text>}
        {data && data.items.length > 0 && <Entries entries={data.items} />}
        {data && (
          <Pager
            label={t('customers.tabs.history')}
            after={search.after}
            next={data.next}
            onChange={(after) => onSearch({ after })}
          />
        )}
      </Panel>
    </>
  );
}

const tones: Record<TimelineEntry['kind'], Tone> = { staff: 'quiet', money: 'fine', network: 'pending' };

function Entries({ entries }: { entries: readonly TimelineEntry[] }) {
  const format = useFormat();
  return (
    <Timeline
      label={t('customers.tabs.history')}
      entries={entries.map((entry) => ({
        id: entry.id,
        at: entry.at,
        tone: tones[entry.kind],
        ...(entry.actor ? actWords(entry as Acted) : sessionWords(format, entry.details)),
      }))}
    />
  );
}

type Acted = TimelineEntry & { actor: NonNullable<TimelineEntry['actor']> };

function actWords(entry: Acted) {
  const audited = entry as unknown as AuditEntry;
  return { title: actionWord(audited), by: actorWord(audited), details: <AuditDetails entry={audited} /> };
}

type HeldSession = {
  accountName?: string;
  router?: string;
  address?: string | null;
  callerId?: string | null;
  endedAt?: string | null;
  downBytes?: string;
  upBytes?: string;
};

function sessionWords(format: Format, details: HeldSession) {
  const { accountName = '', router = '', address, endedAt, downBytes = '0', upBytes = '0' } = details;
  return {
    title: endedAt
      ? t('customers.timeline.wasOnline', { until: format.dateTime(endedAt) })
      : t('customers.timeline.isOnline'),
    by: [accountName, router].join(' · '),
    details: [address, t('sessions.downUp', { down: format.bytes(downBytes), up: format.bytes(upBytes) })]
      .filter(Boolean)
      .join(' · '),
  };
}

function TimelineSkeleton() {
  return (
    <Stack gap="md" aria-busy="true">
      {[0, 1, 2, 3].map((entry) => (
        <Skeleton key={entry} height={38} />
      ))}
    </Stack>
  );
}
