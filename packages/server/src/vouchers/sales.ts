// A sale is reserved, written on the router, and completed: three steps, of which the one in the middle waits for the network
// and so belongs to no transaction. Whatever happens between them, it ends as one of two: sold and working, or not sold.
import { randomBytes } from 'node:crypto';
import type { Sale, saleStates } from '@lastmile/contract/vouchers.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { postJournal } from '#ledger/journals.ts';
import { localDate, startOfDay } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import { raiseAlerts } from './alerts.ts';
import { codeFromBytes } from './code-rules.ts';
import { getCounterSettings } from './counter-settings.ts';
import { isLetIn } from './hours.ts';
import { lockSellablePackage } from './packages.ts';
import { type LockedShift, lockOwnOpenShift, lockShift, personOf, sumExpectedCash } from './shifts.ts';
import { noteEvents, selectVouchers, voucherViewOf } from './vouchers.ts';

export type SaleView = z.output<typeof Sale>;
type State = (typeof saleStates)[number];

export type Order = {
  packageId: string;
  quantity: number;
  customerPhone: string | null;
  idempotencyKey: string;
};

/** How long one try may work on a reserved sale. Longer than a router is waited for, so that two tries never overlap. */
export const workSeconds = 30;

export type Reserved = { saleId: string; shiftId: string; state: State; routerId: string };

/**
 * Puts codes aside for a sale in the person's open shift. The same key again finds the same sale: one that another try works on
 * is refused, one that a crash left behind is taken up again.
 */
export async function reserveSale(work: Work, order: Order): Promise<Reserved> {
  const staffId = personOf(work.actor);
  const known = await takeUpSale(work, staffId, order);
  if (known) return known;
  const shift = await lockOwnOpenShift(work);
  // A twin may have come first while we waited for the drawer.
  const twin = await takeUpSale(work, staffId, order);
  if (twin) return twin;
  const offered = await lockSellablePackage(work, order.packageId, shift.locationId);
  if (offered.currency !== shift.currency)
    throw fieldError('package_not_sold_here', 'packageId', `is priced in ${offered.currency}, not ${shift.currency}`);
  const totalMinor = offered.priceMinor * BigInt(order.quantity);
  await refuseFullDrawer(work, shift, totalMinor);
  const saleId = newId();
  await work.db
    .insertInto('vouchers.sales')
    .values({
      id: saleId,
      shift_id: shift.id,
      staff_id: staffId,
      idempotency_key: order.idempotencyKey,
      version_id: offered.versionId,
      quantity: order.quantity,
      unit_price_minor: offered.priceMinor,
      total_minor: totalMinor,
      currency: shift.currency,
      customer_phone: order.customerPhone,
      worked_until: work.now.add({ seconds: workSeconds }),
      created_at: work.now,
    })
    .execute()
    .catch((error: unknown) => {
      throw violatedConstraint(error) === 'in_open_shift' ? new DomainError('no_open_shift') : error;
    });
  const { codeLength } = await getCounterSettings(work.db);
  const ids = Array.from({ length: order.quantity }, newId);
  await work.db
    .insertInto('vouchers.vouchers')
    .values(
      ids.map((id) => ({
        id,
        code: newCode(codeLength),
        version_id: offered.versionId,
        sale_id: saleId,
        shift_id: shift.id,
        router_id: shift.routerId,
        customer_phone: order.customerPhone,
        created_at: work.now,
      })),
    )
    .execute();
  await noteEvents(work, 'issued', ids);
  return { saleId, shiftId: shift.id, state: 'reserved', routerId: shift.routerId };
}

/** Three spare bytes for each letter: that too few of them are fair does not happen. */
export function newCode(length: number): string {
  for (;;) {
    const code = codeFromBytes(randomBytes(length * 3), length);
    if (code) return code;
  }
}

async function takeUpSale(work: Work, staffId: string, order: Order): Promise<Reserved | undefined> {
  const row = await work.db
    .selectFrom('vouchers.sales as sale')
    .innerJoin('vouchers.shifts as shift', 'shift.id', 'sale.shift_id')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'sale.version_id')
    .select([
      'sale.id',
      'sale.shift_id as shiftId',
      'sale.state',
      'sale.quantity',
      'sale.worked_until as workedUntil',
      'version.package_id as packageId',
      'shift.router_id as routerId',
    ])
    .where('sale.staff_id', '=', staffId)
    .where('sale.idempotency_key', '=', order.idempotencyKey)
    .forUpdate('sale')
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.packageId !== order.packageId || row.quantity !== order.quantity)
    throw fieldError('idempotency_key_used', 'idempotencyKey', 'was used for another sale');
  if (row.state === 'reserved') {
    if (row.workedUntil && Temporal.Instant.compare(work.now, row.workedUntil) < 0)
      throw new DomainError('sale_under_way', { retryAfterSeconds: 1 }, 'this sale is being made just now');
    await work.db
      .updateTable('vouchers.sales')
      .set({ worked_until: work.now.add({ seconds: workSeconds }) })
      .where('id', '=', row.id)
      .execute();
  }
  return { saleId: row.id, shiftId: row.shiftId, state: row.state as State, routerId: row.routerId };
}

async function refuseFullDrawer(work: Work, shift: LockedShift, totalMinor: bigint): Promise<void> {
  const { drawerLimitMinor } = await getCounterSettings(work.db);
  if (drawerLimitMinor === null) return;
  // How much is in the drawer is not said: it is still to be counted blind.
  if ((await sumExpectedCash(work.db, shift.id)) + totalMinor > drawerLimitMinor)
    throw new DomainError(
      'drawer_limit_reached',
      {},
      'the drawer is full: hand cash over to the safe before you sell on',
    );
}

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
  versionId: string;
  createdAt: Temporal.Instant;
};

async function lockSale(work: Work, saleId: string): Promise<LockedSale> {
  return work.db
    .selectFrom('vouchers.sales')
    .select([
      'id',
      'state',
      'quantity',
      'total_minor as totalMinor',
      'unit_price_minor as unitPriceMinor',
      'currency',
      'version_id as versionId',
      'created_at as createdAt',
    ])
    .where('id', '=', saleId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

async function completeSale(work: Work, shift: LockedShift, sale: LockedSale, written: Written): Promise<void> {
  const { timeZone } = await getSettings(work.db);
  const today = localDate(work.now, timeZone);
  const { validDays, name, ...hours } = await work.db
    .selectFrom('vouchers.package_versions')
    .select(['valid_days as validDays', 'name', 'hours_from as from', 'hours_until as until'])
    .where('id', '=', sale.versionId)
    .executeTakeFirstOrThrow();
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
      // Through the end of its last day (R-VCH-1).
      expires_at: validDays === null ? null : startOfDay(today.add({ days: validDays + 1 }), timeZone),
      is_wanted: true,
      is_let_in: await isLetIn(work, hours, sale.createdAt),
      is_on_router: written.ok,
      pending_since: written.ok ? null : work.now,
      trouble_message: written.ok ? null : written.message,
    })
    .where('sale_id', '=', sale.id)
    .where('state', '=', 'generated')
    .returning('id')
    .execute();
  const ids = sold.map(({ id }) => id);
  await noteEvents(work, 'sold', ids, { saleId: sale.id, shiftId: shift.id });
  await noteEvents(work, written.ok ? 'on_router' : 'pending', ids, { routerId: shift.routerId });
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
        evidence: { package: name, quantity: sale.quantity },
      },
    ]);
  }
  await audit(work, 'voucher.sold', [sale.id, shift.id, shift.routerId], {
    package: name,
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
  const ended = await work.db
    .updateTable('vouchers.vouchers')
    .set({
      state: 'void',
      ended_at: work.now,
      end_reason: 'not_sold',
      is_wanted: false,
      is_on_router: true,
      pending_since: work.now,
    })
    .where('sale_id', '=', sale.id)
    .where('state', '=', 'generated')
    .returning(['id', 'router_id as routerId'])
    .execute();
  await noteEvents(
    work,
    'not_sold',
    ended.map(({ id }) => id),
    { code },
  );
  await audit(work, 'voucher.sale_refused', [sale.id], { code, quantity: sale.quantity });
  const routerId = ended[0]?.routerId;
  if (routerId) work.announce('router', routerId);
  work.announce('voucher', sale.id);
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
  const locked = await work.db
    .selectFrom('vouchers.sales')
    .select(['state', 'worked_until as workedUntil'])
    .where('id', '=', sale.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const isAbandoned =
    locked.state === 'reserved' && locked.workedUntil && Temporal.Instant.compare(locked.workedUntil, work.now) < 0;
  if (!isAbandoned) return;
  await refuseSale(
    work,
    await lockSale(work, sale.id),
    'sale_interrupted',
    'the sale was interrupted: nothing was sold',
  );
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
