// Gapless numbers (billing.md R-NUM-1, R-NUM-2): one series per prefix and year in the operator's zone.
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';
import { numbersOfBlock, numberText } from './number-rules.ts';

export type SeriesNumber = { prefix: string; year: number; no: bigint; text: string };

/** Draws the next numbers. The series stays locked until the commit, so draw as late as can be. */
export async function drawNumbers(
  work: Work,
  prefix: string,
  issuedOn: Temporal.PlainDate,
  count: number,
): Promise<SeriesNumber[]> {
  const { year } = issuedOn;
  const { last } = await work.db
    .insertInto('billing.number_series')
    .values({ prefix, year, last_no: BigInt(count) })
    .onConflict((conflict) =>
      conflict
        .columns(['prefix', 'year'])
        .doUpdateSet({ last_no: sql<bigint>`number_series.last_no + excluded.last_no` }),
    )
    .returning('last_no as last')
    .executeTakeFirstOrThrow();
  return numbersOfBlock(last - BigInt(count), count).map((no) => ({
    prefix,
    year,
    no,
    text: `${prefix}-${numberText('{yyyy}-{seq:5}', issuedOn, no)}`,
  }));
}

/** Credit notes have numbers of their own. */
export function creditNotePrefix(invoicePrefix: string): string {
  return `${invoicePrefix}-CN`;
}
