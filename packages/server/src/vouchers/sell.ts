// Live: the sale at the counter. The router is waited for between two transactions, and for a bounded time.
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { type HotspotUser, putHotspotUsers } from '#provisioning/hotspot-users.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { findRouter } from '#routers/routers.ts';
import { findTrouble } from '#routers/trouble.ts';
import { tellRefusedSale } from './attempts.ts';
import { type Order, type Reserved, reserveSale } from './reserve-sale.ts';
import { getSale, type SaleView, settleSale, type Written } from './sales.ts';
import { selectHotspotUsers } from './wanted-codes.ts';

// As long as a customer at the counter waits without asking. Well below the time for which a sale is held.
const writeTimeoutMs = 10_000;

export type Counter = {
  database: Database;
  connections: RouterConnections;
  /** Sales that this process makes just now: a second click waits for the first one's answer. */
  underWay: Map<string, Promise<SaleView>>;
  writeTimeoutMs?: number;
};

export function createCounter(database: Database, connections: RouterConnections, timeoutMs?: number): Counter {
  return { database, connections, underWay: new Map(), ...(timeoutMs ? { writeTimeoutMs: timeoutMs } : {}) };
}

export function sell(counter: Counter, actor: Actor, order: Order): Promise<SaleView> {
  const key = JSON.stringify([actor.id, order]);
  const known = counter.underWay.get(key);
  if (known) return known;
  const sale = sellOnce(counter, actor, order).finally(() => counter.underWay.delete(key));
  counter.underWay.set(key, sale);
  return sale;
}

async function sellOnce(counter: Counter, actor: Actor, order: Order): Promise<SaleView> {
  const { database } = counter;
  const reserved = await inTransaction(database, actor, (work) => reserveSale(work, order)).catch(async (error) => {
    await tellRefusedSale(database, actor, order, error);
    throw error;
  });
  if (reserved.state === 'reserved') {
    const written = await write(counter, reserved);
    await inTransaction(database, actor, (work) => settleSale(work, reserved, written));
  }
  return getSale(database.db, reserved.saleId);
}

async function write(counter: Counter, { saleId, routerId }: Reserved): Promise<Written> {
  const { database, connections } = counter;
  const router = await findRouter(database.db, routerId);
  if (!router) return refused('router_not_found', 'the router of this shift was removed');
  if (router.mode !== 'manage') return refused('router_not_managed', 'the router of this shift is only observed');
  const users: HotspotUser[] = await selectHotspotUsers(database, (q) => q.where('voucher.sale_id', '=', saleId));
  try {
    await putHotspotUsers(connections, router, users, counter.writeTimeoutMs ?? writeTimeoutMs);
    return { ok: true };
  } catch (error) {
    const trouble = findTrouble(error);
    if (!trouble) throw error;
    if (trouble.state === 'unreachable')
      return { ok: false, isUnreachable: true, code: 'router_unreachable', message: trouble.message };
    return refused(trouble.state === 'login_refused' ? 'router_login_refused' : 'router_rejected', trouble.message);
  }
}

function refused(code: string, message: string): Written {
  return { ok: false, isUnreachable: false, code, message };
}
