// Why a customer who paid is on again within half a minute: his payment is pushed, and a push that was lost is found by the next turn.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  addCustomer,
  addRouter,
  issueInvoice,
  type Simulated,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, openTestLastmile, type Running } from '#test/running.ts';

const halfAMinuteMs = 30_000;
/** What looks for work every half a minute, caught: in this test nothing does unless it is called. */
const turns: (() => void)[] = [];
let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  const every = globalThis.setInterval;
  const spy = vi.spyOn(globalThis, 'setInterval').mockImplementation(((turn: () => void, ms?: number) => {
    if (ms !== halfAMinuteMs) return every(turn, ms);
    turns.push(turn);
    return every(() => {}, 2 ** 30);
  }) as typeof setInterval);
  running = await openTestLastmile();
  spy.mockRestore();
  // A visit for another reason would bring the change, too.
  const { revision } = (await running.call('GET /api/settings')).body;
  const rare = { revision, fullLookMinutes: 60, liveIntervalSeconds: 300 };
  expect(await running.call('PUT /api/settings', rare)).toMatchObject({ status: 200 });
});
afterAll(() => running.close());

/** A customer whose router shows that he is cut, with what he owes. */
async function addCutCustomer(): Promise<{ id: string; invoiceId: string; isOn: () => boolean }> {
  const router: Simulated = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const { id } = await addCustomer(running, routerId, { username: 'ana' });
  await settled(running, id);
  const invoice = await issueInvoice(running, id);
  await running.call('POST /api/billing/overdue-runs');
  await settled(running, id);
  const isOn = () => router.find('/ppp/secret', { name: 'ana' })?.disabled === 'false';
  expect(isOn()).toBe(false);
  return { id, invoiceId: invoice.id, isOn };
}

test('a payment is pushed to the router at once, not by a later turn', async () => {
  const { invoiceId, isOn } = await addCutCustomer();
  expect(await running.call(`POST /api/invoices/${invoiceId}/payments`, {})).toMatchObject({ status: 201 });
  await eventually(isOn);
});

test('where the push is lost, the turn of every half a minute brings the payment to the router', async () => {
  const { id, isOn } = await addCutCustomer();
  // As the payment writes it, and told to nobody.
  await running.query(
    `with lifted as (update provisioning.blocks set lifted_at = now(), lifted_by = 'a payment'
       where lifted_at is null and account_id in (select id from provisioning.accounts where customer_id = $1) returning account_id)
     update provisioning.accounts set version = version + 1, pending_since = now(), next_try_at = now() where id in (select account_id from lifted)`,
    [id],
  );
  expect(turns.length).toBeGreaterThan(0);
  for (const turn of turns) turn();
  await eventually(isOn);
});
