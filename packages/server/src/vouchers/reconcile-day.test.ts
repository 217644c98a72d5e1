// A day: what was sold, what the router saw, what was counted and signed for.
import { createVirtualClock } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { textOfPdf } from '#test/pdf-text.test-support.ts';
import { addRouter, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let manager: Caller;
let owner: Caller;
let router: Simulated;
let routerId: string;
let hour: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  manager = await running.callerWithRole('manager');
  owner = running.call;
  hour = (
    await owner('POST /api/voucher-packages', {
      name: 'One hour',
      priceMinor: '500',
      durationSeconds: 3600,
      downKbps: 4096,
      upKbps: 1024,
    })
  ).body;
});
afterAll(() => running.close());

const today = () => Temporal.Now.plainDateISO('UTC').toString();

test('a day is sold, seen and counted, and a later look is another revision (C8, C9, D19)', async () => {
  router = await startTestRouter();
  routerId = (await addRouter(running, router)).id;
  const cashier = await counterStaff(running);
  await clockIn(cashier.call, routerId, '10');
  const sale = await cashier.call('POST /api/counter/sales', {
    packageId: hour.id,
    quantity: 3,
    idempotencyKey: crypto.randomUUID(),
  });
  const [used] = sale.body.vouchers;
  router.logInToHotspot(used.code, used.code, { mac: '02:00:00:00:00:01' });
  await running.query(`update vouchers.vouchers set first_used_at = now(), state = 'redeemed' where id = $1`, [
    used.id,
  ]);
  const first = await manager('POST /api/reconciliations', { day: today() });
  expect(first).toMatchObject({
    status: 201,
    body: {
      revision: 1,
      totals: { soldCount: 3, soldMinor: '1500', ledgerMinor: '1500', booksFlag: 'ok', usedCount: 1 },
      shifts: [{ staffName: cashier.name, soldMinor: '1500', expectedMinor: null, flag: 'open' }],
      routers: [{ routerId, soldCount: 3, usedCount: 1, onRouterCount: 3 }],
    },
  });
  await cashier.call('POST /api/counter/shift/count', { cash: cash('20', '5') });
  const [handOver] = (await manager('GET /api/hand-overs')).body.items;
  expect(handOver).toMatchObject({ kind: 'drawer_to_safe', amountMinor: '2500', givenName: cashier.name });
  await manager(`POST /api/hand-overs/${handOver.id}/receipt`, { receivedMinor: '2500' });
  const second = await manager('POST /api/reconciliations', { day: today() });
  expect(second.body).toMatchObject({
    revision: 2,
    shifts: [{ expectedMinor: '2500', countedMinor: '2500', receivedMinor: '2500', varianceMinor: '0', flag: 'ok' }],
  });
  const { items } = (await manager('GET /api/reconciliations')).body;
  expect(items.map(({ revision }: Loose) => revision)).toEqual([2, 1]);
  expect(items[1]).toEqual(first.body);
  await expect(running.query(`update vouchers.reconciliations set report = '{}'`)).rejects.toThrow(/append-only/);
  await expect(running.query(`delete from vouchers.reconciliations`)).rejects.toThrow(/append-only/);
});

/** A counter with a router of its own, where so many codes were sold. */
async function soldCounter(quantity: number) {
  const simulatedClock = createVirtualClock();
  const simulated = await startTestRouter({ clock: simulatedClock });
  const place = await addRouter(running, simulated);
  const cashier = await counterStaff(running);
  await clockIn(cashier.call, place.id);
  const { body } = await cashier.call('POST /api/counter/sales', {
    packageId: hour.id,
    quantity,
    idempotencyKey: crypto.randomUUID(),
  });
  const lineOfDay = async () => {
    const report = (await manager('POST /api/reconciliations', { day: today() })).body;
    return { report, line: report.shifts.find(({ staffName }: Loose) => staffName === cashier.name) };
  };
  const handOver = async (receivedMinor: string) => {
    const { items } = (await manager('GET /api/hand-overs')).body;
    const own = items.find(({ givenName }: Loose) => givenName === cashier.name);
    await manager(`POST /api/hand-overs/${own.id}/receipt`, { receivedMinor });
  };
  return {
    cashier,
    simulated,
    simulatedClock,
    placeId: place.id,
    vouchers: body.vouchers as Loose[],
    lineOfDay,
    handOver,
  };
}

test('a counted drawer is open until somebody else has signed for it, and short by what he did not get', async () => {
  const { cashier, lineOfDay, handOver } = await soldCounter(2);
  await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
  expect((await lineOfDay()).line).toMatchObject({ countedMinor: '1000', receivedMinor: null, flag: 'open' });
  await handOver('900');
  expect((await lineOfDay()).line).toMatchObject({ receivedMinor: '900', flag: 'short', varianceBp: -1000 });
});

test('what was taken back within the shift is not expected, and an empty drawer waits for nobody', async () => {
  const { cashier, vouchers, lineOfDay } = await soldCounter(1);
  await manager(`POST /api/vouchers/${vouchers[0]?.id}/refund`, { reason: 'no signal' });
  await cashier.call('POST /api/counter/shift/count', { cash: [] });
  expect((await lineOfDay()).line).toMatchObject({ soldMinor: '500', expectedMinor: '0', flag: 'ok' });
});

test('a sale that was made smaller behind the program is a mismatch of its day, though the codes agree with the ledger', async () => {
  const { cashier, lineOfDay, handOver } = await soldCounter(2);
  await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
  await handOver('1000');
  expect((await lineOfDay()).line).toMatchObject({ flag: 'ok' });
  const edit = (minor: number) =>
    running.query(
      `alter table vouchers.sales disable trigger user;
       update vouchers.sales set total_minor = ${minor}, unit_price_minor = ${minor / 2} where staff_id = '${cashier.id}';
       alter table vouchers.sales enable trigger user`,
    );
  await edit(0);
  const { report, line } = await lineOfDay();
  expect([report.totals.booksFlag, line.flag]).toEqual(['mismatch', 'mismatch']);
  await edit(1000);
});

test('what was used on a router and never sold is named in the report, until it is sold after all', async () => {
  const { simulated, simulatedClock, placeId, lineOfDay } = await soldCounter(1);
  simulated.put('/ip/hotspot/user', { name: 'a-friend', password: 'x' });
  simulated.put('/ip/hotspot/user', { name: 'never-used', password: 'x' });
  simulated.logInToHotspot('a-friend', 'x', { mac: '02:00:00:00:00:07' });
  simulatedClock.advance(60_000);
  await owner(`POST /api/routers/${placeId}/sync`);
  const { report } = await lineOfDay();
  expect(report.totals.unsoldCount).toBe(1);
  expect(report.unsoldCodes).toEqual(['a-friend']);
});

test('a day that has not begun is refused', async () => {
  const day = Temporal.Now.plainDateISO('UTC').add({ days: 2 }).toString();
  expect(await manager('POST /api/reconciliations', { day })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', fields: [{ path: 'day' }] },
  });
});

test('cash goes from hand to hand to the bank, each time signed by somebody else, and what is missing is told', async () => {
  const place = await addRouter(running, await startTestRouter());
  const cashier = await counterStaff(running);
  await clockIn(cashier.call, place.id);
  await cashier.call('POST /api/counter/cash', {
    kind: 'in',
    amountMinor: '9000',
    reason: 'change',
    idempotencyKey: crypto.randomUUID(),
  });
  await cashier.call('POST /api/counter/shift/count', { cash: cash('50', '20', '20') });
  const waiting = (await manager('GET /api/hand-overs')).body.items.find((item: Loose) => item.amountMinor === '9000');
  const receive = (call: Caller, id: string, receivedMinor: string) =>
    call(`POST /api/hand-overs/${id}/receipt`, { receivedMinor });
  expect((await receive(manager, waiting.id, '8000')).body).toMatchObject({
    receivedMinor: '8000',
    receivedName: 'the-manager',
  });
  expect(await receive(owner, waiting.id, '9000')).toMatchObject({ status: 409, body: { code: 'hand_over_signed' } });
  const { items } = (await manager('GET /api/voucher-alerts')).body;
  expect(items.find(({ kind }: Loose) => kind === 'hand_over_variance')).toMatchObject({
    staffName: cashier.name,
    amountMinor: '-1000',
    evidence: { given: '9000', received: '8000' },
  });
  const banked = await manager('POST /api/hand-overs', { amountMinor: '1000', reference: 'slip 1' });
  expect(banked).toMatchObject({ status: 201, body: { kind: 'safe_to_bank', reference: 'slip 1' } });
  expect(await receive(manager, banked.body.id, '1000')).toMatchObject({
    status: 403,
    body: { code: 'self_approval' },
  });
  expect(await receive(owner, banked.body.id, '1000')).toMatchObject({ status: 200 });
  await expect(
    running.query(`update vouchers.hand_overs set received_minor = 1 where id = $1`, [banked.body.id]),
  ).rejects.toThrow(/signed once/);
  await expect(running.query(`delete from vouchers.hand_overs`)).rejects.toThrow(/refused/);
  await expect(running.query(`truncate vouchers.hand_overs cascade`)).rejects.toThrow(/append-only/);
  const transit = await running.query(
    `select a.owner_id, sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) where a.kind = 'cash_in_transit' group by a.owner_id`,
  );
  expect(new Set(transit.map(({ balance }) => balance))).toEqual(new Set(['0']));
});

test('a report is printed and exported, each revision as it is (PDF, CSV)', async () => {
  const { body } = await manager('POST /api/reconciliations', { day: today() });
  const token = await running.tokenOf('the-manager');
  const fetchFile = (ending: string, id: string = body.id) =>
    fetch(`${running.lastmile.url}/api/reconciliations/${id}/${ending}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  const pdf = await fetchFile('pdf');
  expect(pdf.headers.get('content-type')).toBe('application/pdf');
  const text = await textOfPdf(Buffer.from(await pdf.arrayBuffer()));
  expect(text).toContain(`Revision ${body.revision}`);
  expect(text).toContain('Used without a sale: a-friend');
  const csv = await (await fetchFile('csv')).text();
  expect(csv).toContain('used_without_sale,a-friend,');
  const lines = csv.replace('\ufeff', '').split('\r\n');
  expect(lines[0]).toMatch(/^day,revision,what,name,location,currency,sold_count,sold/);
  expect(lines[1]).toMatch(new RegExp(`^${today()},${body.revision},total,,,USD,9,45.00,`));
  expect((await fetchFile('pdf', '00000000-0000-7000-8000-000000000000')).status).toBe(404);
  expect((await fetchFile('csv', 'x')).status).toBe(400);
});

test('what the audit log proves of a day stands on its report, once the day is closed there', async () => {
  const { body } = await manager('POST /api/reconciliations', { day: today() });
  expect(body.auditRoot).toBeNull();
  await running.query(
    `insert into audit.days (day, first_seq, last_seq, root, head, closed_at)
     select $1, min(seq), max(seq), sha256('root'), sha256('head'), now() from audit.chain`,
    [today()],
  );
  const { body: report } = await manager(`GET /api/reconciliations/${body.id}`);
  expect(report.auditRoot).toMatch(/^[0-9a-f]{64}$/);
});
