// The order of long lists of money, and the place in it where a page goes on.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { keyOf } from '#platform/paging.ts';

export type Condition = RawBuilder<SqlBool>;

type Order = {
  /** What stands behind `order by`. */
  order: RawBuilder<unknown>;
  /** What is left of the list after a cursor: no condition on the first page. */
  beyond: Condition[];
};

/** In the order in which they were made; where days are asked for, in the order of these days. So each walks an index of its own. */
export function newestFirst(idColumn: string, dayColumn: string | undefined, after: string | undefined): Order {
  const id = sql.ref(idColumn);
  if (dayColumn === undefined) {
    const key = keyOf(after, 'uuid');
    return { order: sql`${id} desc`, beyond: key ? [sql`${id} < ${key[0]}::uuid`] : [] };
  }
  const key = keyOf(after, 'day', 'uuid');
  const day = sql.ref(dayColumn);
  return {
    order: sql`${day} desc, ${id} desc`,
    beyond: key ? [sql`(${day}, ${id}) < (${key[0]}::date, ${key[1]}::uuid)`] : [],
  };
}
