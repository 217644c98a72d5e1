// An unused code is taken back by somebody who did not sell it, or by its seller up to a limit; what was used is not, and the
// database knows who agreed.
import { audit } from '#audit/entries.ts';
import { type LedgerAccount, postJournal } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { isLocationInScope, routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { getCounterSettings } from './counter-settings.ts';
import { lockOwnOpenShift, personOf, safeOf } from './shifts.ts';
import { getVoucher, noteEvents, type VoucherDetailView, type VoucherView } from './vouchers.ts';

/** By somebody who leads, out of the drawer that it came into as long as that is open: then the count expects it. */
export async function refundVoucher(work: Work, voucherId: string, reason: string): Promise<VoucherDetailView> {
  const approverId = personOf(work.actor);
  const shift = await lockShiftOf(work, voucherId);
  const voucher = await lockUnused(work, voucherId);
  if (voucher.sellerId === approverId)
    throw new DomainError(
      'self_approval',
      { voucherId },
      'nobody takes back what he sold himself: ask a second person',
    );
  await giveBack(work, voucher, { reason, shift, approver: { id: approverId, name: work.actor.name } });
  return getVoucher(work.db, voucherId, scopeOf(work.actor));
}

/**
 * By the seller at his counter, in his open shift: up to the limit alone, above it with a second person who has signed for it
 * (his scope and permission are looked at by who asked him).
 */
export async function voidOwnVoucher(
  work: Work,
  { voucherId, reason }: { voucherId: string; reason: string },
  second: Actor | undefined,
): Promise<VoucherView> {
  const shift = await lockOwnOpenShift(work);
  const voucher = await lockUnused(work, voucherId);
  if (voucher.shiftId !== shift.id) throw new DomainError('voucher_not_found', { voucherId });
  const { voidAloneLimitMinor } = await getCounterSettings(work.db);
  if (!second && voucher.amountMinor > voidAloneLimitMinor) throw new DomainError('second_person_needed');
  if (second && !isLocationInScope(scopeOf(second), shift.locationId)) throw new DomainError('forbidden');
  await giveBack(work, voucher, {
    reason,
    shift,
    approver: second && { id: personOf(second), name: second.name },
    aloneLimitMinor: voidAloneLimitMinor,
  });
  return getVoucher(work.db, voucherId, 'everywhere');
}

type Unused = {
  id: string;
  shiftId: string | null;
  sellerId: string;
  amountMinor: bigint;
  currency: string;
  routerId: string | null;
  isOnRouter: boolean;
};

async function lockUnused(work: Work, voucherId: string): Promise<Unused> {
  const voucher = await work.db
    .selectFrom('vouchers.vouchers')
    .selectAll()
    .where('id', '=', voucherId)
    .where(routerInScope(scopeOf(work.actor), 'router_id'))
    .forUpdate()
    .executeTakeFirst();
  const { seller_id: sellerId, price_minor: amountMinor, currency } = voucher ?? {};
  if (!voucher || !sellerId || !currency || amountMinor === null || amountMinor === undefined)
    throw new DomainError('voucher_not_found', { voucherId });
  if (voucher.first_used_at) throw new DomainError('voucher_used', { voucherId });
  if (voucher.ended_at) throw new DomainError('voucher_ended', { voucherId });
  return {
    id: voucherId,
    shiftId: voucher.shift_id,
    sellerId,
    amountMinor,
    currency,
    routerId: voucher.router_id,
    isOnRouter: voucher.is_on_router,
  };
}

type Agreement = {
  reason: string;
  shift: { id: string; state: string; locationId: string | null } | undefined;
  approver: { id: string; name: string } | undefined;
  aloneLimitMinor?: bigint;
};

/** The code ends and leaves its router; the money leaves the drawer, or the safe where the drawer is closed. */
async function giveBack(work: Work, voucher: Unused, { reason, shift, approver, aloneLimitMinor }: Agreement) {
  const { id: voucherId, sellerId, amountMinor, currency } = voucher;
  const isFromDrawer = shift?.state === 'open';
  const id = newId();
  await work.db
    .insertInto('vouchers.refunds')
    .values({
      id,
      voucher_id: voucherId,
      shift_id: isFromDrawer ? shift.id : null,
      currency,
      amount_minor: amountMinor,
      reason,
      seller_id: sellerId,
      approved_by: approver?.id ?? null,
      approved_name: approver?.name ?? null,
      alone_limit_minor: aloneLimitMinor ?? null,
      at: work.now,
    })
    .execute();
  await work.db
    .updateTable('vouchers.vouchers')
    .set({
      state: 'void',
      ended_at: work.now,
      end_reason: 'refunded',
      is_wanted: false,
      pending_since: voucher.isOnRouter ? work.now : null,
    })
    .where('id', '=', voucherId)
    .execute();
  await noteEvents(work, 'refunded', [voucherId], { reason, ...(approver ? { approvedBy: approver.name } : {}) });
  if (amountMinor > 0n) {
    const { timeZone } = await getSettings(work.db);
    const place: LedgerAccount =
      isFromDrawer && shift
        ? { kind: 'cash_drawer', ownerId: shift.id }
        : safeOf({ locationId: shift?.locationId ?? null });
    await postJournal(work, {
      kind: 'voucher_refund',
      refId: id,
      postedOn: localDate(work.now, timeZone),
      currency,
      transfers: [{ debit: { kind: 'voucher_liability' }, credit: place, amountMinor }],
    });
  }
  await audit(work, 'voucher.refunded', [voucherId, sellerId, ...(approver ? [approver.id] : [])], {
    amountMinor: amountMinor.toString(),
    currency,
    reason,
    approvedBy: approver?.name ?? null,
  });
  work.announce('voucher', voucherId);
  if (voucher.routerId) work.announce('router', voucher.routerId);
}

async function lockShiftOf(work: Work, voucherId: string) {
  return work.db
    .selectFrom('vouchers.shifts as shift')
    .innerJoin('vouchers.vouchers as voucher', 'voucher.shift_id', 'shift.id')
    .select(['shift.id', 'shift.state', 'shift.location_id as locationId'])
    .where('voucher.id', '=', voucherId)
    .forUpdate('shift')
    .executeTakeFirst();
}
