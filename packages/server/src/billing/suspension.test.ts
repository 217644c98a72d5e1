// Who must not be cut, and what stops a run that looks wrong.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  // Each test has a provider without other debtors and without a past.
  for (const { id } of (await running.call('GET /api/customers?limit=200')).body.items)
    await running.call(`DELETE /api/customers/${id}`);
  await running.query('delete from billing.overdue_runs');
  await running.query('delete from billing.fuse_trips');
  clock.set(noon);
  await changePolicy({ fuseLeastCount: 20, fusePercent: 10, toleranceMinor: '0' });
  customerId = (await addCustomer(running, routerId)).id;
});

async function changePolicy(change: Record<string, unknown>): Promise<Loose> {
  const { body } = await running.call('GET /api/billing/overdue-policy');
  return running.call('PUT /api/billing/overdue-policy', { revision: body.revision, ...change });
}

const owe = (id = customerId, change: Loose = {}) => issueInvoice(running, id, { dueOn: '2026-06-14', ...change });
const run = async () => (await running.call('POST /api/billing/overdue-runs')).body;
const preview = async () => (await running.call('GET /api/billing/overdue-runs/preview')).body;
const fuse = async () => (await running.call('GET /api/billing/fuse')).body.trip;

/** Lets an hour pass, and the runs that would have been in it. */
function pass(duration: Temporal.DurationLike): Promise<unknown> {
  clock.advance(duration);
  return running.query('update billing.overdue_runs set at = $1', [clock.now().toString()]);
}

async function isCut(id = customerId): Promise<boolean> {
  const { accounts } = await getCustomer(running, id);
  return accounts[0].blocks.some(({ reason }: Loose) => reason === 'overdue');
}

async function addDebtors(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await addCustomer(running, routerId);
    await owe(id);
    ids.push(id);
  }
  return ids;
}

test('who promises to pay is on again at once, and is cut when the day has passed', async () => {
  await owe();
  await run();
  expect(await isCut()).toBe(true);
  const promised = await running.call('POST /api/billing/promises', { customerId, untilOn: '2026-06-18' });
  expect(promised).toMatchObject({ status: 201, body: { kind: 'promise', untilOn: '2026-06-18', isStanding: true } });
  expect(await isCut()).toBe(false);
  await pass({ hours: 83 });
  expect(await run()).toMatchObject({ suspendedCount: 0 });
  await pass({ hours: 1 });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
  expect(await isCut()).toBe(true);
});

test('an exemption has a reason and an end, and the overdue mark stays', async () => {
  const invoice = await owe();
  expect(
    await running.call('POST /api/billing/exemptions', { customerId, untilOn: '2026-12-31', reason: '' }),
  ).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'reason' }] },
  });
  await running.call('POST /api/billing/exemptions', { customerId, untilOn: '2026-12-31', reason: 'hospital' });
  expect(await run()).toMatchObject({ suspendedCount: 0, plannedCount: 0 });
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body.isOverdue).toBe(true);
  const [hold] = (await running.call(`GET /api/billing/holds?customerId=${customerId}`)).body.items;
  expect(hold).toMatchObject({ kind: 'exemption', reason: 'hospital', recordedBy: 'admin', isStanding: true });
  const ended = await running.call(`DELETE /api/billing/holds/${hold.id}`);
  expect(ended.body).toMatchObject({ isStanding: false, endedBy: 'admin' });
  expect(await running.call(`DELETE /api/billing/holds/${hold.id}`)).toMatchObject({
    status: 409,
    body: { code: 'hold_ended' },
  });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
});

test.each([
  ['promises', '2026-06-14', 'must not be in the past'],
  ['promises', '2026-08-15', 'must be within 60 days'],
  ['exemptions', '2046-01-01', 'must be within 3660 days'],
])('%s until %s are refused: it %s', async (kind, untilOn, message) => {
  const answer = await running.call(`POST /api/billing/${kind}`, { customerId, untilOn, reason: 'because' });
  expect(answer).toMatchObject({ status: 400, body: { fields: [{ path: 'untilOn', message }] } });
});

test('who is switched on by hand while he owes stays on: an exemption with an end is made, and then he is cut', async () => {
  await owe();
  await run();
  await running.call(`POST /api/customers/${customerId}/activate`, { note: 'pays tomorrow, I know him' });
  await pass({ hours: 1 });
  expect(await run()).toMatchObject({ suspendedCount: 0 });
  expect(await isCut()).toBe(false);
  const { items } = (await running.call(`GET /api/billing/holds?standing=yes&customerId=${customerId}`)).body;
  expect(items).toMatchObject([{ kind: 'exemption', untilOn: '2026-06-18', reason: 'pays tomorrow, I know him' }]);
  await pass({ hours: 84 });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
});

test('who owes nothing and is switched on by hand gets no exemption', async () => {
  await running.call(`POST /api/customers/${customerId}/suspend`, { note: 'moved' });
  await running.call(`POST /api/customers/${customerId}/activate`);
  expect((await running.call(`GET /api/billing/holds?customerId=${customerId}`)).body.items).toEqual([]);
});

test('who pays what stands on his invoice owes nothing, however its taxes were rounded', async () => {
  const tax = async (rateBp: number) =>
    (await running.call('POST /api/taxes', { name: `Tax ${rateBp}`, rateBp })).body.id;
  const taxIds = [await tax(825), await tax(1600), await tax(1999)];
  const lines = taxIds.flatMap((taxId, n) => [
    { description: 'Cable', unitMinor: String(333 + n), quantity: 3, taxId },
    { description: 'Work', unitMinor: String(1001 + n), taxId },
  ]);
  const choices = {
    taxMode: ['exclusive', 'inclusive'],
    taxLevel: ['rate_group', 'line'],
    taxRounding: ['half_up', 'half_even', 'down'],
  };
  for (const taxMode of choices.taxMode)
    for (const taxLevel of choices.taxLevel)
      for (const taxRounding of choices.taxRounding) {
        const { revision } = (await running.call('GET /api/billing/policy')).body;
        await running.call('PUT /api/billing/policy', { revision, taxMode, taxLevel, taxRounding });
        const invoice = await owe(customerId, { amountMinor: undefined, lines });
        expect(BigInt(invoice.taxMinor)).toBeGreaterThan(0n);
        const { amountMinor } = invoice;
        await running.call('POST /api/payments', { customerId, amountMinor });
        const paid = (await running.call(`GET /api/invoices/${invoice.id}`)).body;
        expect(paid).toMatchObject({ status: 'paid', balanceMinor: '0', isOverdue: false });
      }
  expect(await run()).toMatchObject({ plannedCount: 0, suspendedCount: 0 });
  expect(await isCut()).toBe(false);
});

test('nobody is cut for cents: what is left within the tolerance suspends nobody', async () => {
  const invoice = await owe();
  await changePolicy({ toleranceMinor: '50' });
  await running.call(`POST /api/invoices/${invoice.id}/payments`, { amountMinor: '2948' });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
  await running.call(`POST /api/invoices/${invoice.id}/payments`, { amountMinor: '1' });
  expect(await isCut()).toBe(false);
  expect(await run()).toMatchObject({ suspendedCount: 0 });
});

test('a dry run says whom it would cut and why, and cuts nobody', async () => {
  const invoice = await owe();
  expect(await preview()).toMatchObject({
    suspendCount: 1,
    suspend: [
      { customerId, customerName: 'Ana Horvat', invoiceNumber: invoice.number, dueOn: '2026-06-14', openMinor: '2999' },
    ],
    restoreCount: 0,
    activeCount: 1,
    limitCount: 20,
    stoppedReason: null,
  });
  expect(await isCut()).toBe(false);
  expect(await running.query('select id from billing.overdue_runs')).toEqual([]);
});

test('a run above the share of the active base cuts nobody, says so, and goes on when a person lifts it', async () => {
  await changePolicy({ fuseLeastCount: 2 });
  const debtors = await addDebtors(3);
  expect(await run()).toMatchObject({ plannedCount: 3, suspendedCount: 0, stoppedReason: 'too_many' });
  for (const id of debtors) expect(await isCut(id)).toBe(false);
  expect(await fuse()).toMatchObject({
    reason: 'too_many',
    plannedCount: 3,
    activeCount: 4,
    limitCount: 2,
    liftedAt: null,
  });
  expect(await run()).toMatchObject({ suspendedCount: 0, stoppedReason: 'too_many' });
  expect((await running.call('GET /api/dashboard')).body.suspensionsWaiting).toBe(3);

  const lifted = await running.call('POST /api/billing/fuse/lift', { allowedCount: 3, note: 'all three are right' });
  expect(lifted.body).toMatchObject({ liftedBy: 'admin', allowedCount: 3, liftNote: 'all three are right' });
  expect(await run()).toMatchObject({ suspendedCount: 3, stoppedReason: null });
  expect(await fuse()).toBeNull();
  expect((await running.call('GET /api/dashboard')).body.suspensionsWaiting).toBe(0);
  const actions = await running.query(
    `select action from audit.entries where action like 'billing.fuse%' order by id desc limit 2`,
  );
  expect(actions).toEqual([{ action: 'billing.fuse_lifted' }, { action: 'billing.fuse_tripped' }]);
});

test('a person allows as many as he has seen, and not more', async () => {
  await changePolicy({ fuseLeastCount: 1 });
  await addDebtors(2);
  await run();
  await running.call('POST /api/billing/fuse/lift', { allowedCount: 2, note: 'seen' });
  await addDebtors(1);
  expect(await run()).toMatchObject({ suspendedCount: 0, plannedCount: 3, stoppedReason: 'too_many' });
});

test('nobody can lift what does not stand', async () => {
  expect(await running.call('POST /api/billing/fuse/lift', { allowedCount: 1, note: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'fuse_not_tripped' },
  });
});

test('a run after a long pause or a jump of the clock cuts nobody, and who has paid comes back all the same', async () => {
  const paying = (await addCustomer(running, routerId)).id;
  await owe(paying, { amountMinor: '10' });
  await run();
  expect(await isCut(paying)).toBe(true);
  await changePolicy({ toleranceMinor: '10' });
  await owe();
  clock.advance({ hours: 48 });
  expect(await run()).toMatchObject({ restoredCount: 1, suspendedCount: 0, stoppedReason: 'last_run_long_ago' });
  expect([await isCut(paying), await isCut()]).toEqual([false, false]);
});

test('a clock that went back cuts nobody', async () => {
  await run();
  await owe();
  clock.advance({ hours: -3 });
  expect(await run()).toMatchObject({ suspendedCount: 0, stoppedReason: 'clock_went_back' });
});

test('many small runs within a day are one large run', async () => {
  await changePolicy({ fuseLeastCount: 2 });
  await addDebtors(2);
  expect(await run()).toMatchObject({ suspendedCount: 2 });
  await pass({ hours: 1 });
  await addDebtors(1);
  expect(await run()).toMatchObject({ suspendedCount: 0, stoppedReason: 'too_many' });
});

test('payments, promises and the run at the same customers at once: who paid or promised is on, and nothing deadlocks', async () => {
  const ids = await addDebtors(6);
  const invoices = (await running.call('GET /api/invoices?status=open&limit=200')).body.items;
  const answers = await Promise.all([
    run(),
    ...ids.map((id, n) =>
      n % 2 === 0
        ? running.call(`POST /api/invoices/${invoices.find((i: Loose) => i.customerId === id).id}/payments`, {})
        : running.call('POST /api/billing/promises', { customerId: id, untilOn: '2026-06-20' }),
    ),
  ]);
  expect(answers.slice(1).map(({ status }: Loose) => status)).toEqual(ids.map(() => 201));
  for (const id of ids) expect([id, await isCut(id)]).toEqual([id, false]);
});

test.each([
  [{ fusePercent: 0 }, 'fusePercent'],
  [{ fuseLeastCount: -1 }, 'fuseLeastCount'],
  [{ toleranceMinor: '-1' }, 'toleranceMinor'],
  [{ exemptionDays: 0 }, 'exemptionDays'],
  [{ lateFeeKind: 'flat' }, 'lateFeeMinor'],
  [{ lateFeeKind: 'percent', lateFeeMinor: '100' }, 'lateFeeMinor'],
  [{ lateFeeBasisPoints: 100 }, 'lateFeeBasisPoints'],
])('a policy of %j is refused at %s', async (change, path) => {
  expect(await changePolicy(change)).toMatchObject({ status: 400, body: { fields: [{ path }] } });
});

test('two people change the policy at once: the second is told', async () => {
  const { body } = await running.call('GET /api/billing/overdue-policy');
  await running.call('PUT /api/billing/overdue-policy', { revision: body.revision, exemptionDays: 4 });
  expect(
    await running.call('PUT /api/billing/overdue-policy', { revision: body.revision, exemptionDays: 5 }),
  ).toMatchObject({ status: 409, body: { code: 'edit_conflict' } });
  await changePolicy({ exemptionDays: 3 });
});

test('bank statements that nobody read for days stop the suspensions; where none were ever read none are late', async () => {
  await changePolicy({ fuseImportDays: 3 });
  await owe();
  expect(await preview()).toMatchObject({ stoppedReason: null });
  await running.query(
    `
    with bank as (insert into billing.bank_formats (bank, format, heads, updated_at) values ('Bank', '{}', '{}', now()) returning bank)
    insert into billing.bank_imports (id, bank, file_name, at, by_name, new_count, known_count, left_out_count)
    select gen_random_uuid(), bank, 'july.csv', $1, 'x', 0, 0, 0 from bank`,
    [clock.now().toString()],
  );
  expect(await preview()).toMatchObject({ stoppedReason: null });
  await pass({ hours: 24 * 3 + 1 });
  expect(await run()).toMatchObject({ suspendedCount: 0, stoppedReason: 'payments_late' });
  expect(await isCut()).toBe(false);
  expect(await fuse()).toMatchObject({ reason: 'payments_late' });
  await changePolicy({ fuseImportDays: null });
});
