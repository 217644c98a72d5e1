// Taxes of an invoice. Where they are rounded and whether prices include them is the operator's setting, kept on the invoice.
import { divideRounded, percentage, type Rounding, splitByWeights, sumMinor } from '#platform/money.ts';

export type TaxMode = 'exclusive' | 'inclusive';

/** D5: one rounding for all lines of a rate, or one for each line. */
export type TaxLevel = 'rate_group' | 'line';

export type TaxPolicy = { mode: TaxMode; level: TaxLevel; rounding: Rounding };

export const defaultTaxPolicy: TaxPolicy = { mode: 'exclusive', level: 'rate_group', rounding: 'half_up' };

/** The amount is net with exclusive prices and gross with inclusive ones. The rate is in basis points. */
export type TaxedLine = { amountMinor: bigint; rateBp: number };

export type TaxAmounts = { netMinor: bigint; taxMinor: bigint; totalMinor: bigint };

/** One row of the tax table of an invoice. */
export type TaxGroup = TaxAmounts & { rateBp: number };

export type Taxes = TaxAmounts & { groups: TaxGroup[]; lines: TaxAmounts[] };

/** Net, tax and total of one amount: exclusive R-TAX-1, inclusive R-TAX-2. Net and tax always sum to the total. */
export function taxOf(
  amountMinor: bigint,
  rateBp: number,
  { mode, rounding }: Pick<TaxPolicy, 'mode' | 'rounding'>,
): TaxAmounts {
  if (!Number.isInteger(rateBp) || rateBp < 0) throw new RangeError(`${rateBp} is no tax rate in basis points`);
  if (mode === 'inclusive') {
    const netMinor = divideRounded(amountMinor * 10_000n, 10_000n + BigInt(rateBp), rounding);
    return { netMinor, taxMinor: amountMinor - netMinor, totalMinor: amountMinor };
  }
  const taxMinor = percentage(amountMinor, rateBp, rounding);
  return { netMinor: amountMinor, taxMinor, totalMinor: amountMinor + taxMinor };
}

/** All taxes of an invoice. What its lines show always sums to their group, and the groups to the invoice. */
export function taxesOf(lines: readonly TaxedLine[], policy: TaxPolicy = defaultTaxPolicy): Taxes {
  const lineTaxes = lines.map(({ amountMinor, rateBp }) => taxOf(amountMinor, rateBp, policy));
  const rates = [...new Set(lines.map(({ rateBp }) => rateBp))].sort((a, b) => a - b);
  const groups = rates.map((rateBp): TaxGroup => {
    const indexes = lines.flatMap((line, index) => (line.rateBp === rateBp ? [index] : []));
    if (policy.level === 'line') return { rateBp, ...sumTaxes(indexes.map((index) => lineTaxes[index]!)) };
    const amountMinor = sumMinor(indexes.map((index) => lines[index]!.amountMinor));
    const group = taxOf(amountMinor, rateBp, policy);
    spread(group, indexes, lineTaxes, policy.mode);
    return { rateBp, ...group };
  });
  return { ...sumTaxes(groups), groups, lines: lineTaxes };
}

/** Gives the tax of a group to its lines, by what they are of it (R-RND-2). */
function spread(group: TaxAmounts, indexes: readonly number[], lineTaxes: TaxAmounts[], mode: TaxMode): void {
  const amounts = indexes.map((index) => lineTaxes[index]!);
  const shares = splitAsParts(
    group.taxMinor,
    amounts.map(({ taxMinor }) => taxMinor),
    amounts.map(({ netMinor }) => netMinor),
  );
  indexes.forEach((index, position) => {
    const { netMinor, totalMinor } = lineTaxes[index]!;
    const taxMinor = shares[position]!;
    lineTaxes[index] =
      mode === 'inclusive'
        ? { netMinor: totalMinor - taxMinor, taxMinor, totalMinor }
        : { netMinor, taxMinor, totalMinor: netMinor + taxMinor };
  });
}

/** The parts as they were rounded by themselves, and what they lack or exceed, unit by unit, where it is largest. */
function splitAsParts(total: bigint, rounded: readonly bigint[], weights: readonly bigint[]): bigint[] {
  const difference = total - sumMinor(rounded);
  if (difference === 0n) return [...rounded];
  const sizes = weights.map((weight) => (weight < 0n ? -weight : weight));
  if (sumMinor(sizes) === 0n) return rounded.map((part, index) => (index === 0 ? part + difference : part));
  const corrections = splitByWeights(difference, sizes);
  return rounded.map((part, index) => part + corrections[index]!);
}

export function sumTaxes(taxes: readonly TaxAmounts[]): TaxAmounts {
  return {
    netMinor: sumMinor(taxes.map(({ netMinor }) => netMinor)),
    taxMinor: sumMinor(taxes.map(({ taxMinor }) => taxMinor)),
    totalMinor: sumMinor(taxes.map(({ totalMinor }) => totalMinor)),
  };
}
