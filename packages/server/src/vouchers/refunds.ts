// An unused code is taken back by somebody who did not sell it; what was used is not, and the database knows who agreed.
import { audit } from '#audit/entries.ts';
import { type LedgerAccount, postJournal } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import { scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { personOf, safeOf } from './shifts.ts';
import { getVoucher, noteEvents, type VoucherDetailView } from './vouchers.ts';

export async function refundVoucher(work: Work, voucherId: string, reason: string): Promise<VoucherDetailView> {
  const approverId = personOf(work.actor);
  const shift = await lockShiftOf(work, voucherId);
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
  if (sellerId === approverId)
    throw new DomainError(
      'self_approval',
      { voucherId },
      'nobody takes back what he sold himself: ask a second person',
    );
  if (voucher.first_used_at) throw new DomainError('voucher_used', { voucherId });
  if (voucher.ended_at) throw new DomainError('voucher_ended', { voucherId });
  // Out of the drawer that it came into, as long as that is open: then the count expects it.
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
      approved_by: approverId,
      approved_name: work.actor.name,
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
      pending_since: voucher.is_on_router ? work.now : null,
    })
    .where('id', '=', voucherId)
    .execute();
  await noteEvents(work, 'refunded', [voucherId], { reason });
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
  await audit(work, 'voucher.refunded', [voucherId, sellerId], {
    amountMinor: amountMinor.toString(),
    currency,
    reason,
  });
  work.announce('voucher', voucherId);
  if (voucher.router_id) work.announce('router', voucher.router_id);
  return getVoucher(work.db, voucherId, scopeOf(work.actor));
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
