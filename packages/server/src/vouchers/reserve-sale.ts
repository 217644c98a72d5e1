// The beginning of a sale: codes are put aside in the seller's open shift. They are then written on the router, which belongs to
// no transaction for it waits for the network, and the sale is completed or refused.
import type { saleStates } from '@lastmile/contract/vouchers.ts';
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getCounterSettings } from './counter-settings.ts';
import { newCode } from './new-code.ts';
import { lockSellablePackage } from './packages.ts';
import { normalizedCode } from './rules/code-rules.ts';
import { lockSealed } from './sealed.ts';
import { type LockedShift, lockOwnStandingShift, openOrRefused, personOf, sumExpectedCash } from './shifts.ts';
import { noteEvents } from './vouchers.ts';

type State = (typeof saleStates)[number];

/** New codes of a package, or codes that are on paper already. */
export type Order = {
  customerPhone: string | null;
  idempotencyKey: string;
  /** The shift that the seller's screen shows. */
  shiftId?: string | undefined;
} & ({ packageId: string; quantity: number; codes?: undefined } | { codes: readonly string[] });

/** What is sold, at the price of the shift's location. */
type Offer = { versionId: string; priceMinor: bigint; currency: string; quantity: number; sealedIds: string[] };

/** How long one try may work on a reserved sale. Longer than a router is waited for, so that two tries never overlap. */
export const workSeconds = 30;

export type Reserved = { saleId: string; shiftId: string; state: State; routerId: string };

/**
 * Puts codes aside for a sale in the person's open shift. The same key again finds the same sale: one that another try works on
 * is refused, one that a crash left behind is taken up again.
 */
export async function reserveSale(work: Work, order: Order): Promise<Reserved> {
  const staffId = personOf(work.actor);
  // The drawer first: a twin that came before us is seen once it is ours.
  const standing = await lockOwnStandingShift(work);
  const known = await takeUpSale(work, staffId, order);
  if (known) return known;
  const otherScreen = order.shiftId === standing?.id ? undefined : order.shiftId;
  if (otherScreen) await refuseShiftOfAnother(work, staffId, otherScreen);
  const shift = openOrRefused(standing);
  if (otherScreen) throw new DomainError('no_open_shift', {}, 'this screen shows a shift that is over');
  const { codeLength, drawerLimitMinor } = await getCounterSettings(work.db);
  const offered = await lockOffer(work, order, shift);
  if (offered.currency !== shift.currency)
    throw fieldError('package_not_sold_here', 'packageId', `is priced in ${offered.currency}, not ${shift.currency}`);
  const { quantity } = offered;
  const totalMinor = offered.priceMinor * BigInt(quantity);
  if (drawerLimitMinor !== null) await refuseFullDrawer(work, shift, totalMinor, drawerLimitMinor);
  const saleId = newId();
  await work.db
    .insertInto('vouchers.sales')
    .values({
      id: saleId,
      shift_id: shift.id,
      staff_id: staffId,
      idempotency_key: order.idempotencyKey,
      version_id: offered.versionId,
      quantity,
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
  const place = {
    sale_id: saleId,
    shift_id: shift.id,
    router_id: shift.routerId,
    customer_phone: order.customerPhone,
  };
  if (order.codes) await takeSealed(work, offered.sealedIds, place);
  else await issueCodes(work, offered, codeLength, place);
  return { saleId, shiftId: shift.id, state: 'reserved', routerId: shift.routerId };
}

/** At a counter that two people use, the screen of one may still stand there when the other has signed in. */
async function refuseShiftOfAnother(work: Work, staffId: string, shiftId: string): Promise<void> {
  const shift = await work.db
    .selectFrom('vouchers.shifts')
    .select(['staff_id as staffId', 'staff_name as staffName'])
    .where('id', '=', shiftId)
    .executeTakeFirst();
  if (shift && shift.staffId !== staffId)
    throw new DomainError('shift_of_another', { staffName: shift.staffName }, 'nobody sells in somebody else’s shift');
}

async function lockOffer(work: Work, order: Order, shift: LockedShift): Promise<Offer> {
  if (order.codes) return lockSealed(work, order.codes, shift.locationId);
  const offered = await lockSellablePackage(work, order.packageId, shift.locationId);
  return { ...offered, quantity: order.quantity, sealedIds: [] };
}

type Place = { sale_id: string; shift_id: string; router_id: string; customer_phone: string | null };

async function issueCodes(work: Work, { quantity, versionId }: Offer, codeLength: number, place: Place): Promise<void> {
  const ids = Array.from({ length: quantity }, newId);
  await work.db
    .insertInto('vouchers.vouchers')
    .values(ids.map((id) => ({ id, code: newCode(codeLength), version_id: versionId, created_at: work.now, ...place })))
    .execute();
  await noteEvents(work, 'issued', ids);
}

async function takeSealed(work: Work, ids: string[], place: Place): Promise<void> {
  await work.db.updateTable('vouchers.vouchers').set(place).where('id', 'in', ids).execute();
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
      sql<string[]>`array(select code from vouchers.vouchers where sale_id = sale.id)`.as('codes'),
    ])
    .where('sale.staff_id', '=', staffId)
    .where('sale.idempotency_key', '=', order.idempotencyKey)
    .forUpdate('sale')
    .executeTakeFirst();
  if (!row) return undefined;
  if (!isSameOrder(row, order)) throw fieldError('idempotency_key_used', 'idempotencyKey', 'was used for another sale');
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

type Known = { packageId: string; quantity: number; state: string; codes: string[] };

function isSameOrder(known: Known, order: Order): boolean {
  if (!order.codes) return known.packageId === order.packageId && known.quantity === order.quantity;
  // What was refused has its codes back in the stock.
  const codes = new Set(order.codes.map(normalizedCode));
  return (
    known.state === 'refused' || (known.codes.length === codes.size && known.codes.every((code) => codes.has(code)))
  );
}

/** What a person holds: his open drawer, and what he counted and nobody has signed for yet. */
async function refuseFullDrawer(work: Work, shift: LockedShift, totalMinor: bigint, limitMinor: bigint): Promise<void> {
  const { counted } = await work.db
    .selectFrom('vouchers.hand_overs')
    .select(sql<string>`coalesce(sum(amount_minor), 0)::text`.as('counted'))
    .where('given_by', '=', shift.staffId)
    .where('kind', '=', 'drawer_to_safe')
    .where('received_at', 'is', null)
    .executeTakeFirstOrThrow();
  // How much is in the drawer is not said: it is still to be counted blind.
  if ((await sumExpectedCash(work.db, shift.id)) + BigInt(counted) + totalMinor > limitMinor)
    throw new DomainError(
      'drawer_limit_reached',
      {},
      'the drawer is full: hand cash over to the safe before you sell on',
    );
}
