import { drawerSeparator, figureGroups } from '@lastmile/contract/figure-groups.ts';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Bars } from '../../ui/bars.tsx';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import classes from './counters.module.css';
import { type Figure, figureList } from './queries.ts';

export type FigureGroup = (typeof figureGroups)[number];
type Days = '7' | '30' | '90';

type FiguresPanelProps = {
  by: FigureGroup;
  days: Days;
  onBy: (by: FigureGroup) => void;
  onDays: (days: Days) => void;
};

/** Sold, used and counted over a time, by whatever somebody asks. */
export function FiguresPanel({ by, days, onBy, onDays }: FiguresPanelProps) {
  const format = useFormat();
  const query = useQuery(figureList({ by, from: dayBefore(format.today(), Number(days) - 1), to: format.today() }));
  const items = query.data?.items;
  const currency = query.data?.currency;
  return (
    <Panel title={t('counters.figures.title')}>
      <div className={classes.choices}>
        <FilterChips
          label={t('counters.figures.by')}
          choices={figureGroups.map((value) => ({ value, label: t(`counters.figures.groups.${value}`) }))}
          value={by}
          onChange={onBy}
        />
        <FilterChips
          label={t('counters.figures.time')}
          choices={(['7', '30', '90'] as const).map((value) => ({
            value,
            label: t('counters.figures.days', { count: Number(value) }),
          }))}
          value={days}
          onChange={onDays}
        />
      </div>
      {items && items.length > 1 && (by === 'day' || by === 'hour') && (
        <SoldBars items={items} by={by} currency={currency} />
      )}
      <DataTable
        label={t('counters.figures.title')}
        query={{ ...query, data: items && { items, next: null } }}
        columns={useFigureColumns(by, currency)}
        phone={useFigurePhoneRow(by, currency)}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        empty={
          <EmptyState icon="coin" title={t('counters.figures.empty.title')} text={t('counters.figures.empty.text')} />
        }
      />
    </Panel>
  );
}

function dayBefore(day: string, count: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

type Format = ReturnType<typeof useFormat>;

function drawerOf(format: Format, name: string): { shift: string; place: string } {
  const [day = '', place, person = ''] = name.split(drawerSeparator);
  return { shift: `${person} · ${format.day(day)}`, place: place || t('counters.nowhere') };
}

function FigureName({ by, name }: { by: FigureGroup; name: string }) {
  const format = useFormat();
  if (by !== 'drawer') return nameOf(format, by, name);
  const { shift, place } = drawerOf(format, name);
  return <TwoLines first={shift} second={place} />;
}

function nameOf(format: Format, by: FigureGroup, name: string): string {
  if (by === 'day') return format.dayWithWeekday(name);
  if (by === 'hour') return t('counters.figures.hour', { hour: name });
  if (by === 'drawer') return Object.values(drawerOf(format, name)).join(' · ');
  return name || t('counters.nowhere');
}

/** What the table says, to be seen at once. */
function SoldBars({ items, by, currency }: { items: Figure[]; by: FigureGroup; currency: string | undefined }) {
  const format = useFormat();
  const bars = items.map(({ name, soldMinor }) => ({
    key: name,
    value: Number(soldMinor),
    exact: `${nameOf(format, by, name)}: ${format.money(soldMinor, currency)}`,
  }));
  const best = items.toSorted((a, b) => Number(b.soldMinor) - Number(a.soldMinor))[0];
  if (!best) return null;
  const finding = t('counters.figures.best', {
    name: nameOf(format, by, best.name),
    amount: format.money(best.soldMinor, currency),
  });
  return (
    <figure style={{ margin: '0 0 12px' }}>
      <figcaption>{finding}</figcaption>
      <Bars label={finding} bars={bars} />
    </figure>
  );
}

function useFigureColumns(by: FigureGroup, currency: string | undefined): Column<Figure>[] {
  const format = useFormat();
  const head = (name: 'sold' | 'codes' | 'used' | 'data' | 'shifts' | 'expected' | 'counted' | 'variance') =>
    t(`counters.figures.columns.${name}`);
  const money = (minor: string) => format.money(minor, currency);
  const counted: Column<Figure>[] = [
    {
      key: 'shifts',
      head: head('shifts'),
      cell: ({ shiftCount, offCount }) => t('counters.figures.off', { count: shiftCount, off: offCount }),
      align: 'right',
      width: 136,
      importance: 3,
    },
    {
      key: 'expected',
      head: head('expected'),
      cell: ({ expectedMinor }) => money(expectedMinor),
      align: 'right',
      width: 128,
      importance: 2,
    },
    {
      key: 'counted',
      head: head('counted'),
      cell: ({ countedMinor }) => money(countedMinor),
      align: 'right',
      width: 128,
    },
    {
      key: 'variance',
      head: head('variance'),
      cell: (figure) => <FigureVariance figure={figure} currency={currency} />,
      align: 'right',
      width: 112,
    },
  ];
  return [
    { key: 'name', head: t(`counters.figures.groups.${by}`), cell: ({ name }) => <FigureName by={by} name={name} /> },
    { key: 'sold', head: head('sold'), cell: ({ soldMinor }) => money(soldMinor), align: 'right', width: 136 },
    { key: 'codes', head: head('codes'), cell: ({ soldCount }) => soldCount, align: 'right', width: 88 },
    { key: 'used', head: head('used'), cell: usedOf, align: 'right', width: 136, importance: 2 },
    {
      key: 'data',
      head: head('data'),
      cell: ({ usedBytes }) => format.bytes(usedBytes),
      align: 'right',
      width: 104,
      importance: 3,
    },
    ...(by === 'package' || by === 'hour' ? [] : counted),
  ];
}

/** Codes that came into use of those that were sold: usage against generation. */
function usedOf({ usedCount, soldCount }: Figure): string {
  if (soldCount === 0) return '–';
  return `${usedCount} · ${Math.round((usedCount / soldCount) * 100)} %`;
}

function FigureVariance({ figure, currency }: { figure: Figure; currency: string | undefined }) {
  const format = useFormat();
  const { varianceMinor, shiftCount } = figure;
  if (shiftCount === 0) return '–';
  const tone = varianceMinor === '0' ? 'fine' : 'broken';
  return <span style={{ color: `var(--tone-${tone})` }}>{format.money(varianceMinor, currency)}</span>;
}

function useFigurePhoneRow(by: FigureGroup, currency: string | undefined): (figure: Figure) => PhoneRow {
  const format = useFormat();
  return (figure) => ({
    title: by === 'drawer' ? drawerOf(format, figure.name).shift : nameOf(format, by, figure.name),
    aside: format.money(figure.soldMinor, currency),
    line: [
      t('vouchers.shifts.codes', { count: figure.soldCount }),
      ...(by === 'drawer' ? [drawerOf(format, figure.name).place] : []),
    ].join(' · '),
    lineAside: <FigureVariance figure={figure} currency={currency} />,
  });
}
