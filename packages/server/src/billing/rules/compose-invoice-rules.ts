// What an invoice says: its lines with their taxes, and where each part of it goes in the books.
import type { lineKinds } from '@lastmile/contract/billing.ts';
import { sumMinor } from '#platform/money.ts';
import { earnedBefore } from './recognition-rules.ts';
import { type TaxAmounts, type TaxPolicy, taxesOf } from './tax-rules.ts';

export type LineKind = (typeof lineKinds)[number];

/** A line as it is wanted. The amount is net where prices are exclusive of tax, gross where they include it. */
export type WantedLine = {
  kind: LineKind;
  description: string;
  quantity: number;
  unitMinor: bigint;
  discountMinor: bigint;
  tax: { name: string; rateBp: number } | undefined;
  /** What it charges, where it is a part of a subscription. */
  subscriptionId?: string | undefined;
  periodOn?: Temporal.PlainDate | undefined;
  startsOn?: Temporal.PlainDate | undefined;
  endsOn?: Temporal.PlainDate | undefined;
};

export type ComposedLine = WantedLine & TaxAmounts;

export type ComposedInvoice = TaxAmounts & { lines: ComposedLine[] };

export function amountOfLine({ quantity, unitMinor, discountMinor }: WantedLine): bigint {
  return BigInt(quantity) * unitMinor - discountMinor;
}

export function composeInvoice(lines: readonly WantedLine[], policy: TaxPolicy): ComposedInvoice {
  const taxed = lines.map((line) => ({ amountMinor: amountOfLine(line), rateBp: line.tax?.rateBp ?? 0 }));
  const { netMinor, taxMinor, totalMinor, lines: amounts } = taxesOf(taxed, policy);
  return {
    netMinor,
    taxMinor,
    totalMinor,
    lines: lines.map((line, index) => ({ ...line, ...amounts[index]! })),
  };
}

/** Where the net of a line goes: for days that are still to come it is owed to the customer until they have passed. */
export type Earning = 'revenue' | 'deferred_revenue' | 'late_fee_revenue';

type EarningLine = {
  kind: string;
  startsOn?: Temporal.PlainDate | null | undefined;
  endsOn?: Temporal.PlainDate | null | undefined;
  netMinor: bigint;
};

function earningOf(
  { kind, startsOn, endsOn, netMinor }: EarningLine,
  recognizedThrough: Temporal.PlainDate | undefined,
): Record<Earning, bigint> {
  const nothing = { revenue: 0n, deferred_revenue: 0n, late_fee_revenue: 0n };
  if (kind === 'late_fee') return { ...nothing, late_fee_revenue: netMinor };
  if (!startsOn || !endsOn) return { ...nothing, revenue: netMinor };
  // The days up to there are booked as earned: nobody comes back to them.
  const revenue = recognizedThrough ? earnedBefore(netMinor, { startsOn, endsOn }, recognizedThrough) : 0n;
  return { ...nothing, revenue, deferred_revenue: netMinor - revenue };
}

/** The net of an invoice by what it earns, zeros left out. May be negative where credits outweigh charges of one kind. */
export function earningsOf(
  lines: readonly EarningLine[],
  recognizedThrough: Temporal.PlainDate | undefined,
): { earning: Earning; netMinor: bigint }[] {
  const earned = lines.map((line) => earningOf(line, recognizedThrough));
  return (['deferred_revenue', 'revenue', 'late_fee_revenue'] as const)
    .map((earning) => ({ earning, netMinor: sumMinor(earned.map((parts) => parts[earning])) }))
    .filter(({ netMinor }) => netMinor !== 0n);
}
