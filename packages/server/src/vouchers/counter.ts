// The one screen of a cashier: his shift, what he may sell, and what he sold today.
import type { Counter as CounterShape } from '@lastmile/contract/counter.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { dayBounds, localDate } from '#platform/dates.ts';
import { type Actor, type Db, scopeOf } from '#platform/db.ts';
import { routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { getCounterSettings } from './counter-settings.ts';
import { listSellablePackages } from './packages.ts';
import { findOwnShift, personOf } from './shifts.ts';

export type CounterView = z.output<typeof CounterShape>;

// A drop-down of more is a search.
const maxRouters = 200;

export async function getCounter(db: Db, asker: Actor, now: Temporal.Instant): Promise<CounterView> {
  const staffId = personOf(asker);
  const { currency, timeZone } = await getSettings(db);
  const { start, end } = dayBounds(localDate(now, timeZone), timeZone);
  const shift = await findOwnShift(db, staffId, now);
  const today = await db
    .selectFrom('vouchers.sales')
    .select([
      sql<number>`coalesce(sum(quantity), 0)::float8`.as('soldCount'),
      sql<string>`coalesce(sum(total_minor), 0)::text`.as('soldMinor'),
    ])
    .where('staff_id', '=', staffId)
    .where('state', '=', 'complete')
    .where('created_at', '>=', start)
    .where('created_at', '<', end)
    .executeTakeFirstOrThrow();
  const routers = await db
    .selectFrom('routers.routers as router')
    .leftJoin('routers.locations as location', 'location.id', 'router.location_id')
    .select(['router.id', 'router.label', 'router.location_id as locationId', 'location.name as locationName'])
    .where('router.removed_at', 'is', null)
    .where('router.mode', '=', 'manage')
    .where(routerInScope(scopeOf(asker), 'router.id'))
    .orderBy(sql`lower(router.label)`)
    .limit(maxRouters)
    .execute();
  const { loginUrl, voidAloneLimitMinor } = await getCounterSettings(db);
  // What is on offer, before a shift is open, is what a place would offer that everybody may see.
  const place = routers.find(({ id }) => id === shift?.routerId);
  return {
    shift,
    routers,
    packages: await listSellablePackages(db, place?.locationId ?? null),
    today: { soldCount: today.soldCount, soldMinor: BigInt(today.soldMinor), currency },
    loginUrl,
    voidAloneLimitMinor,
  };
}
