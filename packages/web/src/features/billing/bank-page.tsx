import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { BankLinePanel } from './bank-line-form.tsx';
import { assignCertainLines, type BankImport, type BankLine, bankImports, bankLines } from './bank-queries.ts';
import { SuggestionWords } from './bank-suggestion.tsx';

export const bankLineStates = ['waiting', 'assigned', 'set_aside'] as const;

export type BankSearch = {
  tab?: 'files';
  state?: (typeof bankLineStates)[number] | 'all';
  search?: string;
  after?: string;
  line?: string;
};

type BankPageProps = { search: BankSearch; onSearch: (change: Partial<BankSearch>) => void };

export function BankPage({ search, onSearch }: BankPageProps) {
  const can = useCan();
  return (
    <>
      <PageHead title={t('bank.title')} about={t('bank.about')}>
        {can('payment:record') && <CertainButton />}
        {can('payment:record') && <ReadButton />}
      </PageHead>
      <Tabs
        value={search.tab ?? 'lines'}
        onChange={(tab) => onSearch({ tab: tab === 'files' ? 'files' : undefined, after: undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="lines">{t('bank.tabs.lines')}</Tabs.Tab>
          <Tabs.Tab value="files">{t('bank.tabs.files')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="lines">
          <Lines search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <Files after={search.after} onPage={(after) => onSearch({ after })} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function ReadButton() {
  return (
    <LinkButton to="/payments/import" leftSection={<Icon name="upload" size={16} />}>
      {t('bank.read')}
    </LinkButton>
  );
}

function CertainButton() {
  const [count, setCount] = useState<number>();
  const run = async () => {
    setCount(0);
    try {
      notifyDone(t('bank.certainDone', { count: await assignCertainLines(setCount) }));
    } finally {
      setCount(undefined);
    }
  };
  const ask = () =>
    confirmAct({
      title: t('bank.certainTitle'),
      text: t('bank.certainText'),
      act: t('bank.certain'),
      run,
    });
  return (
    <Button variant="default" disabled={count !== undefined} onClick={ask}>
      {count === undefined ? t('bank.certain') : t('bank.certainRunning', { count })}
    </Button>
  );
}

const tones: Record<BankLine['state'], Tone> = { waiting: 'pending', assigned: 'fine', set_aside: 'quiet' };

function Lines({ search, onSearch }: BankPageProps) {
  const format = useFormat();
  const state = search.state ?? 'waiting';
  const query = useQuery(
    bankLines({ state: state === 'all' ? undefined : state, search: search.search, after: search.after }),
  );
  const filter = (change: Partial<BankSearch>) => onSearch({ ...change, after: undefined });
  const opened = query.data?.items.find(({ id }) => id === search.line);
  const close = () => onSearch({ line: undefined });
  const waiting = query.data?.waiting
    .map(({ amountMinor, currency }) => format.money(amountMinor, currency))
    .join(' + ');
  return (
    <>
      <Toolbar>
        <SearchBox label={t('bank.search')} value={search.search} onChange={(next) => filter({ search: next })} />
        <FilterChips
          label={t('bank.filters.label')}
          choices={([...bankLineStates, 'all'] as const).map((value) => ({
            value,
            label: t(`bank.filters.${value}`),
            count:
              value === 'waiting' && query.data
                ? [query.data.waitingCount, waiting].filter(Boolean).join(' · ')
                : undefined,
          }))}
          value={state}
          onChange={(next) => filter({ state: next === 'waiting' ? undefined : next })}
        />
      </Toolbar>
      <DataTable
        label={t('bank.title')}
        query={query}
        columns={lineColumns(format)}
        phone={(line) => ({
          title: line.payer || line.reference,
          aside: <Money minor={line.amountMinor} currency={line.currency} />,
          line: whose(line),
          lineAside: format.day(line.bookedOn),
        })}
        rowId={({ id }) => id}
        rowName={({ payer, reference }) => payer || reference}
        link={({ id }) => linkOptions({ to: '/payments/bank', search: { ...search, line: id } })}
        empty={<NoLines search={search} />}
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <FormDrawer
        opened={opened !== undefined}
        title={t('bank.line.title', { bank: opened?.bank ?? '' })}
        onClose={close}
      >
        {opened && <BankLinePanel line={opened} onDone={close} />}
      </FormDrawer>
    </>
  );
}

function whose(line: BankLine) {
  if (line.state === 'waiting') return <SuggestionWords suggestion={line.suggestions[0]} />;
  const names = line.payments.map(({ customerName }) => customerName).join(', ');
  return (
    <>
      {names || line.setAsideReason}{' '}
      <StatusBadge tone={tones[line.state]}>{t(`bank.states.${line.state}`)}</StatusBadge>
    </>
  );
}

function lineColumns(format: ReturnType<typeof useFormat>): Column<BankLine>[] {
  return [
    {
      key: 'what',
      head: t('bank.columns.what'),
      cell: ({ payer, reference }) => [payer, reference].filter(Boolean).join(' · ') || '–',
    },
    { key: 'whose', head: t('bank.columns.whose'), cell: whose, width: 320 },
    {
      key: 'amount',
      head: t('bank.columns.amount'),
      cell: ({ amountMinor, currency }) => <Money minor={amountMinor} currency={currency} />,
      align: 'right',
      width: 140,
    },
    { key: 'on', head: t('bank.columns.on'), cell: ({ bookedOn }) => format.day(bookedOn), width: 130 },
    { key: 'bank', head: t('bank.columns.bank'), cell: ({ bank }) => bank, importance: 3, width: 150 },
  ];
}

function NoLines({ search: { state, search } }: { search: BankSearch }) {
  const { data } = useQuery(bankImports({ limit: 1 }));
  const can = useCan();
  if (data?.items.length === 0) {
    return (
      <EmptyState icon="upload" title={t('bank.empty')} text={t('bank.emptyText')}>
        {can('payment:record') && <ReadButton />}
      </EmptyState>
    );
  }
  if (state || search) return <EmptyState icon="search" title={t('bank.nothingHere')} />;
  return <EmptyState icon="circle-check" title={t('bank.nothingWaits')} text={t('bank.nothingWaitsText')} />;
}

function Files({ after, onPage }: { after: string | undefined; onPage: (after: string | undefined) => void }) {
  const count = (
    key: 'newCount' | 'knownCount' | 'leftOutCount' | 'waitingCount',
    head: string,
    importance: 1 | 2,
  ) => ({
    key,
    head,
    cell: (file: BankImport) => file[key],
    align: 'right' as const,
    importance,
    width: 120,
  });
  return (
    <DataTable
      label={t('bank.files.title')}
      query={useQuery(bankImports({ after }))}
      columns={[
        { key: 'file', head: t('bank.files.file'), cell: ({ fileName }) => fileName },
        { key: 'bank', head: t('bank.files.bank'), cell: ({ bank }) => bank, width: 160 },
        { key: 'at', head: t('bank.files.at'), cell: ({ at }) => <RelativeTime at={at} />, width: 130 },
        { key: 'by', head: t('bank.files.by'), cell: ({ by }) => by, importance: 2, width: 130 },
        count('newCount', t('bank.files.fresh'), 1),
        count('knownCount', t('bank.files.known'), 2),
        count('leftOutCount', t('bank.files.leftOut'), 2),
        count('waitingCount', t('bank.files.waiting'), 1),
      ]}
      phone={({ fileName, bank, at, newCount, waitingCount }) => ({
        title: fileName,
        aside: <RelativeTime at={at} />,
        line: bank,
        lineAside: `${t('bank.files.fresh')} ${newCount} · ${t('bank.files.waiting')} ${waitingCount}`,
      })}
      rowId={({ id }) => id}
      rowName={({ fileName }) => fileName}
      empty={<EmptyState icon="upload" title={t('bank.empty')} text={t('bank.emptyText')} />}
      page={{ after, onChange: onPage }}
    />
  );
}
