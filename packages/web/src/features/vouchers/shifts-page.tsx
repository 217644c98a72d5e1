import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { approveVariance, type Shift, shiftList } from './queries.ts';

const states = ['all', 'standing', 'counted'] as const;

export type ShiftsSearch = { state?: 'standing' | 'counted'; after?: string };
type ShiftsPageProps = { search: ShiftsSearch; onSearch: (change: Partial<ShiftsSearch>) => void };

export function ShiftsPage({ search, onSearch }: ShiftsPageProps) {
  const state = search.state ?? 'all';
  const query = useQuery(shiftList({ state, after: search.after }));
  return (
    <>
      <PageHead title={t('vouchers.shifts.title')} about={t('vouchers.shifts.about')} />
      <Toolbar>
        <FilterChips
          label={t('vouchers.shifts.columns.state')}
          choices={states.map((value) => ({ value, label: t(`vouchers.shifts.filters.${value}`) }))}
          value={state}
          onChange={(next) => onSearch({ state: next === 'all' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('vouchers.shifts.title')}
        query={query}
        columns={useShiftColumns()}
        phone={useShiftPhoneRow()}
        rowId={({ id }) => id}
        rowName={({ staffName }) => staffName}
        empty={
          <EmptyState icon="clock" title={t('vouchers.shifts.empty.title')} text={t('vouchers.shifts.empty.text')} />
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
    </>
  );
}

function placeOf({ locationName, routerLabel }: Shift): string {
  return locationName ? `${locationName} · ${routerLabel}` : routerLabel;
}

function useShiftColumns(): Column<Shift>[] {
  const format = useFormat();
  const money = (minor: string | null, currency: string) =>
    minor === null ? t('vouchers.shifts.hidden') : format.money(minor, currency);
  return [
    { key: 'staff', head: t('vouchers.shifts.columns.staff'), cell: ({ staffName }) => staffName },
    {
      key: 'place',
      head: t('vouchers.shifts.columns.place'),
      cell: ({ locationName, routerLabel }) =>
        locationName ? <TwoLines first={locationName} second={routerLabel} /> : routerLabel,
      importance: 2,
    },
    {
      key: 'opened',
      head: t('vouchers.shifts.columns.opened'),
      cell: ({ openedAt }) => format.dateTime(openedAt),
      width: 184,
    },
    {
      key: 'sold',
      head: t('vouchers.shifts.columns.sold'),
      cell: ({ soldCount, soldMinor, currency }) =>
        soldMinor === null ? t('vouchers.shifts.hidden') : `${soldCount} · ${format.money(soldMinor, currency)}`,
      align: 'right',
      width: 136,
    },
    {
      key: 'expected',
      head: t('vouchers.shifts.columns.expected'),
      cell: (shift) => money(shift.expectedNowMinor, shift.currency),
      align: 'right',
      width: 112,
      importance: 2,
    },
    {
      key: 'counted',
      head: t('vouchers.shifts.columns.counted'),
      cell: ({ result, currency }) => (result ? format.money(result.countedMinor, currency) : '–'),
      align: 'right',
      width: 112,
      importance: 3,
    },
    {
      key: 'variance',
      head: t('vouchers.shifts.columns.variance'),
      cell: (shift) => <Variance shift={shift} />,
      align: 'right',
      width: 112,
    },
    {
      key: 'state',
      head: t('vouchers.shifts.columns.state'),
      cell: (shift) => <ShiftState shift={shift} />,
      width: 200,
    },
  ];
}

function useShiftPhoneRow(): (shift: Shift) => PhoneRow {
  const format = useFormat();
  return (shift) => ({
    title: shift.staffName,
    aside: <ShiftState shift={shift} />,
    line: `${placeOf(shift)} · ${format.dateTime(shift.openedAt)}`,
    lineAside: shift.result ? <Variance shift={shift} /> : t('vouchers.shifts.codes', { count: shift.soldCount }),
  });
}

function Variance({ shift: { result, currency } }: { shift: Shift }) {
  const format = useFormat();
  if (!result) return '–';
  const tone = result.varianceMinor === '0' ? 'fine' : 'broken';
  return <span style={{ color: `var(--tone-${tone})` }}>{format.money(result.varianceMinor, currency)}</span>;
}

function ShiftState({ shift }: { shift: Shift }) {
  const can = useCan();
  const tones = { open: 'fine', counted: 'attention', closed: 'quiet' } as const;
  if (shift.state === 'counted' && can('voucher:approve')) return <ApproveButton shift={shift} />;
  return <StatusBadge tone={tones[shift.state]}>{t(`vouchers.shifts.states.${shift.state}`)}</StatusBadge>;
}

function ApproveButton({ shift }: { shift: Shift }) {
  const format = useFormat();
  const { result, currency, staffName: name } = shift;
  if (!result) return null;
  const ask = () =>
    confirmAct({
      title: t('vouchers.shifts.approveTitle', { name }),
      text: t('vouchers.shifts.approveText', {
        variance: format.money(result.varianceMinor, currency),
        counted: format.money(result.countedMinor, currency),
        expected: format.money(result.expectedMinor, currency),
      }),
      act: t('vouchers.shifts.approveAct'),
      reason: 'required',
      run: async (note) => {
        await approveVariance(shift.id, note);
        notifyDone(t('vouchers.shifts.approved', { name }));
      },
    });
  return (
    <Button size="compact-sm" variant="light" onClick={ask}>
      {t('vouchers.shifts.approve')}
    </Button>
  );
}
