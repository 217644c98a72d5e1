// How the provider wants his documents numbered. Another scheme goes on after what was issued under the one before, and no number
// comes back (R-NUM-2); where a provider comes from another program, a series that has no document yet may begin later.
import { documentKinds, type NumberScheme } from '@lastmile/contract/documents.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { getToday } from './invoices.ts';
import {
  beginSeries,
  type ChosenScheme,
  type DocumentKind,
  schemeOf,
  selectScheme,
  seriesIn,
  textAfter,
} from './numbers.ts';
import { counterAfterSwitch, refusalOfScheme } from './rules/number-rules.ts';

export type NumberSchemeView = z.output<typeof NumberScheme>;

export async function listNumberSchemes(db: Db, now: Temporal.Instant): Promise<NumberSchemeView[]> {
  const today = await getToday(db, now);
  return Promise.all(documentKinds.map((kind) => getNumberScheme(db, kind, today)));
}

/** The kind that an address names. */
function kindNamed(name: string): DocumentKind {
  const kind = documentKinds.find((known) => known === name);
  if (!kind) throw new DomainError('number_scheme_not_found', { kind: name });
  return kind;
}

async function getNumberScheme(db: Db, kind: DocumentKind, today: Temporal.PlainDate): Promise<NumberSchemeView> {
  const { revision, ...scheme } = await selectScheme(db, kind).executeTakeFirstOrThrow();
  return { kind, ...scheme, ...(await standingOf(db, kind, scheme, today)), revision };
}

type Counter = { firstNo: bigint; lastNo: bigint };

/** Where a series stands; undefined before its first number. One of another kind is refused. */
async function findCounter(
  db: Db,
  kind: DocumentKind,
  scheme: ChosenScheme,
  today: Temporal.PlainDate,
): Promise<Counter | undefined> {
  const { prefix, year } = seriesIn(scheme, today);
  // A prefix is of one kind in every year, or the numbers of two would read alike later.
  const rows = await db
    .selectFrom('billing.number_series')
    .select(['kind', 'year', 'first_no as firstNo', 'last_no as lastNo'])
    .where('prefix', '=', prefix)
    .execute();
  if (rows.some((row) => row.kind !== kind)) throw prefixTaken();
  return rows.find((row) => row.year === year);
}

type Standing = Pick<NumberSchemeView, 'nextNo' | 'nextNumber' | 'hasBegun'>;

/** The number that the next document gets by a scheme, the chosen one or another. */
async function standingOf(
  db: Db,
  kind: DocumentKind,
  scheme: ChosenScheme,
  today: Temporal.PlainDate,
): Promise<Standing> {
  const counter = await findCounter(db, kind, scheme, today);
  const lastNo = counter ? counter.lastNo : await lastIssued(db, kind, today);
  const hasBegun = counter !== undefined && counter.lastNo >= counter.firstNo;
  return { nextNo: Number(lastNo + 1n), nextNumber: textAfter(scheme, today, lastNo), hasBegun };
}

/** The last number under the scheme that holds now. */
async function lastIssued(db: Db, kind: DocumentKind, today: Temporal.PlainDate): Promise<bigint> {
  const current = await selectScheme(db, kind).executeTakeFirstOrThrow();
  const counter = await findCounter(db, kind, current, today);
  return counterAfterSwitch(counter?.lastNo ?? 0n);
}

/** What the next number would be, were the scheme changed so. */
export async function previewNumberScheme(
  db: Db,
  now: Temporal.Instant,
  kindName: string,
  { nextNo, ...scheme }: SchemeWish,
): Promise<Standing> {
  const kind = kindNamed(kindName);
  const today = await getToday(db, now);
  refuseScheme(scheme);
  await refusePrefixOfOther(db, kind, scheme.prefix);
  const standing = await standingOf(db, kind, scheme, today);
  if (nextNo === undefined || nextNo === standing.nextNo) return standing;
  refuseBackwards(standing, nextNo);
  return { ...standing, nextNo, nextNumber: textAfter(scheme, today, BigInt(nextNo - 1)) };
}

type SchemeWish = ChosenScheme & {
  /** Where the numbers go on; left out, after those before. */
  nextNo?: number | undefined;
};

/** Whoever asks, by a form or not: a scheme that would give a number twice, or none, is not kept. */
function refuseScheme(scheme: ChosenScheme): void {
  const refusal = refusalOfScheme(schemeOf(scheme));
  if (refusal) throw fieldError('invalid_input', 'prefix', `must leave each document a number of its own (${refusal})`);
}

function refuseBackwards({ hasBegun, nextNo }: Standing, wanted: number): void {
  const refuse = (why: string) => fieldError('number_series_begun', 'nextNo', why, { nextNo });
  if (hasBegun) throw refuse('can be chosen only before the first document; choose another prefix to begin elsewhere');
  if (wanted < nextNo) throw refuse(`must be at least ${nextNo}, after those before`);
}

const prefixTaken = () => fieldError('number_prefix_taken', 'prefix', 'belongs to the numbers of other documents');

async function refusePrefixOfOther(db: Db, kind: DocumentKind, prefix: string): Promise<void> {
  const other = await db
    .selectFrom('billing.number_schemes')
    .select('kind')
    .where('prefix', '=', prefix)
    .where('kind', '<>', kind)
    .executeTakeFirst();
  if (other) throw prefixTaken();
}

export async function changeNumberScheme(
  work: Work,
  kindName: string,
  { revision, ...wish }: SchemeWish & { revision: number },
): Promise<NumberSchemeView> {
  const kind = kindNamed(kindName);
  // All of them, in one order: two that swap their prefixes at one moment do not pass each other.
  await work.db.selectFrom('billing.number_schemes').select('kind').orderBy('kind').forUpdate().execute();
  const before = await selectScheme(work.db, kind).executeTakeFirstOrThrow();
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const standing = await previewNumberScheme(work.db, work.now, kind, wish);
  const { prefix, hasYear, digits } = wish;
  const today = await getToday(work.db, work.now);
  const series = seriesIn(wish, today);
  const nextNo = BigInt(standing.nextNo);
  await beginSeries(work, kind, series, nextNo);
  if (!standing.hasBegun)
    await work.db
      .updateTable('billing.number_series')
      .set({ first_no: nextNo, last_no: nextNo - 1n })
      .where('prefix', '=', series.prefix)
      .where('year', '=', series.year)
      .where('first_no', '<>', nextNo)
      .execute();
  await work.db
    .updateTable('billing.number_schemes')
    .set({ prefix, has_year: hasYear, digits, revision: revision + 1 })
    .where('kind', '=', kind)
    .execute();
  const { revision: _, ...old } = before;
  await audit(work, 'settings.numbers_changed', [], {
    kind,
    before: old,
    after: { prefix, hasYear, digits },
    nextNumber: standing.nextNumber,
  });
  work.announce('settings', 'documents');
  return getNumberScheme(work.db, kind, today);
}

/** How a document of this kind reads, for texts about nobody. */
export async function exampleNumber(db: Db, kind: DocumentKind, today: Temporal.PlainDate): Promise<string> {
  return textAfter(await selectScheme(db, kind).executeTakeFirstOrThrow(), today, 41n);
}
