// What a benchmark is, and what benchmarks share. `npm run bench` finds them as *.bench.ts.

/** One thing measured at one subject: `lastmile`, a rival, or a limit. */
export type Row = { id: string; subject: string; value: number; unit: string };

export type Benchmark = {
  name: string;
  about: string;
  /** Alternates between its subjects `runs` times and answers with medians. */
  run(wish: { runs: number }): Promise<Row[]>;
};

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('there is no median of nothing');
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return (lower + upper) / 2;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
