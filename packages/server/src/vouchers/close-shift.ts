// The end of a shift: counted blind, compared here, and a difference is posted and never corrected (R-CSH-1).
import type { Count } from '@lastmile/contract/counter.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { postJournal, type Transfer } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import { raiseAlerts } from './alerts.ts';
import { getCounterSettings } from './counter-settings.ts';
import { closingOf, type Denomination, refusalOfShiftRequest } from './rules/shift-rules.ts';
import { refuseSalesUnderWay } from './sales.ts';
import {
  getOwnShift,
  getShift,
  type LockedShift,
  lockOwnOpenShift,
  lockShift,
  minorOf,
  type OwnShiftView,
  personOf,
  type ShiftView,
  sumExpectedCash,
} from './shifts.ts';

/** The final count of a person's own drawer. Only now the expected sum is told. */
export async function countShift(work: Work, cash: Denomination[]): Promise<OwnShiftView> {
  const shift = await lockOwnOpenShift(work);
  await countDrawer(work, shift, cash);
  return getOwnShift(work.db, shift.id);
}

/** Somebody else counts the drawer of a person who cannot: from then on the cash is his to hand over. */
export async function takeOverShift(work: Work, shiftId: string, cash: Denomination[]): Promise<ShiftView> {
  const shift = await lockShift(work, shiftId);
  if (shift.staffId === personOf(work.actor))
    throw new DomainError('yourself', {}, 'count your own drawer at the counter');
  if (shift.state !== 'open') throw new DomainError('no_open_shift', { shiftId }, 'this shift is counted already');
  await countDrawer(work, shift, cash);
  return getShift(work.db, shift.id, work.actor);
}

async function countDrawer(work: Work, shift: LockedShift, cash: Denomination[]): Promise<void> {
  await refuseSalesUnderWay(work, shift.id);
  const countedMinor = minorOf(cash, shift.currency);
  const expectedMinor = await sumExpectedCash(work.db, shift.id);
  const { toleranceMinor } = await getCounterSettings(work.db);
  const { varianceMinor, status } = closingOf(expectedMinor, countedMinor, toleranceMinor);
  await addCount(work, shift.id, { cash, countedMinor, isBlind: true });
  const isClosed = status !== 'needs_approval';
  await work.db
    .updateTable('vouchers.shifts')
    .set({
      state: isClosed ? 'closed' : 'counted',
      counted_at: work.now,
      expected_minor: expectedMinor,
      counted_minor: countedMinor,
      variance_minor: varianceMinor,
      outcome: status,
      closed_at: isClosed ? work.now : null,
    })
    .where('id', '=', shift.id)
    .execute();
  await audit(work, 'shift.counted', [shift.id, shift.staffId], {
    expectedMinor: expectedMinor.toString(),
    countedMinor: countedMinor.toString(),
    varianceMinor: varianceMinor.toString(),
    outcome: status,
    currency: shift.currency,
  });
  const giver = { id: personOf(work.actor), name: work.actor.name };
  if (isClosed) await emptyDrawer(work, { ...shift, giver }, countedMinor, varianceMinor);
  if (varianceMinor !== 0n) await tellVariance(work, shift, varianceMinor);
  work.announce('voucher', shift.id);
}

/** Over is as telling as short: exactly one price too much is a sale that was not recorded. */
async function tellVariance(work: Work, shift: LockedShift, varianceMinor: bigint): Promise<void> {
  const about = {
    routerId: shift.routerId,
    locationId: shift.locationId,
    staffId: shift.staffId,
    staffName: shift.staffName,
    shiftId: shift.id,
    amountMinor: varianceMinor,
  };
  const priced = await work.db
    .selectFrom('vouchers.package_versions')
    .select('name')
    .where('price_minor', '=', varianceMinor)
    .where('price_minor', '>', 0n)
    .where('currency', '=', shift.currency)
    .limit(1)
    .executeTakeFirst();
  await raiseAlerts(work, [
    {
      ...about,
      kind: priced ? 'excess_of_one_price' : 'shift_variance',
      fingerprint: shift.id,
      evidence: {
        varianceMinor: varianceMinor.toString(),
        currency: shift.currency,
        ...(priced ? { package: priced.name } : {}),
      },
    },
  ]);
}

async function addCount(
  work: Work,
  shiftId: string,
  count: { cash: Denomination[]; countedMinor: bigint; isBlind: boolean },
): Promise<void> {
  await work.db
    .insertInto('vouchers.counts')
    .values({
      id: newId(),
      shift_id: shiftId,
      cash: JSON.stringify(count.cash),
      counted_minor: count.countedMinor,
      is_blind: count.isBlind,
      counted_by: personOf(work.actor),
      counted_name: work.actor.name,
      counted_at: work.now,
    })
    .execute();
}

type CountedShift = LockedShift & { /** Who counted it. */ giver: { id: string; name: string } };

/** The difference goes to its own account, and what was counted leaves the drawer to be handed over by who counted it. */
async function emptyDrawer(
  work: Work,
  shift: CountedShift,
  countedMinor: bigint,
  varianceMinor: bigint,
): Promise<void> {
  const drawer = { kind: 'cash_drawer', ownerId: shift.id } as const;
  const difference = { kind: 'cash_over_short' } as const;
  const transfers: Transfer[] = [
    ...(varianceMinor < 0n ? [{ debit: difference, credit: drawer, amountMinor: -varianceMinor }] : []),
    ...(varianceMinor > 0n ? [{ debit: drawer, credit: difference, amountMinor: varianceMinor }] : []),
    ...(countedMinor > 0n
      ? [{ debit: { kind: 'cash_in_transit', ownerId: shift.id } as const, credit: drawer, amountMinor: countedMinor }]
      : []),
  ];
  const { timeZone } = await getSettings(work.db);
  if (transfers.length > 0) {
    await postJournal(work, {
      kind: 'shift_closed',
      refId: shift.id,
      postedOn: localDate(work.now, timeZone),
      currency: shift.currency,
      transfers,
    });
  }
  if (countedMinor === 0n) return;
  await work.db
    .insertInto('vouchers.hand_overs')
    .values({
      id: newId(),
      kind: 'drawer_to_safe',
      shift_id: shift.id,
      location_id: shift.locationId,
      currency: shift.currency,
      amount_minor: countedMinor,
      given_by: shift.giver.id,
      given_name: shift.giver.name,
      given_at: work.now,
    })
    .execute();
}

/** A second person has looked at the difference and says why. The difference stays: it is posted, not corrected. */
export async function approveVariance(work: Work, shiftId: string, note: string): Promise<ShiftView> {
  const shift = await lockShift(work, shiftId);
  const giver = (await findCounter(work.db, shiftId)) ?? { id: shift.staffId, name: shift.staffName };
  const who = { isManager: true, isCashier: [shift.staffId, giver.id].includes(personOf(work.actor)) };
  const refusal = refusalOfShiftRequest('approve_variance', who, shift.state);
  if (refusal === 'self_approval')
    throw new DomainError('self_approval', { shiftId }, 'nobody approves the difference of his own drawer');
  if (refusal) throw new DomainError('shift_not_counted', { state: shift.state }, 'this shift waits for no approval');
  const { countedMinor, varianceMinor } = await work.db
    .selectFrom('vouchers.shifts')
    .select([
      sql<bigint>`coalesce(counted_minor, 0)`.as('countedMinor'),
      sql<bigint>`coalesce(variance_minor, 0)`.as('varianceMinor'),
    ])
    .where('id', '=', shiftId)
    .executeTakeFirstOrThrow();
  await work.db
    .updateTable('vouchers.shifts')
    .set({
      state: 'closed',
      closed_at: work.now,
      approved_by: work.actor.id,
      approved_name: work.actor.name,
      approval_note: note,
    })
    .where('id', '=', shiftId)
    .execute();
  await emptyDrawer(work, { ...shift, giver }, countedMinor, varianceMinor);
  await audit(work, 'shift.variance_approved', [shiftId, shift.staffId], {
    varianceMinor: varianceMinor.toString(),
    currency: shift.currency,
    note,
  });
  work.announce('voucher', shiftId);
  return getShift(work.db, shiftId, work.actor);
}

async function findCounter(db: Db, shiftId: string): Promise<{ id: string; name: string } | undefined> {
  return db
    .selectFrom('vouchers.counts')
    .select(['counted_by as id', 'counted_name as name'])
    .where('shift_id', '=', shiftId)
    .orderBy('counted_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function listCounts(db: Db, shiftId: string): Promise<z.output<typeof Count>[]> {
  return db
    .selectFrom('vouchers.counts')
    .select([
      'id',
      sql<Denomination[]>`cash`.as('cash'),
      'counted_minor as countedMinor',
      'is_blind as isBlind',
      'counted_name as countedName',
      'counted_at as countedAt',
    ])
    .where('shift_id', '=', shiftId)
    .orderBy('counted_at')
    .limit(100)
    .execute();
}
