// What an invoice says: its lines with their taxes, and where each part of it goes in the books.
import type { lineKinds } from '@lastmile/contract/billing.ts';
import { sumMinor } from '#platform/money.ts';
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

/** What a line earns: for days that are still to come it is owed to the customer until they have passed. */
export type Earning = 'revenue' | 'deferred_revenue' | 'late_fee_revenue';

export function earningOf(line: { kind: string; startsOn?: Temporal.PlainDate | null | undefined }): Earning {
  if (line.kind === 'late_fee') return 'late_fee_revenue';
  return line.startsOn ? 'deferred_revenue' : 'revenue';
}

/** The net of an invoice by what it earns, zeros left out. May be negative where credits outweigh charges of one kind. */
export function earningsOf(
  lines: readonly { kind: string; startsOn?: Temporal.PlainDate | null | undefined; netMinor: bigint }[],
): { earning: Earning; netMinor: bigint }[] {
  return (['deferred_revenue', 'revenue', 'late_fee_revenue'] as const)
    .map((earning) => ({
      earning,
      netMinor: sumMinor(lines.filter((line) => earningOf(line) === earning).map(({ netMinor }) => netMinor)),
    }))
    .filter(({ netMinor }) => netMinor !== 0n);
}
