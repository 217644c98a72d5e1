// Numbers of documents: gapless within a series, which is a prefix and, where the numbers begin anew each year, the year of
// issue in the operator's zone (R-NUM-1, R-NUM-2).

export type NumberScheme = {
  /** "INV-{yyyy}-{seq:6}": also {yy}, {mm}, and {seq} without a width. */
  format: string;
  restartsYearly: boolean;
};

/** Why a scheme would give the same number twice, or none at all. */
export function refusalOfScheme({
  format,
  restartsYearly,
}: NumberScheme): 'sequence_missing' | 'year_missing' | 'unknown_placeholder' | undefined {
  const placeholders = [...format.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  if (placeholders.some((name) => !/^(yyyy|yy|mm|seq|seq:[1-9]|seq:1[0-8])$/.test(name))) return 'unknown_placeholder';
  if (placeholders.filter((name) => name.startsWith('seq')).length !== 1) return 'sequence_missing';
  if (restartsYearly && !placeholders.some((name) => name === 'yyyy' || name === 'yy')) return 'year_missing';
  return undefined;
}

/** The year of the series that a document draws from: 0 is one for all years. */
export function yearOfSeries({ restartsYearly }: NumberScheme, issuedOn: Temporal.PlainDate): number {
  return restartsYearly ? issuedOn.year : 0;
}

function numberText(format: string, issuedOn: Temporal.PlainDate, no: bigint): string {
  return format.replace(/\{(yyyy|yy|mm|seq)(?::(\d+))?\}/g, (_, name: string, width = '0') => {
    if (name === 'seq') return no.toString().padStart(Number(width), '0');
    if (name === 'mm') return issuedOn.month.toString().padStart(2, '0');
    return issuedOn.year.toString().padStart(4, '0').slice(-name.length);
  });
}

/** The numbers of a block that was drawn from a counter standing at `last`; afterwards it stands at the last of them. */
export function numbersOfBlock(last: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, index) => last + BigInt(index) + 1n);
}

/** What documents are numbered in the order of their issue, from fresh counters or ones that stand somewhere, by their years. */
export function numberDocuments(
  scheme: NumberScheme,
  issueDays: readonly Temporal.PlainDate[],
  counters: ReadonlyMap<number, bigint> = new Map(),
): { year: number; no: bigint; text: string }[] {
  const standing = new Map(counters);
  return issueDays.map((issuedOn) => {
    const year = yearOfSeries(scheme, issuedOn);
    const [no] = numbersOfBlock(standing.get(year) ?? 0n, 1) as [bigint];
    standing.set(year, no);
    return { year, no, text: numberText(scheme.format, issuedOn, no) };
  });
}

/** A new scheme goes on after all that was issued under any other, so that no number comes back (R-NUM-2). */
export function counterAfterSwitch(issuedCount: bigint, lastOfNewSeries = 0n): bigint {
  return issuedCount > lastOfNewSeries ? issuedCount : lastOfNewSeries;
}
