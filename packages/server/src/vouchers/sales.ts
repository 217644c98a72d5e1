// The end of a sale: complete or refused. Whatever happened on the way, it is one of two: sold and working, or not sold.
import type { Sale, saleStates } from '@lastmile/contract/vouchers.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { postJournal } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { getSettings } from '#settings/provider.ts';
import { raiseAlerts } from './alerts.ts';
import { getCounterSettings } from './counter-settings.ts';
import { type Hours, isLetIn } from './hours.ts';
import type { Reserved } from './reserve-sale.ts';
import { endOfWaiting } from './rules/voucher-rules.ts';
import { type LockedShift, lockShift } from './shifts.ts';
import { noteAllEvents, selectVouchers, voucherViewOf } from './vouchers.ts';

export type SaleView = z.output<typeof Sale>;
type State = (typeof saleStates)[number];

export type Written = { ok: true } | { ok: false; isUnreachable: boolean; code: string; message: string };

/**
 * The end of a sale, by what came of the router. A router that does not answer refuses it or leaves the codes pending, by setting;
 * a shift that was closed meanwhile refuses it in any case.
 */
export async function settleSale(work: Work, { saleId, shiftId }: Reserved, written: Written): Promise<void> {
  const shift = await lockShift(work, shiftId);
  const sale = await lockSale(work, saleId);
  if (sale.state !== 'reserved') return;
  if (shift.state !== 'open') return refuseSale(work, sale, 'no_open_shift', 'the shift was closed meanwhile');
  if (!written.ok) {
    const { whenUnreachable } = await getCounterSettings(work.db);
    if (!written.isUnreachable || whenUnreachable === 'refuse')
      return refuseSale(work, sale, written.code, written.message);
  }
  await completeSale(work, shift, sale, written);
}

type LockedSale = {
  id: string;
  state: string;
  quantity: number;
  totalMinor: bigint;
  unitPriceMinor: bigint;
  currency: string;
  createdAt: Temporal.Instant;
  workedUntil: Temporal.Instant | null;
  packageName: string;
  validDays: number | null;
  hours: Hours;
};

async function lockSale(work: Work, saleId: string): Promise<LockedSale> {
  const { from, until, ...sale } = await work.db
    .selectFrom('vouchers.sales as sale')
    // A version never changes, so it may be read with the row that is waited for.
    .innerJoin('vouchers.package_versions as version', 'version.id', 'sale.version_id')
    .select([
      'sale.id',
      'sale.state',
      'sale.quantity',
      'sale.total_minor as totalMinor',
      'sale.unit_price_minor as unitPriceMinor',
      'sale.currency',
      'sale.created_at as createdAt',
      'sale.worked_until as workedUntil',
      'version.name as packageName',
      'version.valid_days as validDays',
      'version.hours_from as from',
      'version.hours_until as until',
    ])
    .where('sale.id', '=', saleId)
    .forUpdate('sale')
    .executeTakeFirstOrThrow();
  return { ...sale, hours: { from, until } };
}

async function completeSale(work: Work, shift: LockedShift, sale: LockedSale, written: Written): Promise<void> {
  const { timeZone } = await getSettings(work.db);
  const today = localDate(work.now, timeZone);
  await work.db
    .updateTable('vouchers.sales')
    .set({ state: 'complete', ended_at: work.now, worked_until: null })
    .where('id', '=', sale.id)
    .execute();
  const sold = await work.db
    .updateTable('vouchers.vouchers')
    .set({
      state: 'sold',
      seller_id: shift.staffId,
      seller_name: shift.staffName,
      price_minor: sale.unitPriceMinor,
      currency: sale.currency,
      sold_at: work.now,
      expires_at: endOfWaiting(today, sale.validDays, timeZone),
      is_wanted: true,
      is_let_in: isLetIn(sale.hours, timeZone, { since: sale.createdAt, now: work.now }),
      is_on_router: written.ok,
      pending_since: written.ok ? null : work.now,
      trouble_message: written.ok ? null : written.message,
    })
    .where('sale_id', '=', sale.id)
    .where('state', '=', 'generated')
    .returning('id')
    .execute();
  const ids = idsOf(sold);
  await noteAllEvents(work, [
    ['sold', ids, { saleId: sale.id, shiftId: shift.id }],
    [written.ok ? 'on_router' : 'pending', ids, { routerId: shift.routerId }],
  ]);
  if (sale.totalMinor > 0n) {
    await postJournal(work, {
      kind: 'voucher_sale',
      refId: sale.id,
      postedOn: today,
      currency: sale.currency,
      transfers: [
        {
          debit: { kind: 'cash_drawer', ownerId: shift.id },
          credit: { kind: 'voucher_liability' },
          amountMinor: sale.totalMinor,
        },
      ],
    });
  }
  if (sale.unitPriceMinor === 0n) {
    await raiseAlerts(work, [
      {
        kind: 'free_code',
        fingerprint: sale.id,
        routerId: shift.routerId,
        locationId: shift.locationId,
        staffId: shift.staffId,
        staffName: shift.staffName,
        shiftId: shift.id,
        evidence: { package: sale.packageName, quantity: sale.quantity },
      },
    ]);
  }
  await audit(work, 'voucher.sold', [sale.id, shift.id, shift.routerId], {
    package: sale.packageName,
    quantity: sale.quantity,
    totalMinor: sale.totalMinor.toString(),
    currency: sale.currency,
    isPending: !written.ok,
  });
  work.announce('voucher', sale.id);
  if (!written.ok) work.announce('router', shift.routerId);
}

/** Nothing was sold. What may have reached the router is taken away from there, whether the answer was lost or not. */
async function refuseSale(work: Work, sale: LockedSale, code: string, message: string): Promise<void> {
  await work.db
    .updateTable('vouchers.sales')
    .set({ state: 'refused', refusal_code: code, refusal_message: message, ended_at: work.now, worked_until: null })
    .where('id', '=', sale.id)
    .execute();
  const leaving = { is_wanted: false, is_on_router: true, pending_since: work.now };
  const ended = await work.db
    .updateTable('vouchers.vouchers')
    .set({ ...leaving, state: 'void', ended_at: work.now, end_reason: 'not_sold' })
    .where('sale_id', '=', sale.id)
    .where('state', '=', 'generated')
    .where('batch_id', 'is', null)
    .returning(['id', 'router_id as routerId'])
    .execute();
  // On paper already: it goes back to the stock.
  const returned = await work.db
    .updateTable('vouchers.vouchers')
    .set({ ...leaving, sale_id: null, shift_id: null, customer_phone: null })
    .where('sale_id', '=', sale.id)
    .where('state', '=', 'generated')
    .returning(['id', 'router_id as routerId'])
    .execute();
  await noteAllEvents(work, [
    ['not_sold', idsOf(ended), { code }],
    ['returned', idsOf(returned), { code }],
  ]);
  await audit(work, 'voucher.sale_refused', [sale.id], { code, quantity: sale.quantity });
  const routerId = [...ended, ...returned][0]?.routerId;
  if (routerId) work.announce('router', routerId);
  work.announce('voucher', sale.id);
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/** Nobody clocks out while a sale of his is on its way; one that a crash left behind ends here. */
export async function refuseSalesUnderWay(work: Work, shiftId: string): Promise<void> {
  const reserved = await work.db
    .selectFrom('vouchers.sales')
    .select(['id', 'worked_until as workedUntil'])
    .where('shift_id', '=', shiftId)
    .where('state', '=', 'reserved')
    .forUpdate()
    .execute();
  for (const { id, workedUntil } of reserved) {
    if (workedUntil && Temporal.Instant.compare(work.now, workedUntil) < 0)
      throw new DomainError('sale_under_way', { retryAfterSeconds: 1 }, 'a sale of yours is being made just now');
    await refuseSale(work, await lockSale(work, id), 'sale_interrupted', 'the sale was interrupted: nothing was sold');
  }
}

/** Sales whose process died: nobody holds their codes, so they were not sold. */
export async function listAbandonedSales(db: Db, now: Temporal.Instant): Promise<{ id: string; shiftId: string }[]> {
  return db
    .selectFrom('vouchers.sales')
    .select(['id', 'shift_id as shiftId'])
    .where('state', '=', 'reserved')
    .where('worked_until', '<', now)
    .orderBy('worked_until')
    .limit(100)
    .execute();
}

export async function endAbandonedSale(work: Work, sale: { id: string; shiftId: string }): Promise<void> {
  await lockShift(work, sale.shiftId);
  const locked = await lockSale(work, sale.id);
  const isAbandoned =
    locked.state === 'reserved' && locked.workedUntil && Temporal.Instant.compare(locked.workedUntil, work.now) < 0;
  if (isAbandoned) await refuseSale(work, locked, 'sale_interrupted', 'the sale was interrupted: nothing was sold');
}

/** A sale with its codes; what was refused is thrown as the refusal that it was. */
export async function getSale(db: Db, saleId: string): Promise<SaleView> {
  const sale = await db
    .selectFrom('vouchers.sales as sale')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'sale.version_id')
    .select([
      'sale.id',
      'sale.state',
      'sale.quantity',
      'sale.total_minor as totalMinor',
      'sale.currency',
      'sale.created_at as at',
      'sale.refusal_code as refusalCode',
      'sale.refusal_message as refusalMessage',
      'version.name as packageName',
    ])
    .where('sale.id', '=', saleId)
    .executeTakeFirstOrThrow();
  const { refusalCode, refusalMessage, ...view } = sale;
  if (sale.state === 'refused') throw refusalOf(refusalCode ?? '', refusalMessage ?? '');
  const rows = await selectVouchers(db).where('voucher.sale_id', '=', saleId).orderBy('voucher.id').execute();
  return { ...view, state: sale.state as State, vouchers: rows.map(voucherViewOf) };
}

const knownRefusals = [
  'no_open_shift',
  'router_login_refused',
  'router_not_found',
  'router_not_managed',
  'router_rejected',
  'router_unreachable',
  'sale_interrupted',
] as const;

function refusalOf(code: string, message: string): DomainError {
  const known = knownRefusals.find((refusal) => refusal === code) ?? 'router_rejected';
  return new DomainError(known, {}, `nothing was sold: ${message}`);
}
