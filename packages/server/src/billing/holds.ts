// Promises to pay and exemptions: who owes and stays on all the same, until a day that somebody named.
import type { Hold } from '@lastmile/contract/suspension.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import { isBefore, localDate } from '#platform/dates.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';
import { getOverduePolicy } from './overdue-policy.ts';
import { listCuttingInvoices, restoreIfPaid } from './suspension.ts';

export type HoldView = z.output<typeof Hold>;
export type NewHold = {
  customerId: string;
  kind: HoldView['kind'];
  untilOn: Temporal.PlainDate;
  reason: string | null;
};

function selectHolds(db: Db) {
  return db
    .selectFrom('billing.holds as hold')
    .innerJoin('customers.customers as customer', 'customer.id', 'hold.customer_id')
    .select([
      'hold.id',
      'hold.customer_id as customerId',
      'customer.name as customerName',
      'hold.kind',
      'hold.until_on as untilOn',
      'hold.reason',
      'hold.recorded_by as recordedBy',
      'hold.recorded_at as recordedAt',
      'hold.ended_by as endedBy',
      'hold.ended_at as endedAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectHolds>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row, today: Temporal.PlainDate): HoldView {
  const isStanding = row.endedAt === null && !isBefore(row.untilOn, today);
  return { ...row, kind: row.kind as HoldView['kind'], isStanding };
}

export type HoldQuery = PageRequest & { customerId?: string | undefined; standing?: 'yes' | 'no' | undefined };

export async function listHolds(
  db: Db,
  query: HoldQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<HoldView>> {
  const today = localDate(now, (await getSettings(db)).timeZone);
  const key = keyOf(query.after, 'uuid');
  const isStanding = sql<SqlBool>`(hold.ended_at is null and hold.until_on >= ${today})`;
  const rows = await selectHolds(db)
    .where(customerInScope(scope, 'hold.customer_id'))
    .$if(query.customerId !== undefined, (q) => q.where('hold.customer_id', '=', query.customerId ?? ''))
    .$if(query.standing === 'yes', (q) => q.where(isStanding))
    .$if(query.standing === 'no', (q) => q.where(sql<SqlBool>`not ${isStanding}`))
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`hold.id < ${key?.[0]}::uuid`))
    .orderBy('hold.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return { next: page.next, items: page.items.map((row) => viewOf(row, today)) };
}

async function getHold(work: Work, holdId: string): Promise<HoldView> {
  const row = await selectHolds(work.db)
    .where('hold.id', '=', holdId)
    .where(customerInScope(scopeOf(work.actor), 'hold.customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('hold_not_found', { holdId });
  return viewOf(row, localDate(work.now, (await getSettings(work.db)).timeZone));
}

// A hold is meant to end. Who is never to be cut for longer than this has an agreement that should be looked at again.
const longestDays = { promise: 60, exemption: 3660 } as const;

/** Keeps a customer on until a day; who is cut for money is on again at once. */
export async function addHold(work: Work, hold: NewHold): Promise<HoldView> {
  await lockPresentCustomer(work, hold.customerId);
  const today = localDate(work.now, (await getSettings(work.db)).timeZone);
  if (isBefore(hold.untilOn, today)) throw fieldError('invalid_input', 'untilOn', 'must not be in the past');
  const days = longestDays[hold.kind];
  if (isBefore(today.add({ days }), hold.untilOn))
    throw fieldError('invalid_input', 'untilOn', `must be within ${days} days`);
  const id = newId();
  await work.db
    .insertInto('billing.holds')
    .values({
      id,
      customer_id: hold.customerId,
      kind: hold.kind,
      until_on: hold.untilOn,
      reason: hold.reason,
      recorded_by: work.actor.name,
      recorded_at: work.now,
    })
    .execute();
  await audit(work, `${hold.kind}.recorded`, [hold.customerId, id], {
    untilOn: hold.untilOn.toString(),
    ...(hold.reason ? { reason: hold.reason } : {}),
  });
  await restoreIfPaid(work, hold.customerId);
  work.announce('customer', hold.customerId);
  return getHold(work, id);
}

/** Ends a hold before its day. It does not cut by itself: the next run does, as for everybody. */
export async function endHold(work: Work, holdId: string): Promise<HoldView> {
  const found = await getHold(work, holdId);
  await lockPresentCustomer(work, found.customerId);
  const { numUpdatedRows } = await work.db
    .updateTable('billing.holds')
    .set({ ended_at: work.now, ended_by: work.actor.name })
    .where('id', '=', holdId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DomainError('hold_ended', { holdId });
  await audit(work, `${found.kind}.ended`, [found.customerId, holdId], { untilOn: found.untilOn.toString() });
  work.announce('customer', found.customerId);
  return getHold(work, holdId);
}

/** For who is switched on by hand while he owes past grace: an exemption that ends after the days of the policy. */
export async function exemptWhoOwes(work: Work, customerId: string, reason: string | null): Promise<void> {
  if ((await listCuttingInvoices(work.db, customerId, work.now)).length === 0) return;
  const { exemptionDays } = await getOverduePolicy(work.db);
  const today = localDate(work.now, (await getSettings(work.db)).timeZone);
  await addHold(work, {
    customerId,
    kind: 'exemption',
    untilOn: today.add({ days: exemptionDays }),
    reason: reason ?? 'activated by hand',
  });
}
