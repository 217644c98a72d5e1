// Gapless numbers (billing.md R-NUM-1, R-NUM-2) of invoices, credit notes and receipts: a series is a prefix, and a year in the
// operator's zone where the numbers begin anew each year.

import assert from 'node:assert/strict';
import type { documentKinds } from '@lastmile/contract/documents.ts';
import type { Db, Work } from '#platform/db.ts';
import { type NumberScheme, numberDocuments, yearOfSeries } from './rules/number-rules.ts';

export type DocumentKind = (typeof documentKinds)[number];

/** What the provider chose; the revision is beside it. */
export type ChosenScheme = { prefix: string; hasYear: boolean; digits: number };

/** `year` is 0 where the numbers go on over the years. */
export type Series = { prefix: string; year: number };
export type SeriesNumber = Series & { no: bigint; text: string };

/** The choice as the rules read it: numbers that say the year begin anew with it. */
export function schemeOf({ prefix, hasYear, digits }: ChosenScheme): NumberScheme {
  return { format: `${prefix}-${hasYear ? '{yyyy}-' : ''}{seq:${digits}}`, restartsYearly: hasYear };
}

export function seriesIn(scheme: ChosenScheme, issuedOn: Temporal.PlainDate): Series {
  return { prefix: scheme.prefix, year: yearOfSeries(schemeOf(scheme), issuedOn) };
}

/** How the number after a counter's last reads. */
export function textAfter(scheme: ChosenScheme, issuedOn: Temporal.PlainDate, last: bigint): string {
  return numbersAfter(scheme, issuedOn, last, 1)[0]!.text;
}

function numbersAfter(
  chosen: ChosenScheme,
  issuedOn: Temporal.PlainDate,
  last: bigint,
  count: number,
): ReturnType<typeof numberDocuments> {
  const scheme = schemeOf(chosen);
  const days = Array.from({ length: count }, () => issuedOn);
  return numberDocuments(scheme, days, new Map([[yearOfSeries(scheme, issuedOn), last]]));
}

export function selectScheme(db: Db, kind: DocumentKind) {
  return db
    .selectFrom('billing.number_schemes')
    .select(['prefix', 'has_year as hasYear', 'digits', 'revision'])
    .where('kind', '=', kind);
}

/**
 * Draws the next numbers. The series stays locked until the commit, so draw as late as can be; and the scheme, so that it is not
 * changed under a number that is drawn by it.
 */
export async function drawNumbers(
  work: Work,
  kind: DocumentKind,
  issuedOn: Temporal.PlainDate,
  count: number,
): Promise<SeriesNumber[]> {
  const scheme = await selectScheme(work.db, kind).forShare().executeTakeFirstOrThrow();
  const series = seriesIn(scheme, issuedOn);
  const last = (await drawBlock(work, series, count)) ?? (await beginAndDraw(work, kind, series, count));
  return numbersAfter(scheme, issuedOn, last - BigInt(count), count).map((number) => ({ ...series, ...number }));
}

/** The last number of a block; undefined where the series has not begun. */
async function drawBlock(work: Work, { prefix, year }: Series, count: number): Promise<bigint | undefined> {
  const row = await work.db
    .updateTable('billing.number_series')
    .set((e) => ({ last_no: e('last_no', '+', BigInt(count)) }))
    .where('prefix', '=', prefix)
    .where('year', '=', year)
    .returning('last_no as last')
    .executeTakeFirst();
  return row?.last;
}

/** The first number of a new year. */
async function beginAndDraw(work: Work, kind: DocumentKind, series: Series, count: number): Promise<bigint> {
  await beginSeries(work, kind, series, 1n);
  const last = await drawBlock(work, series, count);
  assert(last !== undefined, 'a series that was begun is there');
  return last;
}

export async function beginSeries(work: Work, kind: DocumentKind, series: Series, firstNo: bigint): Promise<void> {
  await work.db
    .insertInto('billing.number_series')
    .values({ ...series, kind, first_no: firstNo, last_no: firstNo - 1n })
    // Somebody else may have begun it at the same moment.
    .onConflict((conflict) => conflict.columns(['prefix', 'year']).doNothing())
    .execute();
}
