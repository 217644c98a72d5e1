// A hotspot counter at each site: packages, cashiers, a week of shifts, codes in use, paper in stock, and a few things that
// somebody must look at. Made by the same acts that the counters use, with the clock set back.
import { addStaff } from '@lastmile/server/auth/staff.ts';
import { manualClock } from '@lastmile/server/platform/clock.ts';
import { type Actor, type Database, inTransaction } from '@lastmile/server/platform/db.ts';
import { hashPassword } from '@lastmile/server/platform/secrets.ts';
import { allotBatch, makeBatch, printBatch } from '@lastmile/server/vouchers/batches.ts';
import { countShift } from '@lastmile/server/vouchers/close-shift.ts';
import { changeCounterSettings, getCounterSettings } from '@lastmile/server/vouchers/counter-settings.ts';
import { listHandOvers, receiveHandOver, sendToBank } from '@lastmile/server/vouchers/hand-overs.ts';
import { addPackage, type PackageFields, type PackageView } from '@lastmile/server/vouchers/packages.ts';
import { printVouchers } from '@lastmile/server/vouchers/prints.ts';
import { recordReadings } from '@lastmile/server/vouchers/readings.ts';
import { reconcileDay } from '@lastmile/server/vouchers/reconcile-day.ts';
import { reserveSale } from '@lastmile/server/vouchers/reserve-sale.ts';
import { settleSale } from '@lastmile/server/vouchers/sales.ts';
import { openShift, sumExpectedCash } from '@lastmile/server/vouchers/shifts.ts';
import { demoLogin, siteLabels } from './network.ts';
import { createDice } from './people.ts';

const days = 7;
const salesPerShift = 12;
const cashiers = ['amina', 'brian', 'grace'] as const;
const leader = 'mercy';
const opening = 2000n;
const office: Actor = { kind: 'staff', id: null, name: 'admin' };
const night: Actor = { kind: 'schedule', id: null, name: 'daily reconciliation' };

const ordinary: Omit<PackageFields, 'name' | 'priceMinor'> = {
  durationKind: 'used',
  durationSeconds: null,
  dataBytes: null,
  downKbps: 4096,
  upKbps: 1024,
  devices: 1,
  validDays: 30,
  hours: null,
  locationIds: [],
  prices: [],
};

const offered: readonly PackageFields[] = [
  { ...ordinary, name: 'Half an hour', priceMinor: 100n, durationSeconds: 1800 },
  { ...ordinary, name: 'One hour', priceMinor: 200n, durationSeconds: 3600 },
  { ...ordinary, name: 'Day pass', priceMinor: 500n, durationKind: 'wall', durationSeconds: 86_400, devices: 2 },
  { ...ordinary, name: 'One gigabyte', priceMinor: 400n, dataBytes: 1_073_741_824n, downKbps: 8192, upKbps: 2048 },
];

type Cafe = { routerId: string; locationId: string | null; cashier: Actor };
type Street = { database: Database; dice: () => number; packages: PackageView[]; cafes: Cafe[]; manager: Actor };

/** Fills an empty counter; a later start finds it filled and leaves it. */
export async function fillCafes(database: Database): Promise<void> {
  const { rows } = await database.pool.query('select exists (select from vouchers.packages) as it');
  if (rows[0]?.it) return;
  const street = await furnish(database);
  const today = database.clock.now().toZonedDateTimeISO('Africa/Nairobi').toPlainDate();
  for (let back = days; back >= 1; back--) await liveThroughDay(street, today.subtract({ days: back }), back);
  await stockPaper(street);
  await openToday(street);
}

/** Codes that somebody may come online with, by the site of their router. */
export async function listLiveCodes({ pool }: Database): Promise<{ site: number; code: string }[]> {
  const { rows } = await pool.query<{ label: string; code: string }>(
    `select router.label, voucher.code from vouchers.vouchers voucher join routers.routers router on router.id = voucher.router_id
     where voucher.is_wanted order by voucher.id limit 60`,
  );
  return rows.map(({ label, code }) => ({ site: siteLabels.indexOf(label), code }));
}

async function furnish(database: Database): Promise<Street> {
  const passwordHash = await hashPassword(demoLogin.counterPassword);
  const routers = await database.db
    .selectFrom('routers.routers')
    .select(['id', 'location_id as locationId'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return inTransaction(
    at(database, database.clock.now().subtract({ hours: 24 * (days + 1) })),
    office,
    async (work) => {
      const person = async (username: string, role: 'cashier' | 'manager'): Promise<Actor> => {
        const id = await addStaff(work, { username, role, passwordHash, isPasswordInitial: false });
        return { kind: 'staff', id, name: username, role };
      };
      const { revision } = await getCounterSettings(work.db);
      await changeCounterSettings(work, {
        whenUnreachable: 'pending',
        drawerLimitMinor: 100_000n,
        voidAloneLimitMinor: 200n,
        loginUrl: 'http://wifi.savanna.example/login',
        revision,
      });
      const packages: PackageView[] = [];
      for (const fields of offered) packages.push(await addPackage(work, fields));
      const manager = await person(leader, 'manager');
      const cafes: Cafe[] = [];
      for (const [index, router] of routers.entries()) {
        const name = cashiers[index];
        if (name)
          cafes.push({ routerId: router.id, locationId: router.locationId, cashier: await person(name, 'cashier') });
      }
      return { database, dice: createDice(17), packages, cafes, manager };
    },
  );
}

function at(database: Database, instant: Temporal.Instant): Database {
  return { ...database, clock: manualClock(instant.toString()) };
}

async function liveThroughDay(street: Street, day: Temporal.PlainDate, daysBack: number): Promise<void> {
  const { database, manager } = street;
  const hour = (time: string) =>
    at(database, day.toZonedDateTime({ timeZone: 'Africa/Nairobi', plainTime: time }).toInstant());
  for (const [index, cafe] of street.cafes.entries()) {
    await inTransaction(hour('08:00'), cafe.cashier, (work) =>
      openShift(work, { routerId: cafe.routerId, cash: cashOf(opening) }),
    );
    for (let sale = 0; sale < salesPerShift; sale++) {
      const time = `${String(8 + Math.floor((sale * 10) / salesPerShift)).padStart(2, '0')}:${String(5 + index * 9 + sale).padStart(2, '0')}`;
      await sell(street, hour(time), cafe, true);
    }
    // Yesterday one drawer was short, and nobody has looked at it yet.
    const missing = daysBack === 1 && index === 1 ? 500n : 0n;
    await inTransaction(hour('20:00'), cafe.cashier, async (work) => {
      const { id } = await work.db
        .selectFrom('vouchers.shifts')
        .select('id')
        .where('staff_id', '=', cafe.cashier.id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow();
      await countShift(work, cashOf((await sumExpectedCash(work.db, id)) - missing));
    });
  }
  await inTransaction(hour('20:30'), manager, async (work) => {
    const { items } = await listHandOvers(work.db, { state: 'open', limit: 50 }, 'everywhere');
    // What came last waits on the manager's desk.
    for (const { id, kind, amountMinor } of items)
      if (kind === 'drawer_to_safe' && daysBack > 1)
        await receiveHandOver(work, id, { receivedMinor: amountMinor, note: null });
    if (daysBack === 2)
      await sendToBank(work, {
        locationId: street.cafes[1]?.locationId ?? null,
        amountMinor: 15_000n,
        reference: 'slip 4471',
      });
  });
  await inTransaction(hour('23:59:59'), night, (work) => reconcileDay(work, day));
}

/** As at the counter, but for the router: what was sold on another day was used and is gone from there. */
async function sell(
  street: Street,
  database: Database,
  { cashier, routerId }: Cafe,
  isOver: boolean,
): Promise<string[]> {
  const chosen = street.packages[Math.floor(street.dice() ** 1.4 * street.packages.length)];
  if (!chosen) return [];
  const quantity = street.dice() < 0.2 ? 2 : 1;
  const order = { packageId: chosen.id, quantity, customerPhone: null, idempotencyKey: crypto.randomUUID() };
  const reserved = await inTransaction(database, cashier, (work) => reserveSale(work, order));
  const late = { ok: false, isUnreachable: true, code: 'router_unreachable', message: 'on its way' } as const;
  return inTransaction(database, cashier, async (work) => {
    await settleSale(work, reserved, isOver ? { ok: true } : late);
    const rows = await work.db
      .selectFrom('vouchers.vouchers')
      .select('id')
      .where('sale_id', '=', reserved.saleId)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (isOver)
      await recordReadings(
        work,
        routerId,
        ids.map((id) => usedUp(id, chosen, street.dice(), work.now)),
      );
    return ids;
  });
}

function usedUp(id: string, { durationSeconds, dataBytes }: PackageView, part: number, now: Temporal.Instant) {
  const usedSeconds = durationSeconds ?? Math.round(3600 * (1 + part * 5));
  const usedBytes = dataBytes ?? BigInt(Math.round(usedSeconds * (20_000 + part * 300_000)));
  return {
    id,
    usedSeconds,
    usedBytes,
    counterSeconds: usedSeconds,
    counterBytes: usedBytes,
    firstUse: { at: now.subtract({ seconds: usedSeconds }), endsAt: null },
    isUsedUp: true,
  };
}

/** In notes of the largest kind that fits, as a drawer would hold it. */
function cashOf(minor: bigint): { faceValue: string; count: number }[] {
  let left = minor;
  return [1000, 500, 200, 100, 50, 20, 10, 5, 1].flatMap((note) => {
    const count = left / BigInt(note * 100);
    left -= count * BigInt(note * 100);
    return count > 0n ? [{ faceValue: `${note}`, count: Number(count) }] : [];
  });
}

/** A bundle on paper for the town's counters. */
async function stockPaper({ database, packages, cafes, manager }: Street): Promise<void> {
  const [, hour] = packages;
  if (!hour) return;
  await inTransaction(at(database, database.clock.now().subtract({ hours: 30 })), manager, async (work) => {
    const { id } = await makeBatch(work, {
      packageId: hour.id,
      quantity: 40,
      locationId: null,
      note: 'For market days',
    });
    await printBatch(work, id);
    await allotBatch(work, id, cafes[1]?.locationId ?? null);
  });
}

/** Open counters with codes that are on their way to the routers, and one ticket that was printed twice. */
async function openToday(street: Street): Promise<void> {
  const { database } = street;
  const now = database.clock.now();
  for (const cafe of street.cafes) {
    if (await hasStandingShift(database, cafe)) continue;
    await inTransaction(at(database, now.subtract({ minutes: 95 })), cafe.cashier, (work) =>
      openShift(work, { routerId: cafe.routerId, cash: cashOf(opening) }),
    );
    const sold: string[] = [];
    for (let sale = 0; sale < 8; sale++)
      sold.push(...(await sell(street, at(database, now.subtract({ seconds: 480 - sale * 60 })), cafe, false)));
    for (const _copy of [1, 2])
      await inTransaction(database, cafe.cashier, (work) => printVouchers(work, sold.slice(0, 1), 'paper'));
  }
}

/** Who has a count that waits for approval opens no other drawer. */
async function hasStandingShift({ db }: Database, { cashier }: Cafe): Promise<boolean> {
  const row = await db
    .selectFrom('vouchers.shifts')
    .select('id')
    .where('staff_id', '=', cashier.id)
    .where('state', '<>', 'closed')
    .executeTakeFirst();
  return row !== undefined;
}
