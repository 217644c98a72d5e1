// For tests only: two places of one provider, each with one of everything, and who is asked for what of which.
import { expect } from 'vitest';
import { addAbsentRouter, addCustomer, issueInvoice } from './provider.test-support.ts';
import type { Loose, Running } from './running.ts';

/** The ids of what stands at one place, by the names that addresses, queries and bodies call them. */
export type Place = Record<string, string>;

/** Ids that belong to no place: everybody with the permission may name them. */
export const placeless = ['planId', 'taxId', 'fieldId', 'packageId', 'ownSessionId', 'ownKeyId'];

export function idsIn(route: string): string[] {
  return [...route.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
}

export const addressIn = (place: Place, route: string) =>
  route.replace(/:(\w+)/g, (_, name: string) => place[name] ?? `no-${name}`);

/** What would give a place away; a plain number stands everywhere. */
export function tracesOf(place: Place): string[] {
  return Object.entries(place)
    .filter(([name, text]) => !placeless.includes(name) && !/^\d+$/.test(text))
    .map(([, text]) => text.toLowerCase());
}

const readFile = {
  ...{ fileName: 'people.csv', encoding: 'utf-8', delimiter: ',', columns: [], mapping: [] },
  ...{ routerId: null, planId: null, isChecked: false },
};

/** A place with one of everything; all its texts hold its name. */
export async function furnish(running: Running, name: string): Promise<Place> {
  const location = (await running.call('POST /api/locations', { name })).body;
  const router = await addAbsentRouter(running);
  const moved = { revision: router.revision, label: `${name} tower`, locationId: location.id };
  expect((await running.call(`PUT /api/routers/${router.id}`, moved)).status).toBe(200);
  const customer = await addCustomer(running, router.id, { name: `${name} Eva`, username: `${name}-eva` });
  const invoice = await issueInvoice(running, customer.id, { description: `${name} month` });
  const [subscription] = (await running.call(`GET /api/customers/${customer.id}/subscriptions`)).body.items;
  const promise = { customerId: customer.id, untilOn: Temporal.Now.plainDateISO('UTC').add({ days: 9 }).toString() };
  const hold = (await running.call('POST /api/billing/promises', { ...promise, reason: `${name} promise` })).body;
  const received = { customerId: customer.id, amountMinor: '1', note: `${name} payment` };
  const payment = (await running.call('POST /api/payments', received)).body;
  const [drift] = await running.query(
    `insert into provisioning.drifts (id, router_id, account_id, differences, found_at)
     values (gen_random_uuid(), $1, $2, '[]', now()) returning id`,
    [router.id, customer.accounts[0].id],
  );
  const [session] = await running.query(
    `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, started_at, seen_at)
     values (gen_random_uuid(), $1, 'k', $2, $3, now(), now()) returning id`,
    [router.id, customer.accounts[0].id, `${name}-eva`],
  );
  const [shift] = await running.query(
    `insert into vouchers.shifts (id, staff_id, staff_name, router_id, location_id, location_name, currency, opened_at, opened_cash, opened_minor)
     select gen_random_uuid(), id, username, $1, $2, $3, 'USD', now(), '[]', 0 from auth.staff where username = $4 returning id`,
    [router.id, location.id, name, await counterPerson(running, name)],
  );
  const voucher = await soldVoucher(running, router.id, shift.id, name);
  const [alert] = await running.query(
    `insert into vouchers.alerts (id, kind, fingerprint, found_at, location_id, evidence) values (gen_random_uuid(), 'shift_variance', $2, now(), $1, jsonb_build_object('name', $2::text)) returning id`,
    [location.id, name],
  );
  const [handOver] = await running.query(
    `insert into vouchers.hand_overs (id, kind, shift_id, location_id, currency, amount_minor, given_by, given_name, given_at)
     select gen_random_uuid(), 'drawer_to_safe', id, location_id, 'USD', 1, staff_id, staff_name, now() from vouchers.shifts where id = $1 returning id`,
    [shift.id],
  );
  const [bulkJob] = await running.query(
    `with job as (insert into bulk.jobs (id, kind, params, staff_id, by_name, idempotency_key, fingerprint, asked_at, held_why)
       select gen_random_uuid(), 'tag', '{"tag": "x"}', id, $2, $2, '', now(), 'too_many' from auth.staff where username = 'admin' returning id)
     insert into bulk.items (job_id, place, customer_id, next_try_at) select id, 1, $1, now() from job returning job_id as id`,
    [customer.id, name],
  );
  const [file] = await running.query(
    `insert into bulk.jobs (id, kind, params, staff_id, by_name, idempotency_key, fingerprint, asked_at, held_why, location_ids)
     select gen_random_uuid(), 'import', $3, id, $2, 'file ' || $2, '', now(), 'draft', array[$1::uuid]
     from auth.staff where username = 'admin' returning id`,
    [location.id, name, JSON.stringify(readFile)],
  );
  const lines = [{ lineNo: 1, amountMinor: '1' }];
  const credited = { reason: `${name} was dark`, lines };
  expect((await running.call(`POST /api/invoices/${invoice.id}/credit-notes`, credited)).status).toBe(201);
  const [note] = await running.query('select id from billing.credit_notes where invoice_id = $1', [invoice.id]);
  return {
    name,
    creditNoteId: note.id,
    bulkJobId: bulkJob.id,
    importId: file.id,
    handOverId: handOver.id,
    alertId: alert.id,
    voucherId: voucher.id,
    packageId: voucher.package_id,
    shiftId: shift.id,
    locationId: location.id,
    routerId: router.id,
    customerId: customer.id,
    accountId: customer.accounts[0].id,
    invoiceId: invoice.id,
    subscriptionId: subscription.id,
    sessionId: session.id,
    holdId: hold.id,
    paymentId: payment.id,
    driftId: drift.id,
    clientId: String(customer.number),
  };
}

async function soldVoucher(running: Running, routerId: string, shiftId: string, name: string): Promise<Loose> {
  const [voucher] = await running.query(
    `with package as (insert into vouchers.packages (id, name, created_at) values (gen_random_uuid(), md5($3), now()) returning id),
      version as (insert into vouchers.package_versions (id, package_id, number, name, price_minor, currency, duration_kind, duration_seconds, down_kbps, up_kbps, devices, profile_name, created_at, created_by)
        select gen_random_uuid(), id, 1, 'Hour', 500, 'USD', 'used', 3600, 1024, 1024, 1, 'p', now(), 'x' from package returning id),
      sale as (insert into vouchers.sales (id, shift_id, staff_id, idempotency_key, version_id, quantity, unit_price_minor, total_minor, currency, created_at)
        select gen_random_uuid(), $2, shift.staff_id, $3, version.id, 1, 500, 500, 'USD', now() from version, vouchers.shifts shift where shift.id = $2 returning id, staff_id, version_id)
     insert into vouchers.vouchers (id, code, version_id, state, sale_id, shift_id, seller_id, seller_name, router_id, price_minor, currency, sold_at, created_at)
     select gen_random_uuid(), translate(upper(substr(md5($3), 1, 13)), '01', '23'), version_id, 'sold', id, $2, staff_id, $3, $1, 500, 'USD', now(), now() from sale
     returning id, (select id from package) as package_id`,
    [routerId, shiftId, `${name} package`],
  );
  return voucher;
}

/** A person with the role and the password of another, who is limited to a place. */
export async function limitedTwin(running: Running, of: string, username: string, locationId: string): Promise<void> {
  await running.query(
    `with person as (
       insert into auth.staff (id, username, role, password_hash, is_limited, created_at)
       select gen_random_uuid(), $1, role, password_hash, true, created_at from auth.staff where username = $2 returning id)
     insert into auth.staff_locations (staff_id, location_id) select id, $3 from person`,
    [username, of, locationId],
  );
}

/** Somebody of the place who sells. */
async function counterPerson(running: Running, name: string): Promise<string> {
  const username = `${name}-seller`.toLowerCase();
  await running.query(
    `insert into auth.staff (id, username, role, password_hash, created_at) values (gen_random_uuid(), $1, 'cashier', 'x', now())`,
    [username],
  );
  return username;
}
