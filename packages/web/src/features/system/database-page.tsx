import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { PageLoading } from '../../ui/page-states.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatTile, StatTiles } from '../../ui/stat-tile.tsx';
import { type DatabaseReport, databaseQuery, runJob } from './queries.ts';

export function DatabasePage() {
  const { data, error, refetch } = useQuery(databaseQuery);
  return (
    <>
      <PageHead title={t('system.database.title')} about={t('system.database.about')}>
        {data && <BackUpNow backups={data.backups} />}
      </PageHead>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <PageLoading />}
      {data && (
        <Stack gap="lg">
          <Figures report={data} />
          <Owner report={data} />
          <Waits report={data} />
          <Tables report={data} />
          <Slow report={data} />
          <Connections report={data} />
        </Stack>
      )}
    </>
  );
}

type Part = { report: DatabaseReport };

function Figures({ report: { bytes, version, startedAt, connections, maxConnections, worksAs, backups } }: Part) {
  const format = useFormat();
  const count = connections.reduce((sum, { count }) => sum + count, 0);
  return (
    <StatTiles>
      <StatTile
        label={t('system.database.size')}
        value={format.bytes(bytes)}
        note={`${t('system.database.version')} ${version}`}
      />
      <StatTile label={t('system.database.since')} value={<RelativeTime at={startedAt} />} />
      <StatTile
        label={t('system.database.connections')}
        value={t('system.database.connectionsOf', { count, most: maxConnections })}
        note={t('system.database.worksAs', { name: worksAs.name })}
        {...(count * 5 > maxConnections * 4 ? { tone: 'attention' as const } : {})}
      />
      <Backups backups={backups} />
    </StatTiles>
  );
}

function Owner({ report: { worksAs } }: Part) {
  if (!worksAs.isOwner) return null;
  return (
    <Alert title={t('system.database.ownerTitle')}>
      {t('system.database.ownerText')}
      <Code block mt="xs">
        {`create role lastmile_program nologin;\ngrant lastmile_program to "${worksAs.name}";`}
      </Code>
    </Alert>
  );
}

function Backups({ backups }: Pick<DatabaseReport, 'backups'>) {
  const format = useFormat();
  const label = t('system.database.backup');
  if (!backups) return <StatTile label={label} value="–" note={t('system.database.backupElsewhere')} />;
  const { last, isUnderWay, count } = backups;
  if (isUnderWay) return <StatTile label={label} value={t('system.database.backupUnderWay')} />;
  if (!last)
    return (
      <StatTile
        label={label}
        value={t('system.database.noBackup')}
        note={t('system.database.backupNote')}
        tone="attention"
      />
    );
  return (
    <StatTile
      label={label}
      value={<RelativeTime at={last.madeAt} />}
      note={t('system.database.backupSize', { size: format.bytes(last.bytes), count })}
    />
  );
}

/** The schedule of every night, run once by hand. */
function BackUpNow({ backups }: Pick<DatabaseReport, 'backups'>) {
  const can = useCan();
  if (!backups || !can('system:write')) return null;
  const ask = () =>
    confirmAct({
      title: t('system.database.backUpTitle'),
      text: t('system.database.backUpText', { count: backups.kept }),
      act: t('system.database.backUp'),
      run: async () => {
        await runJob('system.back-up');
        notifyDone(t('system.database.backUpAsked'));
      },
    });
  return (
    <Button onClick={ask} disabled={backups.isUnderWay}>
      {t('system.database.backUp')}
    </Button>
  );
}

type PartTableProps<Row> = {
  title: string;
  rows: Row[];
  columns: Column<Row>[];
  name: (row: Row) => string;
  aside: (row: Row) => string;
  empty: string;
};

/** A short list that is part of one answer. */
function PartTable<Row>({ title, rows, columns, name, aside, empty }: PartTableProps<Row>) {
  const query = {
    data: { items: rows, next: null },
    error: null,
    isError: false,
    isPlaceholderData: false,
    refetch: async () => undefined,
  };
  return (
    <Panel title={title}>
      <DataTable
        label={title}
        query={query}
        columns={columns}
        phone={(row) => ({ title: name(row), aside: aside(row) })}
        rowId={name}
        rowName={name}
        empty={
          <Text c="dimmed" p="md">
            {empty}
          </Text>
        }
      />
    </Panel>
  );
}

function Tables({ report }: Part) {
  const format = useFormat();
  if (report.areTablesLocked) return <Alert>{t('system.database.tablesLocked')}</Alert>;
  return (
    <PartTable
      title={t('system.database.tables')}
      rows={report.tables}
      name={({ name }) => name}
      aside={({ bytes }) => format.bytes(bytes)}
      empty="–"
      columns={[
        { key: 'table', head: t('system.database.columns.table'), cell: ({ name }) => name },
        {
          key: 'size',
          head: t('system.database.columns.size'),
          cell: ({ bytes }) => format.bytes(bytes),
          align: 'right',
          width: 130,
        },
        {
          key: 'indexes',
          head: t('system.database.columns.indexes'),
          cell: ({ indexBytes }) => format.bytes(indexBytes),
          align: 'right',
          width: 150,
        },
        {
          key: 'rows',
          head: t('system.database.columns.rows'),
          cell: ({ rowCount }) => format.number(Number(rowCount)),
          align: 'right',
          width: 150,
        },
        {
          key: 'vacuumed',
          head: t('system.database.columns.vacuumed'),
          cell: ({ vacuumedAt }) => (vacuumedAt ? <RelativeTime at={vacuumedAt} /> : '–'),
          importance: 2,
          width: 150,
        },
      ]}
    />
  );
}

function Waits({ report }: Part) {
  return (
    <PartTable
      title={t('system.database.waits')}
      rows={report.waits}
      name={({ statement, pid }) => `${pid}: ${statement}`}
      aside={({ seconds }) => t('system.database.seconds', { count: seconds })}
      empty={t('system.database.noWaits')}
      columns={[
        { key: 'statement', head: t('system.database.waitColumns.statement'), cell: ({ statement }) => statement },
        {
          key: 'seconds',
          head: t('system.database.waitColumns.seconds'),
          cell: ({ seconds }) => t('system.database.seconds', { count: seconds }),
          align: 'right',
          width: 110,
        },
        {
          key: 'by',
          head: t('system.database.waitColumns.blockedBy'),
          cell: ({ blockedBy }) => blockedBy.join(', '),
          width: 180,
        },
      ]}
    />
  );
}

function Slow({ report }: Part) {
  const format = useFormat();
  const ms = (count: number) => t('system.database.ms', { text: format.number(count) });
  return (
    <PartTable
      title={t('system.database.slow')}
      rows={report.slowStatements}
      name={({ statement }) => statement}
      aside={({ slowestMs }) => ms(slowestMs)}
      empty={t('system.database.noSlow')}
      columns={[
        {
          key: 'statement',
          head: t('system.database.slowColumns.statement'),
          cell: ({ statement }) => <span title={statement}>{statement}</span>,
        },
        {
          key: 'count',
          head: t('system.database.slowColumns.count'),
          cell: ({ count }) => format.number(count),
          align: 'right',
          width: 100,
        },
        {
          key: 'slowest',
          head: t('system.database.slowColumns.slowest'),
          cell: ({ slowestMs }) => ms(slowestMs),
          align: 'right',
          width: 120,
        },
        {
          key: 'last',
          head: t('system.database.slowColumns.last'),
          cell: ({ lastAt }) => <RelativeTime at={lastAt} />,
          importance: 2,
          width: 150,
        },
      ]}
    />
  );
}

function Connections({ report }: Part) {
  const format = useFormat();
  return (
    <PartTable
      title={t('system.database.who')}
      rows={report.connections}
      name={({ application, state }) => `${application} · ${state}`}
      aside={({ count }) => format.number(count)}
      empty="–"
      columns={[
        { key: 'program', head: t('system.database.whoColumns.application'), cell: ({ application }) => application },
        { key: 'state', head: t('system.database.whoColumns.state'), cell: ({ state }) => state, width: 220 },
        {
          key: 'count',
          head: t('system.database.whoColumns.count'),
          cell: ({ count }) => format.number(count),
          align: 'right',
          width: 130,
        },
      ]}
    />
  );
}
