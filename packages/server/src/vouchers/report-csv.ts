// A day's reconciliation for a spreadsheet: one line for each shift and each router, amounts as decimals.
import { stringify } from 'csv-stringify/sync';
import { formatMoney } from '#platform/money.ts';
import type { ReportView } from './reconcile-day.ts';

const columns = [
  'day',
  'revision',
  'what',
  'name',
  'location',
  'currency',
  'sold_count',
  'sold',
  'expected',
  'counted',
  'difference',
  'received',
  'state',
  'first_used_count',
  'on_router_count',
  'used_bytes',
] as const;

type Line = Partial<Record<(typeof columns)[number], string | number>>;

export function reportCsv(report: ReportView): string {
  const { currency, totals, revision } = report;
  const day = report.day.toString();
  const money = (minor: bigint | null) => (minor === null ? '' : formatMoney(minor, currency));
  const lines: Line[] = [
    {
      what: 'total',
      sold_count: totals.soldCount,
      sold: money(totals.soldMinor),
      counted: money(totals.countedMinor),
      difference: money(totals.varianceMinor),
      state: totals.booksFlag,
      first_used_count: totals.usedCount,
    },
    ...report.shifts.map((shift) => ({
      what: 'shift',
      name: nameOf(shift.staffName),
      location: nameOf(shift.locationName ?? ''),
      sold: money(shift.soldMinor),
      expected: money(shift.expectedMinor),
      counted: money(shift.countedMinor),
      difference: money(shift.varianceMinor),
      received: money(shift.receivedMinor),
      state: shift.flag,
    })),
    ...report.routers.map((router) => ({
      what: 'router',
      name: nameOf(router.label),
      sold_count: router.soldCount,
      sold: money(router.soldMinor),
      first_used_count: router.usedCount,
      on_router_count: router.onRouterCount,
      used_bytes: `${router.usedBytes}`,
    })),
    ...report.unsoldCodes.map((code) => ({ what: 'used_without_sale', name: nameOf(code) })),
  ];
  return stringify(
    lines.map((line) => ({ day, revision, currency, ...line })),
    { header: true, columns: [...columns], bom: true, record_delimiter: '\r\n' },
  );
}

/** A name that begins as a formula does is none. */
function nameOf(name: string): string {
  return /^[=+\-@\t]/.test(name) ? `'${name}` : name;
}
