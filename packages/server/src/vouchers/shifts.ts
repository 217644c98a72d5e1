// A shift is one person's drawer at one router, from clocking in to the count. What should be in the drawer is told to nobody
// who still has to count it.
import type { OwnShift, Shift, shiftOutcomes, shiftStates } from '@lastmile/contract/counter.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type LedgerAccount, postJournal } from '#ledger/journals.ts';
import { dayBounds, localDate } from '#platform/dates.ts';
import { type Actor, type Db, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { locationInScope, routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { countedCash, type Denomination, expectedCash, refusalOfShiftRequest } from './rules/shift-rules.ts';

export type OwnShiftView = z.output<typeof OwnShift>;
export type ShiftView = z.output<typeof Shift>;
type State = (typeof shiftStates)[number];

export type LockedShift = {
  id: string;
  staffId: string;
  staffName: string;
  routerId: string;
  locationId: string | null;
  currency: string;
  state: State;
  openedMinor: bigint;
};

/** The id of the person who asks: schedules have no drawer. */
export function personOf(actor: Actor): string {
  if (actor.kind !== 'staff' || actor.id === null) throw new DomainError('forbidden', { actor: actor.kind });
  return actor.id;
}

const lockedColumns = [
  'id',
  'staff_id as staffId',
  'staff_name as staffName',
  'router_id as routerId',
  'location_id as locationId',
  'currency',
  'state',
  'opened_minor as openedMinor',
] as const;

/** The shift of who acts that is not closed yet, locked: nothing else happens in its drawer until the transaction ends. */
export async function lockOwnStandingShift(work: Work): Promise<LockedShift | undefined> {
  const row = await work.db
    .selectFrom('vouchers.shifts')
    .select(lockedColumns)
    .where('staff_id', '=', personOf(work.actor))
    .where('state', 'in', ['open', 'counted'])
    .forUpdate()
    .executeTakeFirst();
  return row as LockedShift | undefined;
}

export async function lockOwnOpenShift(work: Work): Promise<LockedShift> {
  return openOrRefused(await lockOwnStandingShift(work));
}

export function openOrRefused(shift: LockedShift | undefined): LockedShift {
  const who = { isManager: false, isCashier: true };
  if (!shift || refusalOfShiftRequest('take_cash', who, shift.state))
    throw new DomainError('no_open_shift', {}, 'clock in first: nothing is sold outside a shift');
  return shift;
}

export async function lockShift(work: Work, shiftId: string): Promise<LockedShift> {
  const row = await work.db
    .selectFrom('vouchers.shifts')
    .select(lockedColumns)
    .where('id', '=', shiftId)
    .where(locationInScope(scopeOf(work.actor), 'location_id'))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('shift_not_found', { shiftId });
  return row as LockedShift;
}

export async function openShift(
  work: Work,
  { routerId, cash }: { routerId: string; cash: Denomination[] },
): Promise<OwnShiftView> {
  const staffId = personOf(work.actor);
  const router = await work.db
    .selectFrom('routers.routers as router')
    .leftJoin('routers.locations as location', 'location.id', 'router.location_id')
    .select(['router.mode', 'router.label', 'router.location_id as locationId', 'location.name as locationName'])
    .where('router.id', '=', routerId)
    .where('router.removed_at', 'is', null)
    .where(routerInScope(scopeOf(work.actor), 'router.id'))
    .forKeyShare('router')
    .executeTakeFirst();
  if (!router) throw fieldError('router_not_found', 'routerId', 'is not a router');
  if (router.mode !== 'manage')
    throw fieldError('counter_not_managed', 'routerId', 'is only observed: no code can be written to it');
  const { currency, timeZone } = await getSettings(work.db);
  const openedMinor = minorOf(cash, currency);
  const id = newId();
  await work.db
    .insertInto('vouchers.shifts')
    .values({
      id,
      staff_id: staffId,
      staff_name: work.actor.name,
      router_id: routerId,
      location_id: router.locationId,
      location_name: router.locationName,
      currency,
      opened_at: work.now,
      opened_cash: JSON.stringify(cash),
      opened_minor: openedMinor,
    })
    .execute()
    .catch(refuseSecond);
  if (openedMinor > 0n) {
    await postJournal(work, {
      kind: 'shift_opened',
      refId: id,
      postedOn: localDate(work.now, timeZone),
      currency,
      transfers: [{ debit: { kind: 'cash_drawer', ownerId: id }, credit: safeOf(router), amountMinor: openedMinor }],
    });
  }
  await audit(work, 'shift.opened', [id, staffId, routerId], {
    router: router.label,
    openedMinor: openedMinor.toString(),
    currency,
  });
  work.announce('voucher', id);
  return getOwnShift(work.db, id);
}

/** Where the open shift of a person is. */
export async function getShiftPlace(db: Db, staffId: string): Promise<{ locationId: string | null }> {
  const row = await db
    .selectFrom('vouchers.shifts')
    .select('location_id as locationId')
    .where('staff_id', '=', staffId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (!row) throw new DomainError('no_open_shift');
  return row;
}

/** Each location has its safe; what stands nowhere shares one. */
export function safeOf({ locationId }: { locationId: string | null }): LedgerAccount {
  return { kind: 'safe', ownerId: locationId ?? undefined };
}

function refuseSecond(error: unknown): never {
  if (violatedConstraint(error) === 'shifts_one_of_a_person')
    throw new DomainError('shift_already_open', {}, 'your last shift is not closed yet');
  throw error;
}

/** The sum of notes and coins, refused at the field where one of them does not exist in the currency. */
export function minorOf(cash: Denomination[], currency: string): bigint {
  try {
    return countedCash(cash, currency);
  } catch (error) {
    if (error instanceof RangeError) throw fieldError('invalid_input', 'cash', error.message);
    throw error;
  }
}

/** What should be in the drawer of a shift now. Only for the count and for those who do not count. */
export async function sumExpectedCash(db: Db, shiftId: string): Promise<bigint> {
  const { rows } = await sql<Record<'opened' | 'sold' | 'refunded' | 'in' | 'out', string>>`
    select opened_minor::text as opened,
      (select coalesce(sum(total_minor), 0)::text from vouchers.sales where shift_id = shift.id and state = 'complete') as sold,
      (select coalesce(sum(amount_minor), 0)::text from vouchers.refunds where shift_id = shift.id) as refunded,
      (select coalesce(sum(amount_minor), 0)::text from vouchers.cash_movements where shift_id = shift.id and kind = 'in') as "in",
      (select coalesce(sum(amount_minor), 0)::text from vouchers.cash_movements where shift_id = shift.id and kind <> 'in') as out
    from vouchers.shifts shift where id = ${shiftId}`.execute(db);
  const [row] = rows;
  if (!row) throw new DomainError('shift_not_found', { shiftId });
  return expectedCash({
    openedMinor: BigInt(row.opened),
    paymentsMinor: [BigInt(row.sold)],
    refundsMinor: [BigInt(row.refunded)],
    paidInMinor: [BigInt(row.in)],
    paidOutMinor: [BigInt(row.out)],
  });
}

function selectShifts(db: Db) {
  return db
    .selectFrom('vouchers.shifts as shift')
    .innerJoin('routers.routers as router', 'router.id', 'shift.router_id')
    .select([
      'shift.id',
      'shift.state',
      'shift.router_id as routerId',
      'router.label as routerLabel',
      'shift.currency',
      'shift.opened_at as openedAt',
      'shift.opened_minor as openedMinor',
      'shift.counted_at as countedAt',
      'shift.closed_at as closedAt',
      'shift.expected_minor as expectedMinor',
      'shift.counted_minor as countedMinor',
      'shift.variance_minor as varianceMinor',
      'shift.outcome',
      'shift.staff_id as staffId',
      'shift.staff_name as staffName',
      'shift.location_id as locationId',
      'shift.location_name as locationName',
      'shift.approved_name as approvedName',
      'shift.approval_note as approvalNote',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectShifts>['executeTakeFirstOrThrow']>>;

function ownViewOf(row: Row): OwnShiftView {
  const { expectedMinor, countedMinor, varianceMinor, outcome } = row;
  const isCounted = expectedMinor !== null && countedMinor !== null && varianceMinor !== null && outcome !== null;
  return {
    id: row.id,
    state: row.state as State,
    routerId: row.routerId,
    routerLabel: row.routerLabel,
    currency: row.currency,
    openedAt: row.openedAt,
    openedMinor: row.openedMinor,
    countedAt: row.countedAt,
    closedAt: row.closedAt,
    result: isCounted
      ? { expectedMinor, countedMinor, varianceMinor, outcome: outcome as (typeof shiftOutcomes)[number] }
      : null,
  };
}

export async function getOwnShift(db: Db, shiftId: string): Promise<OwnShiftView> {
  return ownViewOf(await selectShifts(db).where('shift.id', '=', shiftId).executeTakeFirstOrThrow());
}

/** The shift that a person has not closed, or the last one of today for its result. */
export async function findOwnShift(db: Db, staffId: string, now: Temporal.Instant): Promise<OwnShiftView | null> {
  const { timeZone } = await getSettings(db);
  const { start } = dayBounds(localDate(now, timeZone), timeZone);
  const row = await selectShifts(db)
    .where('shift.staff_id', '=', staffId)
    .where((e) => e.or([e('shift.state', '<>', 'closed'), e('shift.closed_at', '>=', start)]))
    .orderBy('shift.opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? ownViewOf(row) : null;
}

export type ShiftQuery = PageRequest & {
  state: State | 'standing' | 'all';
  staffId?: string | undefined;
  locationId?: string | undefined;
  from?: Temporal.PlainDate | undefined;
  to?: Temporal.PlainDate | undefined;
};

/** For those who lead: the sums of an open shift are left out where it is the asker's own. */
export async function listShifts(db: Db, query: ShiftQuery, asker: Actor): Promise<Page<ShiftView>> {
  const key = keyOf(query.after, 'instant', 'uuid');
  const { timeZone } = await getSettings(db);
  const rows = await selectShifts(db)
    .where(locationInScope(scopeOf(asker), 'shift.location_id'))
    .$if(query.state === 'standing', (q) => q.where('shift.state', '<>', 'closed'))
    .$if(query.state !== 'standing' && query.state !== 'all', (q) => q.where('shift.state', '=', query.state))
    .$if(query.staffId !== undefined, (q) => q.where('shift.staff_id', '=', query.staffId ?? ''))
    .$if(query.locationId !== undefined, (q) => q.where('shift.location_id', '=', query.locationId ?? ''))
    .$if(query.from !== undefined, (q) =>
      q.where('shift.opened_at', '>=', dayBounds(query.from as Temporal.PlainDate, timeZone).start),
    )
    .$if(query.to !== undefined, (q) =>
      q.where('shift.opened_at', '<', dayBounds(query.to as Temporal.PlainDate, timeZone).end),
    )
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(shift.opened_at, shift.id) < (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('shift.opened_at', 'desc')
    .orderBy('shift.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.openedAt.toString(), row.id]);
  return { next: page.next, items: await Promise.all(page.items.map((row) => viewOf(db, row, asker.id))) };
}

export async function getShift(db: Db, shiftId: string, asker: Actor): Promise<ShiftView> {
  const row = await selectShifts(db)
    .where('shift.id', '=', shiftId)
    .where(locationInScope(scopeOf(asker), 'shift.location_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('shift_not_found', { shiftId });
  return viewOf(db, row, asker.id);
}

async function viewOf(db: Db, row: Row, askerId: string | null): Promise<ShiftView> {
  const own = ownViewOf(row);
  const who = { isManager: true, isCashier: row.staffId === askerId };
  const isBlind = refusalOfShiftRequest('see_expected', who, own.state) !== undefined;
  const sold = await db
    .selectFrom('vouchers.sales')
    .select((e) => [
      sql<number>`coalesce(sum(quantity), 0)::float8`.as('count'),
      e.fn.coalesce(e.fn.sum<string>('total_minor'), sql<string>`0`).as('minor'),
    ])
    .where('shift_id', '=', row.id)
    .where('state', '=', 'complete')
    .executeTakeFirstOrThrow();
  return {
    ...own,
    staffId: row.staffId,
    staffName: row.staffName,
    locationId: row.locationId,
    locationName: row.locationName,
    soldCount: sold.count,
    soldMinor: isBlind ? null : BigInt(sold.minor),
    expectedNowMinor: isBlind ? null : (own.result?.expectedMinor ?? (await sumExpectedCash(db, row.id))),
    approvedName: row.approvedName,
    approvalNote: row.approvalNote,
  };
}

// Of one provider; a counter more is a second page, which nobody asked for yet.
const maxOpen = 2000;

/** The counters that are open now. Of a drawer that the asker himself has still to count no sum is told. */
export async function listOpenShifts(db: Db, asker: Actor) {
  const rows = await db
    .selectFrom('vouchers.shifts as shift')
    .innerJoin('routers.routers as router', 'router.id', 'shift.router_id')
    .leftJoinLateral(
      (e) =>
        e
          .selectFrom('vouchers.sales')
          .select([
            sql<number>`coalesce(sum(quantity), 0)::float8`.as('count'),
            sql<string>`coalesce(sum(total_minor), 0)::text`.as('minor'),
          ])
          .whereRef('shift_id', '=', 'shift.id')
          .where('state', '=', 'complete')
          .as('sold'),
      (join) => join.onTrue(),
    )
    .select([
      'shift.id as shiftId',
      'shift.staff_id as staffId',
      'shift.staff_name as staffName',
      'shift.location_id as locationId',
      'router.label as routerLabel',
      'shift.opened_at as openedAt',
      'shift.opened_minor as openedMinor',
      'sold.count',
      'sold.minor',
      sql<string>`(select coalesce(sum(case kind when 'in' then amount_minor else -amount_minor end), 0)
        from vouchers.cash_movements where shift_id = shift.id)::text`.as('moved'),
      sql<string>`(select coalesce(sum(amount_minor), 0) from vouchers.refunds where shift_id = shift.id)::text`.as(
        'refunded',
      ),
    ])
    .where('shift.state', '=', 'open')
    .where(locationInScope(scopeOf(asker), 'shift.location_id'))
    .orderBy('shift.staff_name')
    .limit(maxOpen)
    .execute();
  return rows.map(({ staffId, count, minor, moved, refunded, openedMinor, ...shift }) => {
    const isBlind = staffId === asker.id;
    const soldMinor = BigInt(minor ?? 0);
    return {
      ...shift,
      soldCount: count ?? 0,
      soldMinor: isBlind ? null : soldMinor,
      expectedMinor: isBlind ? null : openedMinor + soldMinor + BigInt(moved) - BigInt(refunded),
    };
  });
}
