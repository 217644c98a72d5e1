// Many rows in one statement, as the thousands that a run writes: each column is one parameter, and one that says the same in every
// row is said once.
import { type RawBuilder, sql } from 'kysely';
import type { Work } from './db.ts';

type ColumnType = 'uuid' | 'text' | 'int' | 'bigint' | 'date';

type Value = string | number | bigint | Temporal.PlainDate | null | undefined;

export type Columns<R> = Record<string, readonly [type: ColumnType, read: (row: R, index: number) => Value]>;

/** Rows as a table for `from` or `join`, in their order; it wants an alias. Its columns have the names of `columns`. */
export function rowSet<R>(rows: readonly R[], columns: Columns<R>): RawBuilder<unknown> {
  const all = Object.entries(columns).map(([name, [type, read]]) => ({ name, type, values: rows.map(read) }));
  // One column is always sent whole: it says how many rows there are.
  const [whole, ...others] = all;
  if (!whole) throw new RangeError('rows have columns');
  const varying = [whole, ...others.filter(({ values }) => !isSame(values))];
  const names = all.map(({ name, type, values }) =>
    varying.some((column) => column.name === name)
      ? sql.ref(name)
      : sql`${textOf(values[0])}::${sql.raw(type)} as ${sql.ref(name)}`,
  );
  const arrays = varying.map(({ type, values }) => sql`${arrayOf(values, type)}::${sql.raw(type)}[]`);
  return sql`(select ${sql.join(names)} from unnest(${sql.join(arrays)}) as sent (${sql.join(varying.map(({ name }) => sql.ref(name)))}))`;
}

/** By what they say: two dates of one day are the same. */
function isSame(values: readonly Value[]): boolean {
  const [first] = values;
  if (typeof first !== 'object') return values.every((value) => value === first);
  const text = textOf(first);
  return values.every((value) => textOf(value) === text);
}

function textOf(value: Value): string | null {
  return value === null || value === undefined ? null : value.toString();
}

/** Only text can hold what has to be quoted; that is left to the driver. */
function arrayOf(values: readonly Value[], type: ColumnType): string | (string | null)[] {
  return type === 'text' ? values.map(textOf) : `{${values.map((value) => textOf(value) ?? 'NULL').join()}}`;
}

/**
 * What a transaction joins from here on, it looks up by key. The planner would read a whole table to find a thousand rows of it, which
 * is right once, and not for each of the thousand batches that go over it.
 */
export async function joinByKey({ db }: Work): Promise<void> {
  await sql`select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`.execute(db);
}
