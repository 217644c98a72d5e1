// Gapless invoice numbers (billing.md R-NUM-1, R-NUM-2): one series per prefix and year in the operator's zone.
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';

export type SeriesNumber = { prefix: string; year: number; no: bigint; text: string };

/** Draws the next number. The series stays locked until the commit, so draw as late as can be. */
export async function drawNumber(work: Work, prefix: string, year: number): Promise<SeriesNumber> {
  const { no } = await work.db
    .insertInto('billing.number_series')
    .values({ prefix, year, last_no: 1n })
    .onConflict((conflict) =>
      conflict.columns(['prefix', 'year']).doUpdateSet({ last_no: sql<bigint>`number_series.last_no + 1` }),
    )
    .returning('last_no as no')
    .executeTakeFirstOrThrow();
  return { prefix, year, no, text: `${prefix}-${year}-${no.toString().padStart(5, '0')}` };
}
