import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let customer: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  const { id: routerId } = await addAbsentRouter(running);
  customer = await addCustomer(running, routerId);
  const invoice = await issueInvoice(running, customer.id);
  await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'moved out' });
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  await addCustomer(running, routerId, { name: 'Somebody else' });
  await running.query(
    `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, address, started_at, seen_at, ended_at, down_bytes)
     values (gen_random_uuid(), $1, 'k', $2, 'ana', '10.0.0.9', now() + interval '1 hour', now(), now() + interval '2 hours', 5)`,
    [routerId, customer.accounts[0].id],
  );
});
afterAll(() => running.close());

const timeline = async (query = '') => (await running.call(`GET /api/customers/${customer.id}/timeline?${query}`)).body;

test('money, network and acts of staff stand in one list, newest first, and nobody else’s', async () => {
  const { items } = await timeline();
  expect(items.map(({ kind, action }: Loose) => `${kind} ${action}`)).toEqual([
    'network session.held',
    'money payment.recorded',
    'network account.blocked',
    'money invoice.issued',
    'money subscription.added',
    'network account.added',
    'staff customer.added',
  ]);
  expect(items[0]).toMatchObject({ actor: null, details: { address: '10.0.0.9', downBytes: '5' } });
  expect(items[2]).toMatchObject({ actor: { kind: 'staff', name: 'admin' }, details: { note: 'moved out' } });
});

test('it pages without losing or repeating one, and narrows to one kind', async () => {
  const whole = (await timeline()).items.map(({ id }: Loose) => id);
  const walked: string[] = [];
  let after = '';
  do {
    const body = await timeline(`limit=1${after}`);
    walked.push(...body.items.map(({ id }: Loose) => id));
    after = body.next ? `&after=${encodeURIComponent(body.next)}` : '';
  } while (after);
  expect(walked).toEqual(whole);
  for (const kind of ['money', 'network', 'staff'])
    for (const item of (await timeline(`kind=${kind}`)).items) expect(item.kind).toBe(kind);
  expect((await timeline('kind=money')).items).toHaveLength(3);
});

test('of nobody there is no history', async () => {
  const { status } = await running.call('GET /api/customers/01890a5d-ac96-774b-bcce-b302099a8057/timeline');
  expect(status).toBe(404);
});
