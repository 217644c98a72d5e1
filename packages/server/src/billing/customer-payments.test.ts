// Payments of customers: what they settle, what is left, and what goes back.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;
let keys = 0;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  customerId = (await addCustomer(running, routerId)).id;
});

const later = (days: number) => Temporal.Now.plainDateISO('UTC').add({ days }).toString();
const owe = (amountMinor: string, dueOn = later(5)) => issueInvoice(running, customerId, { amountMinor, dueOn });
const receive = (amountMinor: string, change: Record<string, unknown> = {}) =>
  running.call('POST /api/payments', { customerId, amountMinor, ...change });
const invoiceOf = async (id: string) => (await running.call(`GET /api/invoices/${id}`)).body;
const credits = async () => (await running.call(`GET /api/customers/${customerId}/credit`)).body.credits;
const statement = async () => (await running.call(`GET /api/customers/${customerId}/statement`)).body;

/** What must hold after whatever happened: the books, the invoices and the credit tell the same story. */
async function expectSoundBooks(): Promise<void> {
  const [sums] = await running.query(
    `with balance as (
       select account.kind, account.customer_id,
         coalesce((select sum(amount_minor) from ledger.postings where debit_id = account.id), 0)
         - coalesce((select sum(amount_minor) from ledger.postings where credit_id = account.id), 0) as minor
       from ledger.accounts account where account.customer_id = $1)
     select
       (select coalesce(sum(minor), 0) from balance where kind = 'receivable')::text as receivable,
       (select coalesce(sum(balance_minor), 0) from billing.invoices where customer_id = $1 and status = 'open')::text as open,
       (select coalesce(-sum(minor), 0) from balance where kind = 'customer_credit')::text as credit`,
    [customerId],
  );
  const [{ amountMinor } = { amountMinor: '0' }] = await credits();
  expect(sums).toEqual({ receivable: sums.open, open: sums.open, credit: amountMinor });
  expect(BigInt(sums.credit)).toBeGreaterThanOrEqual(0n);
  const [given] = await running.query(
    `select
       (select coalesce(sum(case when debit.kind = 'bad_debt' then amount_minor else -amount_minor end), 0)
        from ledger.postings posting
        join ledger.journals journal on journal.id = posting.journal_id
        join ledger.accounts debit on debit.id = posting.debit_id
        join ledger.accounts credit on credit.id = posting.credit_id
        where 'bad_debt' in (debit.kind, credit.kind)
          and ($1 in (debit.customer_id, credit.customer_id)
            or journal.ref_id in (select id from billing.invoices where customer_id = $1)))::text as booked,
       (select coalesce(sum(balance_minor), 0) from billing.invoices where customer_id = $1 and status = 'uncollectible')::text as up`,
    [customerId],
  );
  expect(given.booked).toBe(given.up);
  expect((await statement()).closingMinor).toBe((BigInt(sums.receivable) - BigInt(sums.credit)).toString());
}

test('a payment settles the oldest invoices first, the last in part', async () => {
  const [second, first] = [await owe('3000', later(9)), await owe('2000', later(3))];
  const { status, body } = await receive('4000', { method: 'mobile_money', note: 'from his brother' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    amountMinor: '4000',
    allocatedMinor: '4000',
    creditMinor: '0',
    allocations: [
      { invoiceId: first.id, number: first.number, amountMinor: '2000' },
      { invoiceId: second.id, amountMinor: '2000' },
    ],
  });
  expect(body.receiptNumber).toMatch(/^RCP-\d{6}$/);
  expect(await invoiceOf(second.id)).toMatchObject({ status: 'open', settledMinor: '2000' });
  await expectSoundBooks();
});

test('a payment settles the invoices that are named, in their order', async () => {
  const [a, b, c] = [await owe('1000'), await owe('1000'), await owe('1000')];
  const { body } = await receive('1500', { invoiceIds: [c.id, a.id] });
  expect(body.allocations.map(({ invoiceId, amountMinor }: Loose) => [invoiceId, amountMinor])).toEqual(
    expect.arrayContaining([
      [c.id, '1000'],
      [a.id, '500'],
    ]),
  );
  expect(await invoiceOf(b.id)).toMatchObject({ settledMinor: '0' });
});

test('money ahead of any invoice is credit, and pays the next one when it is issued: a wallet', async () => {
  await receive('10000');
  expect(await credits()).toEqual([{ currency: 'USD', amountMinor: '10000' }]);
  expect(await owe('2999')).toMatchObject({ status: 'paid', settledMinor: '2999' });
  expect(await credits()).toEqual([{ currency: 'USD', amountMinor: '7001' }]);
  expect((await statement()).closingMinor).toBe('-7001');
  await expectSoundBooks();
});

test('nobody is cut who has credit with us: the run pays with it first', async () => {
  const [chosen, other] = [await owe('2999', later(-3)), await owe('2001', later(-2))];
  await receive('5000', { invoiceIds: [chosen.id] });
  expect(await invoiceOf(other.id)).toMatchObject({ status: 'open' });
  await running.call('POST /api/billing/overdue-runs');
  expect(await invoiceOf(other.id)).toMatchObject({ status: 'paid' });
  expect((await getCustomer(running, customerId)).status).toBe('active');
  await expectSoundBooks();
});

test('a payment that was none is undone: its invoices are open again with their old due dates, and the statement shows both', async () => {
  const invoice = await owe('2999', later(-3));
  const paid = (await receive('4000')).body;
  const undone = await running.call(`POST /api/payments/${paid.id}/reverse`, { reason: 'cheque bounced' });
  expect(undone.body).toMatchObject({
    reversedBy: 'admin',
    reverseReason: 'cheque bounced',
    allocatedMinor: '0',
    creditMinor: '0',
    allocations: [],
  });
  expect(await invoiceOf(invoice.id)).toMatchObject({
    status: 'open',
    settledMinor: '0',
    dueOn: invoice.dueOn,
    payments: [],
  });
  expect(await running.call(`POST /api/payments/${paid.id}/reverse`, { reason: 'again' })).toMatchObject({
    status: 409,
    body: { code: 'payment_reversed' },
  });
  const { entries, closingMinor } = await statement();
  expect(entries.map(({ kind, balanceMinor }: Loose) => [kind, balanceMinor])).toEqual([
    ['invoice', '2999'],
    ['payment', '-1001'],
    ['reversal', '2999'],
  ]);
  expect(closingMinor).toBe('2999');
  await expectSoundBooks();
});

test('a refund takes credit first, and opens again what was settled last for the rest', async () => {
  const [first, last] = [await owe('1000', later(1)), await owe('2000', later(2))];
  const paid = (await receive('4000')).body;
  const refund = await running.call(`POST /api/payments/${paid.id}/refunds`, {
    amountMinor: '1500',
    reason: 'paid twice',
  });
  expect(refund).toMatchObject({
    status: 201,
    body: { refundedMinor: '1500', allocatedMinor: '2500', creditMinor: '0' },
  });
  expect(await invoiceOf(last.id)).toMatchObject({ status: 'open', settledMinor: '1500' });
  expect(await invoiceOf(first.id)).toMatchObject({ status: 'paid' });
  await expectSoundBooks();
  expect(
    await running.call(`POST /api/payments/${paid.id}/refunds`, { amountMinor: '2501', reason: 'too much' }),
  ).toMatchObject({ status: 409, body: { code: 'refund_exceeds_payment', details: { leftMinor: '2500' } } });
  expect(await running.call(`POST /api/payments/${paid.id}/reverse`, { reason: 'x' })).toMatchObject({
    body: { code: 'payment_refunded' },
  });
});

test('the credit of a credit note can be paid out, and is not there twice', async () => {
  const invoice = await owe('3000');
  await receive('3000');
  await running.call(`POST /api/invoices/${invoice.id}/credit-notes`, { reason: 'a week without service' });
  expect(await credits()).toEqual([{ currency: 'USD', amountMinor: '3000' }]);
  const out = (amountMinor: string) =>
    running.call(`POST /api/customers/${customerId}/credit-refunds`, { amountMinor, reason: 'leaves' });
  expect(await out('3001')).toMatchObject({ status: 409, body: { code: 'refund_exceeds_credit' } });
  const answers = await Promise.all([out('2000'), out('2000')]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect(await credits()).toEqual([{ currency: 'USD', amountMinor: '1000' }]);
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'paid' });
  await expectSoundBooks();
});

test('what a provider tells twice is recorded once, also at the same moment', async () => {
  await owe('3000');
  const webhook = () => receive('3000', { method: 'mobile_money', provider: 'mpesa', providerRef: `QX${keys}7T` });
  const answers = await Promise.all([webhook(), webhook(), webhook()]);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect((await running.call(`GET /api/payments?customerId=${customerId}`)).body.items).toHaveLength(1);
  keys += 1;
});

test('the Idempotency-Key of the headers counts as the field, and with other contents is refused', async () => {
  const token = await running.tokenOf('admin');
  const send = async (amountMinor: string) => {
    const response = await fetch(`${running.lastmile.url}/api/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': 'header-key-0001',
      },
      body: JSON.stringify({ customerId, amountMinor }),
    });
    return { status: response.status, body: (await response.json()) as Loose };
  };
  const [first, again] = [await send('700'), await send('700')];
  expect([first.status, again.status, again.body.id]).toEqual([201, 201, first.body.id]);
  expect(await send('701')).toMatchObject({ status: 400, body: { fields: [{ path: 'idempotencyKey' }] } });
});

test('two customers’ payments with one id of a provider at once: one is recorded, the other refused', async () => {
  const other = (await addCustomer(running, routerId)).id;
  const ref = { provider: 'mpesa', providerRef: 'SHARED1' };
  const answers = await Promise.all([
    receive('100', ref),
    running.call('POST /api/payments', { customerId: other, amountMinor: '100', ...ref }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400]);
});

test('an invoice that was given up and is paid after all is paid, and the books have the money back', async () => {
  const invoice = await owe('3000');
  await running.call(`POST /api/invoices/${invoice.id}/write-off`, { reason: 'moved away' });
  expect(await receive('2000', { invoiceIds: [invoice.id] })).toMatchObject({
    status: 409,
    body: { code: 'invoice_not_open' },
  });
  const paid = await receive('3000', { invoiceIds: [invoice.id] });
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'paid' });
  await expectSoundBooks();
  await running.call(`POST /api/payments/${paid.body.id}/reverse`, { reason: 'a mistake' });
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'uncollectible', settledMinor: '0' });
  await expectSoundBooks();
});

test('an invoice whose rest was given up stays given up when its part payment is undone, and nothing of it is receivable', async () => {
  const invoice = await owe('2');
  const paid = (await receive('1')).body;
  await running.call(`POST /api/invoices/${invoice.id}/write-off`, { reason: 'moved away' });
  await expectSoundBooks();
  await running.call(`POST /api/payments/${paid.id}/reverse`, { reason: 'cheque bounced' });
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'uncollectible', settledMinor: '0' });
  await expectSoundBooks();
  const creditNote = () => running.call(`POST /api/invoices/${invoice.id}/credit-notes`, { reason: 'x' });
  expect(await creditNote()).toMatchObject({ status: 409, body: { code: 'invoice_not_open' } });
  expect(
    await running.call(`POST /api/customers/${customerId}/credit-refunds`, { amountMinor: '1', reason: 'x' }),
  ).toMatchObject({ status: 409, body: { code: 'refund_exceeds_credit' } });
  expect((await receive('1')).body).toMatchObject({ allocatedMinor: '0', creditMinor: '1' });
  expect((await creditNote()).status).toBe(409);
  await expectSoundBooks();
  // As a whole it can still be made good, or be taken back.
  expect((await running.call(`DELETE /api/invoices/${invoice.id}`, { reason: 'x' })).body.status).toBe('void');
  await expectSoundBooks();
});

test('the part payment of an invoice made good is undone before what made it good: all of it is open again', async () => {
  const invoice = await owe('3000');
  const part = (await receive('1000')).body;
  await running.call(`POST /api/invoices/${invoice.id}/write-off`, { reason: 'moved away' });
  const rest = (await receive('2000', { invoiceIds: [invoice.id] })).body;
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'paid' });
  await running.call(`POST /api/payments/${part.id}/reverse`, { reason: 'cheque bounced' });
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'open', settledMinor: '2000' });
  await expectSoundBooks();
  await running.call(`POST /api/payments/${rest.id}/reverse`, { reason: 'cheque bounced, too' });
  expect(await invoiceOf(invoice.id)).toMatchObject({ status: 'open', settledMinor: '0' });
  await expectSoundBooks();
});

test.each([
  [{ amountMinor: '0' }, 'amountMinor'],
  [{ amountMinor: '-5' }, 'amountMinor'],
  [{ receivedOn: '2199-01-01' }, 'receivedOn'],
  [{ provider: 'mpesa' }, 'providerRef'],
  [{ method: 'barter' }, 'method'],
  [{ invoiceIds: ['01890a5d-ac96-774b-bcce-b302099a8057'] }, 'invoiceIds.0'],
])('a payment with %j is refused at %s', async (change, path) => {
  const { status, body } = await receive('1000', change);
  expect([status >= 400 && status < 500, body.fields[0]?.path]).toEqual([true, path]);
});

test('another customer’s invoice is not paid with this one’s money', async () => {
  const other = (await addCustomer(running, routerId)).id;
  const invoice = await issueInvoice(running, other);
  expect(await receive('1000', { invoiceIds: [invoice.id] })).toMatchObject({
    status: 409,
    body: { code: 'invoice_not_open' },
  });
});

test('payments of one customer at once, from both ways in, leave sound books', async () => {
  const invoices = [await owe('1000'), await owe('1000'), await owe('1000')];
  await Promise.all([
    ...invoices.map(({ id }) => running.call(`POST /api/invoices/${id}/payments`, { amountMinor: '700' })),
    ...invoices.map(() => receive('500')),
  ]);
  expect(await credits()).toEqual([{ currency: 'USD', amountMinor: '600' }]);
  await expectSoundBooks();
});

test('a payment and its allocations cannot be changed behind the program, and never be used for more than they are', async () => {
  await owe('1000');
  const { id } = (await receive('1000')).body;
  for (const wrong of [
    `update billing.payments set amount_minor = 5 where id = '${id}'`,
    `delete from billing.payments where id = '${id}'`,
    `update billing.payments set allocated_minor = 1001 where id = '${id}'`,
    `update billing.payments set refunded_minor = 1 where id = '${id}'`,
    `update billing.payments set refunded_minor = -1 where id = '${id}'`,
    `update billing.allocations set amount_minor = 5 where payment_id = '${id}'`,
    `delete from billing.allocations where payment_id = '${id}'`,
    `truncate billing.refunds`,
  ])
    await expect(running.query(wrong)).rejects.toThrow(/append-only|violates check|allocations/);
});

test('whatever is billed, paid, refunded, credited and undone: receivable is the sum of open balances, and credit is never negative', async () => {
  const amountMinor = fc.integer({ min: 1, max: 5000 }).map(String);
  // Few of each, so that one of them meets more than one act.
  const which = fc.nat(2);
  const owing = fc.record({ kind: fc.constant('owe' as const), amountMinor });
  const paying = fc.record({ kind: fc.constant('receive' as const), amountMinor });
  const of = (kind: 'reverse' | 'credit' | 'writeOff' | 'makeGood' | 'void') =>
    fc.record({ kind: fc.constant(kind), which });
  const step = fc.oneof(
    owing,
    paying,
    fc.record({ kind: fc.constant('refund' as const), amountMinor, which }),
    fc.record({ kind: fc.constant('payOut' as const), amountMinor }),
    of('reverse'),
    of('credit'),
    of('writeOff'),
    of('makeGood'),
    of('void'),
  );
  const reason = 'x';
  /** Whether it is refused or not is not asked here. */
  async function take(
    one: typeof step extends fc.Arbitrary<infer S> ? S : never,
    payments: string[],
    invoices: string[],
  ) {
    const call = running.call;
    const chosen = (ids: string[]) => ('which' in one ? ids[one.which % Math.max(1, ids.length)] : undefined);
    const [payment, invoice] = [chosen(payments), chosen(invoices)];
    if (one.kind === 'owe') invoices.push((await owe(one.amountMinor)).id);
    if (one.kind === 'receive') payments.push((await receive(one.amountMinor)).body.id);
    if (one.kind === 'payOut')
      await call(`POST /api/customers/${customerId}/credit-refunds`, { amountMinor: one.amountMinor, reason });
    if (one.kind === 'refund' && payment)
      await call(`POST /api/payments/${payment}/refunds`, { amountMinor: one.amountMinor, reason });
    if (one.kind === 'reverse' && payment) await call(`POST /api/payments/${payment}/reverse`, { reason });
    if (one.kind === 'credit' && invoice) await call(`POST /api/invoices/${invoice}/credit-notes`, { reason });
    if (one.kind === 'writeOff' && invoice) await call(`POST /api/invoices/${invoice}/write-off`, { reason });
    if (one.kind === 'void' && invoice) await call(`DELETE /api/invoices/${invoice}`, { reason });
    if (one.kind === 'makeGood' && invoice) {
      const { body } = await call(`POST /api/invoices/${invoice}/payments`, {});
      const ids: string[] = (body.payments ?? []).map(({ id }: Loose) => id);
      payments.push(...ids.filter((id) => !payments.includes(id)));
    }
  }
  await fc.assert(
    fc.asyncProperty(owing, paying, fc.array(step, { minLength: 2, maxLength: 10 }), async (first, second, rest) => {
      customerId = (await addCustomer(running, routerId)).id;
      const [payments, invoices]: [string[], string[]] = [[], []];
      for (const one of [first, second, ...rest]) {
        await take(one, payments, invoices);
        await expectSoundBooks();
      }
    }),
    // Counterexamples are looked for, and made smaller, no longer than this.
    { numRuns: 10, interruptAfterTimeLimit: 20_000 },
  );
});
