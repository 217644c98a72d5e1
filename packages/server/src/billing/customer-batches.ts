// What a run does to thousands of customers: many in one transaction, few enough that nobody at a counter waits for it.
import { lockCustomer, lockFreeCustomers } from '#customers/customers.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';

export type CustomerRef = { id: string; name: string };

/** Customers in the order of their ids, after a given one; it ends where there are none. */
export type CustomerList = (db: Db, now: Temporal.Instant, after?: string) => Promise<CustomerRef[]>;

/** Decides again what to do with customers who are locked now; answers for whom anything changed. */
export type BatchAct = (work: Work, customerIds: readonly string[]) => Promise<readonly string[]>;

const batchSize = 100;

/**
 * Batch by batch. Whom somebody else holds, as at his payment, is waited for by himself, after his batch: so nobody waits for us
 * while we wait for another.
 */
export async function forEachCustomer(
  database: Database,
  actor: Actor,
  list: CustomerList,
  act: BatchAct,
): Promise<{ checkedCount: number; changed: CustomerRef[] }> {
  const changed: CustomerRef[] = [];
  let checkedCount = 0;
  for (let after: string | undefined; ; ) {
    const customers = await list(database.db, database.clock.now(), after);
    for (let from = 0; from < customers.length; from += batchSize) {
      const batch = customers.slice(from, from + batchSize);
      const ids = await actOnBatch(database, actor, batch, act);
      changed.push(...batch.filter(({ id }) => ids.has(id)));
    }
    checkedCount += customers.length;
    const last = customers.at(-1);
    if (!last) return { checkedCount, changed };
    after = last.id;
  }
}

async function actOnBatch(
  database: Database,
  actor: Actor,
  batch: readonly CustomerRef[],
  act: BatchAct,
): Promise<Set<string>> {
  const ids = batch.map(({ id }) => id);
  const { free, changed } = await inTransaction(database, actor, async (work) => {
    const free = await lockFreeCustomers(work, ids);
    return { free, changed: await act(work, free) };
  });
  const all = new Set(changed);
  for (const id of new Set(ids).difference(new Set(free))) {
    const own = await inTransaction(database, actor, async (work) => {
      await lockCustomer(work, id);
      return act(work, [id]);
    });
    for (const one of own) all.add(one);
  }
  return all;
}
