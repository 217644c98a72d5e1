// Gapless numbers (billing.md R-NUM-1, R-NUM-2): one series per prefix and year in the operator's zone.
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';
import {
  counterAfterSwitch,
  type NumberScheme,
  numbersOfBlock,
  numberTexts,
  refusalOfScheme,
  seriesOf,
} from './rules/number-rules.ts';

export type SeriesNumber = { prefix: string; year: number; no: bigint; text: string };

/** How documents are numbered: anew each year. */
function schemeOf(prefix: string): NumberScheme {
  const scheme = { format: `${prefix}-{yyyy}-{seq:5}`, restartsYearly: true };
  const refusal = refusalOfScheme(scheme);
  if (refusal) throw new RangeError(`numbers cannot begin with "${prefix}": ${refusal}`);
  return scheme;
}

/** Draws the next numbers. The series stays locked until the commit, so draw as late as can be. */
export async function drawNumbers(
  work: Work,
  prefix: string,
  issuedOn: Temporal.PlainDate,
  count: number,
): Promise<SeriesNumber[]> {
  const { year } = issuedOn;
  const last = (await drawBlock(work, prefix, year, count)) ?? (await beginSeries(work, prefix, year, count));
  const scheme = schemeOf(prefix);
  const before = last - BigInt(count);
  const texts = numberTexts(
    scheme,
    Array.from({ length: count }, () => issuedOn),
    new Map([[seriesOf(scheme, issuedOn), before]]),
  );
  return numbersOfBlock(before, count).map((no, index) => ({ prefix, year, no, text: texts[index]! }));
}

/** The last number of a block; undefined where the series has not begun. */
async function drawBlock(work: Work, prefix: string, year: number, count: number): Promise<bigint | undefined> {
  const row = await work.db
    .updateTable('billing.number_series')
    .set((e) => ({ last_no: e('last_no', '+', BigInt(count)) }))
    .where('prefix', '=', prefix)
    .where('year', '=', year)
    .returning('last_no as last')
    .executeTakeFirst();
  return row?.last;
}

/** Another prefix goes on after what was issued under those before it in the same year, so that no number comes back (R-NUM-2). */
async function beginSeries(work: Work, prefix: string, year: number, count: number): Promise<bigint> {
  const { rows } = await sql<{ last: bigint | null }>`
    select max(last_no) as last from billing.number_series
    where year = ${year} and prefix <> ${prefix} and (prefix like '%-CN') = (${prefix} like '%-CN')`.execute(work.db);
  const before = counterAfterSwitch(rows[0]?.last ?? 0n);
  await work.db
    .insertInto('billing.number_series')
    .values({ prefix, year, first_no: before + 1n, last_no: before })
    // Somebody else may have begun it at the same moment.
    .onConflict((conflict) => conflict.columns(['prefix', 'year']).doNothing())
    .execute();
  const last = await drawBlock(work, prefix, year, count);
  assert(last !== undefined, 'a series that was begun is there');
  return last;
}

/** Credit notes have numbers of their own. */
export function creditNotePrefix(invoicePrefix: string): string {
  return `${invoicePrefix}-CN`;
}
