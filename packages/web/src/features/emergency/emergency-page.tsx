import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { OverrideForm } from './override-form.tsx';
import { endOverride, type Override, type OverrideKind, overrideList } from './queries.ts';

export const overrideKinds = ['suspension_pause', 'restoration', 'observe_all', 'shut_out', 'shift_takeover'] as const;

export type EmergencySearch = { after?: string; open?: OverrideKind };
type EmergencyPageProps = { search: EmergencySearch; onSearch: (change: Partial<EmergencySearch>) => void };

export function EmergencyPage({ search, onSearch }: EmergencyPageProps) {
  const can = useCan();
  const close = () => onSearch({ open: undefined });
  return (
    <>
      <PageHead title={t('emergency.title')} about={t('emergency.about')} />
      <Stack gap="lg">
        {can('emergency:act') && (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
            {overrideKinds.map((kind) => (
              <Panel key={kind} title={t(`emergency.acts.${kind}`)}>
                <Text c="dimmed" size="sm" mb="sm">
                  {t(`emergency.texts.${kind}`)}
                </Text>
                <Button
                  variant="default"
                  aria-label={`${t('emergency.begin')}: ${t(`emergency.acts.${kind}`)}`}
                  onClick={() => onSearch({ open: kind })}
                >
                  {t('emergency.begin')}
                </Button>
              </Panel>
            ))}
          </SimpleGrid>
        )}
        <Panel title={t('emergency.history')}>
          <OverrideTable after={search.after} onPage={(after) => onSearch({ after })} />
        </Panel>
      </Stack>
      <FormDrawer
        opened={search.open !== undefined}
        title={search.open ? t(`emergency.acts.${search.open}`) : ''}
        onClose={close}
      >
        {search.open && <OverrideForm kind={search.open} onDone={close} />}
      </FormDrawer>
    </>
  );
}

function OverrideTable({ after, onPage }: { after: string | undefined; onPage: (after: string | undefined) => void }) {
  const query = useQuery(overrideList({ after }));
  return (
    <DataTable
      label={t('emergency.history')}
      query={query}
      columns={useColumns()}
      phone={(override) => ({
        title: whatOf(override),
        aside: <State override={override} />,
        line: override.reason,
        lineAside: <RelativeTime at={override.startedAt} />,
      })}
      rowId={({ id }) => id}
      rowName={whatOf}
      empty={<EmptyState icon="circle-check" title={t('emergency.empty')} text={t('emergency.emptyText')} />}
      page={{ after, onChange: onPage }}
    />
  );
}

function whatOf({ kind, subject, reached }: Override): string {
  const what = t(`emergency.kinds.${kind}`);
  const more = subject ?? (reached === null ? null : t('emergency.reached', { count: reached }));
  return more ? `${what} · ${more}` : what;
}

function useColumns(): Column<Override>[] {
  const format = useFormat();
  return [
    { key: 'what', head: t('emergency.columns.what'), cell: whatOf, width: 280 },
    { key: 'reason', head: t('emergency.columns.reason'), cell: ({ reason }) => reason, importance: 2 },
    { key: 'who', head: t('emergency.columns.who'), cell: ({ startedBy }) => startedBy, width: 140 },
    {
      key: 'started',
      head: t('emergency.columns.started'),
      cell: ({ startedAt }) => format.dateTime(startedAt),
      width: 190,
    },
    {
      key: 'until',
      head: t('emergency.columns.until'),
      cell: ({ until }) => format.dateTime(until),
      importance: 3,
      width: 190,
    },
    { key: 'state', head: t('emergency.columns.state'), cell: (row) => <State override={row} />, width: 150 },
  ];
}

function State({ override }: { override: Override }) {
  const can = useCan();
  const format = useFormat();
  const { id, kind, endedAt, endedBy } = override;
  if (endedAt) {
    const title = t('emergency.endedBy', { when: format.dateTime(endedAt), name: endedBy ?? '' });
    return (
      <StatusBadge tone="quiet" title={title}>
        {t('emergency.states.ended')}
      </StatusBadge>
    );
  }
  if (!can('emergency:act')) return <StatusBadge tone="broken">{t('emergency.states.standing')}</StatusBadge>;
  const ask = () =>
    confirmAct({
      title: t('emergency.endTitle', { what: whatOf(override) }),
      text: t(`emergency.endTexts.${kind}`),
      act: t('emergency.end'),
      reason: 'optional',
      run: async (note) => {
        await endOverride(id, note);
        notifyDone(t('emergency.ended'));
      },
    });
  return (
    <Button size="compact-sm" variant="default" onClick={ask}>
      {t('emergency.end')}
    </Button>
  );
}
