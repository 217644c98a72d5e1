import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { examine, readCases, run } from './exam.ts';
import type { Json, JsonObject } from './exam-given.ts';
import { root } from './programs.ts';

// The case file lies beside the project where we develop; a clone has only its own tests.
const visibleCases = path.join(root, '../shared/cases/billing.json');
const isHere = fs.existsSync(visibleCases);
if (!isHere) console.log('the case file is not here: its cases are skipped');

const verdict = (op: string, given: JsonObject, expected: Json) => examine({ id: op, op, given, expect: expected }, 0);

describe.skipIf(!isHere)('the visible cases', () => {
  const cases = isHere ? (readCases(visibleCases) as JsonObject[]) : [];

  test('all pass', () => {
    expect(cases.map(examine).filter(({ pass }) => !pass)).toEqual([]);
  });

  test('none passes when an amount, a day or an answer of it is another', () => {
    const blind = cases.flatMap((one, index) =>
      variantsOf(one.expect ?? null)
        .filter((expected) => examine({ ...one, expect: expected }, index).pass)
        .map((expected) => ({ id: one.id, expected })),
    );
    expect(blind).toEqual([]);
  });
});

/** The same expectation with one leaf changed. Names of refusals, journals and HTTP codes are proposals, and stay. */
function variantsOf(value: Json, name = ''): Json[] {
  if (Array.isArray(value)) {
    const changed = value.flatMap((item, index) => variantsOf(item, name).map((other) => value.with(index, other)));
    return [...changed, [...value, 0]];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) =>
      variantsOf(part, key).map((other) => ({ ...value, [key]: other })),
    );
  }
  if (/^(error|ledger|reason|responses|secondResponse)$/.test(name)) return [];
  if (typeof value === 'number') return name === 'status' ? [value >= 400 ? 200 : 409] : [value + 1];
  if (typeof value === 'boolean') return [!value];
  return [`${value}0`];
}

// Questions of the same shapes, with the answers that the rules of docs give.
test.each<[string, JsonObject, Json]>([
  [
    'period.sequence',
    { start: '2026-01-05', interval: 'weekly', boundaries: 2 },
    { boundaries: ['2026-01-05', '2026-01-12', '2026-01-19'] },
  ],
  [
    'period.sequence',
    { start: '2026-01-05', interval: { unit: 'month' }, boundaries: 1 },
    { boundaries: ['2026-01-05', '2026-02-05'] },
  ],
  [
    'period.containing',
    { date: '2026-05-15', anchorDay: 1, interval: { unit: 'month', count: 3 } },
    { period: ['2026-04-01', '2026-07-01'], days: 91 },
  ],
  [
    'period.insert',
    { existing: [['2026-01-15', '2026-02-15']], insert: ['2026-02-15', '2026-03-15'] },
    { accepted: true },
  ],
  [
    'period.insert',
    { existing: [['2026-01-15', '2026-02-15']], insert: ['2026-02-16', '2026-03-15'] },
    { accepted: false, error: 'gap' },
  ],
  ['time.dayBounds', { date: '2011-12-30', tz: 'Pacific/Apia' }, { hours: 0 }],
  [
    'operator.changeTimezone',
    { periods: [['2022-01-31', '2022-02-28']], oldTz: 'UTC', newTz: 'Asia/Tokyo' },
    { nextPeriod: ['2022-02-28', '2022-03-31'] },
  ],
  [
    'run.count',
    {
      tz: 'America/Bogota',
      interval: 'month',
      anchorDay: 1,
      start: '2023-02-01',
      runsAtUtc: ['2023-03-01T00:00:00Z'],
      issueOnLocal: '2023-03-01',
      periodStart: '2023-03-01',
    },
    { invoices: 0, createdAtRun: null },
  ],
  [
    'invoice.schedule',
    { nextPeriodStart: '2026-05-10', leadDays: 4, runOn: '2026-05-12', minDaysToPay: 3 },
    { issueOn: '2026-05-12', dueOn: '2026-05-15' },
  ],
  [
    'invoice.schedule',
    { nextPeriodStart: '2026-05-10', leadDays: 4, activatedOn: '2026-05-08' },
    { issueOn: '2026-05-08', dueOn: '2026-05-10' },
  ],
  [
    'invoice.schedule',
    { nextPeriodStart: '2026-05-10', leadDays: 4, interval: { unit: 'week', count: 1 } },
    { effectiveLeadDays: 4, issueOn: '2026-05-05' },
  ],
  [
    'run.due',
    {
      runOnLocal: '2026-03-10',
      leadDays: 4,
      subscriptions: [
        { id: 'a', lastDay: '2026-03-14', anchorDay: 15 },
        { id: 'b', lastDay: '2026-03-15', anchorDay: 16 },
      ],
    },
    { invoices: [{ id: 'a', period: ['2026-03-15', '2026-04-15'] }], due: ['a'] },
  ],
  ['run.due', { policy: { billWhileSuspended: false }, status: 'suspended' }, { invoiced: false, reason: 'suspended' }],
  [
    'run.due',
    { policy: { billWhileSuspended: true, maxUnpaidRecurring: 2 }, openRecurringInvoices: 1, status: 'suspended' },
    { invoiced: true },
  ],
  ['run.due', { status: 'cancelled' }, { invoiced: false }],
  [
    'run.repeat',
    { start: '2011-09-01', anchorDay: 1, priceMinor: 500, targetDates: ['2011-11-30', '2011-12-01'] },
    { periodsBilledByFirst: 3, newBySecond: 1 },
  ],
  ['run.parallel', { subscriptions: 50, workers: 3 }, { invoices: 50, duplicates: 0 }],
  ['run.partialFailure', { subscriptions: 3, invalid: 0 }, { invoices: 3, failed: 0 }],
  [
    'proration.amount',
    {
      priceMinor: 24995,
      period: ['2012-04-25', '2012-05-25'],
      segment: ['2012-05-04', '2012-05-25'],
      rounding: 'half_even',
    },
    { amountMinor: 17496 },
  ],
  [
    'proration.amount',
    { priceMinor: 3000, period: ['2026-04-01', '2026-05-01'], segment: ['2026-04-20', '2026-05-02'] },
    { error: 'segment_outside_period' },
  ],
  [
    'proration.change',
    { oldPriceMinor: 4999, newPriceMinor: 2999, period: ['2026-01-15', '2026-02-15'], effectiveOn: '2026-01-25' },
    { creditMinor: -3386, chargeMinor: 2032, netMinor: -1354 },
  ],
  [
    'proration.change',
    { oldPriceMinor: 4999, newPriceMinor: 2999, period: ['2026-01-15', '2026-02-15'], effectiveOn: '2026-02-15' },
    { creditMinor: 0, chargeMinor: 0, netMinor: 0 },
  ],
  [
    'proration.changes',
    { period: ['2026-04-01', '2026-05-01'], priceMinor: 3000, changes: [{ on: '2026-04-11', toMinor: 6000 }] },
    { lines: [{ kind: 'credit', minor: -2000 }, { minor: 4000 }], netMinor: 2000 },
  ],
  [
    'proration.changes',
    { period: ['2026-04-01', '2026-05-01'], priceMinor: 3000, changes: [{ on: '2026-04-11', toMinor: 6000 }] },
    { lines: [-2000, 4000] },
  ],
  [
    'plan.change',
    {
      oldPriceMinor: 2999,
      newPriceMinor: 4999,
      period: ['2026-01-15', '2026-02-15'],
      requestedOn: '2026-01-25',
      policy: 'upgrade_immediate',
    },
    { effectiveOn: '2026-01-25', linesNow: [-2032, 3386], nextPeriodPriceMinor: 4999 },
  ],
  [
    'subscription.cancel',
    {
      priceMinor: 3000,
      period: ['2026-04-01', '2026-05-01'],
      requestedOn: '2026-04-11',
      policy: 'immediate_with_credit',
    },
    { endsOn: '2026-04-11', creditMinor: -2000 },
  ],
  [
    'subscription.cancel',
    {
      priceMinor: 3000,
      period: ['2026-04-01', '2026-05-01'],
      requestedOn: '2026-04-11',
      policy: 'immediate_with_credit',
    },
    { creditMinor: 2000, furtherInvoices: 0 },
  ],
  [
    'invoice.first',
    {
      priceMinor: 3000,
      activatedOn: '2026-01-10',
      anchorDay: 1,
      leadDays: 4,
      stubPolicy: 'separate',
      setupFeeMinor: 5000,
    },
    { lines: [5000, 2129], totalMinor: 7129 },
  ],
  [
    'discount.apply',
    { priceMinor: 2999, fixedMinor: 5000, taxBp: 1800 },
    { discountMinor: 2999, netMinor: 0, taxMinor: 0, totalMinor: 0 },
  ],
  ['discount.apply', { priceMinor: 2999, percentBp: 10000, taxBp: 1800 }, { totalMinor: 0 }],
  [
    'discount.apply',
    { linesMinor: [151, 379], couponOnLine1Minor: 500, taxBp: 3000 },
    { netMinor: 379, taxMinor: 114 },
  ],
  [
    'tax.compute',
    { lines: [{ grossMinor: 299, rateBp: 400 }], mode: 'inclusive', level: 'line' },
    { netMinor: 288, taxMinor: 11 },
  ],
  [
    'tax.compute',
    { lines: [{ netMinor: 1055, rateBp: 1000 }], rounding: 'truncate' },
    { taxMinor: 105, totalMinor: 1160 },
  ],
  ['money.split', { totalMinor: -100, weights: [1, 1, 1] }, { parts: [-34, -33, -33] }],
  [
    'creditnote.tax',
    { invoice: { linesNet: [1000], rateBp: 2000, taxMinor: 200, totalMinor: 1200 }, creditNotesInOrder: [[1001]] },
    { error: 'exceeds' },
  ],
  ['money.parse', { text: '92233720368547758.07', currency: 'USD' }, { minor: '9223372036854775807' }],
  ['money.parse', { text: '1.234', currency: 'KWD' }, { minor: 1234 }],
  ['money.parse', { text: '10', currency: 'ABC' }, { error: 'unknown_currency' }],
  ['money.format', { minor: -150, currency: 'KWD' }, { text: '-0.150' }],
  ['ledger.post', { postings: [{ debit: 'cash:USD', credit: 'receivable:42:USD', minor: 1000 }] }, { accepted: true }],
  ['ledger.post', { postings: [{ debit: 'cash:USD', credit: 'cash:USD', minor: 1000 }] }, { accepted: false }],
  ['ledger.reverse', { journal: [], alreadyReversed: true }, { accepted: false, error: 'already_reversed' }],
  ['ledger.periodLock', { closedThrough: '2026-01-31', postedOn: '2026-02-01' }, { accepted: true }],
  [
    'payment.allocate',
    {
      openInvoices: [
        {
          number: 1,
          issuedOn: '2026-01-01',
          dueOn: '2026-01-05',
          balanceMinor: 3500,
          totalMinor: 3500,
          lines: [
            { kind: 'late_fee', minor: 500 },
            { kind: 'service', minor: 3000 },
          ],
        },
        { number: 2, issuedOn: '2026-02-01', dueOn: '2026-02-05', balanceMinor: 3000 },
      ],
      paymentMinor: 6000,
    },
    {
      allocations: [
        { number: 1, amountMinor: 3000 },
        { number: 2, amountMinor: 3000 },
      ],
      unappliedMinor: 0,
    },
  ],
  ['payment.allocate', { openInvoices: [], paymentMinor: 100 }, { allocations: [], unappliedMinor: 100 }],
  ['payment.allocate', { openInvoices: [], paymentMinor: 0 }, { error: 'invalid_amount' }],
  [
    'payment.allocate',
    {
      openInvoices: [{ number: 1, dueOn: '2026-01-05', balanceMinor: 100 }],
      paymentMinor: 300,
      targetInvoice: 1,
      policy: 'explicit',
    },
    { allocations: [{ number: 1, amountMinor: 100 }], unappliedMinor: 200 },
  ],
  ['account.balance', { invoiceLines: [1700], payments: [1700], refunds: [700] }, { balanceMinor: 700 }],
  [
    'refund.create',
    { invoiceTotalMinor: 2000, paymentMinor: 2000, refundMinor: 700, withCreditNote: false },
    { invoiceBalanceMinor: 700, invoiceStatus: 'open' },
  ],
  [
    'refund.create',
    { invoiceTotalMinor: 2000, paymentMinor: 2000, refundMinor: 700, withCreditNote: false },
    { invoiceStatus: 'partially_paid' },
  ],
  [
    'refund.create',
    { invoiceTotalMinor: 2000, paymentMinor: 2000, refundMinor: 2001, withCreditNote: false },
    { accepted: false, error: 'refund_exceeds_payment' },
  ],
  [
    'credit.autoApply',
    { creditMinor: 1000, newInvoiceMinor: 1500 },
    { appliedMinor: 1000, creditLeftMinor: 0, invoiceStatus: 'partially_paid' },
  ],
  [
    'payment.record',
    {
      requests: [
        { idempotencyKey: 'k', minor: 1 },
        { minor: 1, idempotencyKey: 'k' },
      ],
    },
    { payments: 1, secondResponse: 'same_as_first' },
  ],
  [
    'webhook.payment',
    {
      deliveries: [
        { providerRef: 'A', minor: 1 },
        { providerRef: 'A', minor: 2 },
        { providerRef: 'B', minor: 2 },
      ],
    },
    { payments: 2, responses: [200, 409, 200] },
  ],
  [
    'invoice.settle',
    { invoiceTotalMinor: 3539, paymentMinor: 3538, overdueToleranceMinor: 1 },
    { balanceMinor: 1, suspend: false },
  ],
  [
    'invoice.settle',
    { invoiceTotalMinor: 3539, paymentMinor: 3538 },
    { invoiceStatus: 'partially_paid', suspend: true },
  ],
  [
    'creditnote.create',
    { invoice: { netMinor: 1000, taxMinor: 200, totalMinor: 1200 }, creditNoteMinor: 1201 },
    { accepted: false, error: 'too_much' },
  ],
  ['invoice.delete', { status: 'draft' }, { accepted: true }],
  [
    'invoice.overdue',
    { dueOn: '2026-03-01', now: '2026-03-01T20:59:59Z', tz: 'Africa/Kampala', graceDays: 0, balanceMinor: 1 },
    { overdue: false, suspend: false },
  ],
  [
    'invoice.overdue',
    {
      dueOn: '2026-03-01',
      now: '2026-03-09T00:00:00Z',
      tz: 'UTC',
      graceDays: 0,
      balanceMinor: 10,
      overdueToleranceMinor: 10,
    },
    { overdue: false, suspend: false },
  ],
  [
    'subscription.transition',
    { from: 'active', event: 'grace_expired' },
    { to: 'suspended', reason: 'overdue', networkCommand: 'block' },
  ],
  [
    'subscription.transition',
    { from: 'suspended', event: 'invoice_paid_no_overdue_left', suspendReason: 'manual' },
    { to: 'suspended', reason: 'manual', networkCommand: null },
  ],
  [
    'subscription.transition',
    { from: 'active', event: 'other_service_of_customer_overdue', suspendScope: 'subscription' },
    { to: 'active', networkCommand: null },
  ],
  [
    'subscription.reactivate',
    {
      policy: 'continue',
      priceMinor: 3000,
      unpaidPeriod: ['2026-03-01', '2026-04-01'],
      suspendedOn: '2026-03-05',
      paidOn: '2026-03-20',
    },
    { servicePeriod: ['2026-03-01', '2026-04-01'], anchorDay: 1, nextInvoiceIssueOn: '2026-03-27' },
  ],
  [
    'latefee.compute',
    {
      type: 'daily_flat',
      feeMinor: 10,
      invoiceBalanceMinor: 3000,
      dueOn: '1998-06-15',
      feeGraceDays: 5,
      today: '1998-06-21',
    },
    { feeMinor: 60 },
  ],
  ['invoice.transition', { from: 'draft', event: 'finalize' }, { to: 'open', numberAssigned: true }],
  ['invoice.transition', { from: 'open', event: 'mark_uncollectible' }, { to: 'uncollectible' }],
  ['invoice.transition', { from: 'open', event: 'delete' }, { error: 'illegal_transition' }],
  [
    'invoice.view',
    { status: 'open', totalMinor: 3000, settledMinor: 1, dueOn: '2026-03-01', today: '2026-03-02' },
    { display: 'overdue' },
  ],
  [
    'invoice.number',
    { format: 'INV-{seq:6}', resetYearly: false, issuedOn: ['2025-12-31', '2026-01-01'] },
    { numbers: ['INV-000001', 'INV-000002'] },
  ],
  [
    'voucher.redeem',
    { voucher: { state: 'sold', expiresOn: '2026-02-28' }, now: '2026-02-28T20:59:59Z', tz: 'Africa/Kampala' },
    { accepted: true },
  ],
  [
    'voucher.redeem',
    { voucher: { state: 'generated' }, now: '2026-03-01T10:00:00Z' },
    { accepted: false, error: 'not_sold' },
  ],
  [
    'voucher.expiry',
    {
      plan: { hours: 24 },
      previousExpiry: '2024-05-02T22:05:00',
      purchasedAt: '2024-05-02T00:26:00',
      policy: 'replace',
    },
    { expiresAt: '2024-05-03T00:26:00' },
  ],
  [
    'wallet.apply',
    {
      wallets: [
        { name: 'a', priority: 2, minor: 30 },
        { name: 'b', priority: 1, minor: 50 },
      ],
      invoiceMinor: 100,
    },
    {
      used: [
        { name: 'b', minor: 50 },
        { name: 'a', minor: 30 },
      ],
      remainingMinor: 20,
    },
  ],
  [
    'shift.close',
    {
      openedMinor: 1000,
      cashPayments: [500],
      cashRefunds: [200],
      paidIn: 100,
      paidOut: [300],
      countedMinor: 1090,
      toleranceMinor: 10,
    },
    { expectedMinor: 1100, varianceMinor: -10, status: 'closed_with_variance' },
  ],
  ['shift.api', { role: 'staff', shiftState: 'counted', request: 'GET expected amount' }, { status: 200 }],
  [
    'shift.api',
    { role: 'staff', shiftState: 'open', request: 'POST open shift' },
    { status: 409, error: 'shift_already_open' },
  ],
  ['shift.api', { role: 'manager', approverIsCashier: false, request: 'approve variance' }, { status: 200 }],
  ['shift.api', { role: 'staff', shiftState: 'none', request: 'POST mobile money payment' }, { status: 201 }],
  ['shift.count', { counts: { '0.25': 4, '100': 2 }, currency: 'USD' }, { countedMinor: 20100 }],
  [
    'recon.daily',
    { vouchersSold: [], cashConfirmedMinor: 500 },
    { varianceMinor: 500, flag: 'over', varianceBp: null },
  ],
  [
    'merkle.consistency',
    { leavesHex: ['', '00', '10'], first: 2, second: 3 },
    { proofHex: ['0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7'] },
  ],
  ['audit.canonical', { a: { n: 1.0 }, b: { n: 1 } }, { sameHash: true }],
  ['audit.canonical', { value: { b: 1, a: 2 } }, { canonical: '{"a":2,"b":1}' }],
  ['audit.verify', { payloads: ['{}', '{}'], storedHashesHex: [] }, { valid: false, firstBadSeq: 1 }],
  ['audit.verify', { payloads: [], storedHashesHex: ['00'.repeat(32)] }, { valid: false, firstBadSeq: 1 }],
  [
    'run.count',
    {
      tz: 'UTC',
      runsAtUtc: ['2026-02-28T00:00:00Z', '2026-02-28T01:00:00Z'],
      issueOnLocal: '2026-02-28',
      periodStart: '2026-03-01',
    },
    { invoices: 1, createdAtRun: '2026-02-28T00:00:00Z' },
  ],
  [
    'refund.create',
    { paymentMinor: 2000, refundsMinor: [1500, 600] },
    { accepted: false, error: 'refund_exceeds_payment' },
  ],
  [
    'refund.create',
    { paymentMinor: 2000, refundsMinor: [700, 300], withCreditNote: true },
    { accepted: true, invoiceBalanceMinor: 0, invoiceStatus: 'paid' },
  ],
  [
    'chargeback.create',
    { invoiceTotalMinor: 3000, paymentMinor: 3000, dueOn: '2026-03-01' },
    { invoiceBalanceMinor: 3000, invoiceStatus: 'open', dueOn: '2026-03-01' },
  ],
  [
    'creditnote.create',
    { invoice: { totalMinor: 1200 }, creditNotesInOrder: [800, 500] },
    { accepted: false, error: 'exceeds_invoice' },
  ],
  [
    'creditnote.create',
    { invoice: { totalMinor: 1200, paidMinor: 1000 }, creditNoteMinor: 500 },
    { accepted: true, invoiceBalanceMinor: 0, refundableMinor: 300, cancelledMinor: 200 },
  ],
  ['account.balance', { invoiceLines: [2000], payments: [2000], refunds: [-700] }, { balanceMinor: 700 }],
  ['payment.record', { requests: [{ minor: 3000 }, { minor: 3000 }] }, { payments: 2 }],
  [
    'invoice.overdue',
    { dueOn: '2026-03-01', now: '2026-03-02T00:00:00Z', totalMinor: 3000, settledMinor: 3000 },
    { overdue: false, suspend: false },
  ],
  [
    'subscription.reactivate',
    { policy: 'continue', lastExpiry: '2026-03-15', paidOn: '2026-03-20' },
    { servicePeriod: ['2026-03-15', '2026-04-15'], newInvoiceMinor: 0 },
  ],
  [
    'latefee.compute',
    {
      type: 'percent_bp',
      rateBp: 1000,
      invoiceBalanceMinor: 3300,
      lateFeesInBalanceMinor: 300,
      dueOn: '2026-03-01',
      now: '2026-03-01T21:00:00Z',
      tz: 'Africa/Kampala',
    },
    { feeMinor: 300 },
  ],
  [
    'invoice.number',
    {
      format: 'INV-{yyyy}-{seq}',
      resetYearly: true,
      last: 99,
      tz: 'Africa/Kampala',
      issuedAtUtc: ['2025-12-31T20:59:59Z', '2025-12-31T21:00:00Z'],
    },
    { numbers: ['INV-2025-100', 'INV-2026-1'] },
  ],
  ['invoice.number', { series: 'INV', last: 41, batchSize: 3 }, { numbers: [42, 43, 44] }],
  ['voucher.redeem', { voucher: null }, { accepted: false, error: 'unknown_code' }],
  ['voucher.redeem', { voucher: { state: 'sold' }, parallelRequests: 16 }, { accepted: 1, rejected: 15 }],
  ['wallet.dailyBurn', { planMinor: 4000, monthDays: 31 }, { dailyMinor: 129, monthTotalMinor: 4000 }],
  [
    'shift.close',
    { cashPayments: [{ minor: 500 }], cashRefundsMinor: 200, paidInMinor: [100], paidOut: 50, countedMinor: 350 },
    { expectedMinor: 350, status: 'balanced' },
  ],
  [
    'shift.api',
    { role: 'staff', shiftState: 'none', request: 'POST voucher sale' },
    { status: 409, error: 'no_open_shift' },
  ],
  [
    'recon.daily',
    {
      tz: 'Africa/Kampala',
      day: '2026-03-01',
      vouchersSold: [
        { minor: 1000, soldAt: '2026-03-01T20:59:59Z' },
        { minor: 1000, soldAt: '2026-03-01T21:00:00Z' },
      ],
      invoicesSettledInCash: [{ minor: 500 }],
      cashConfirmedMinor: 1500,
    },
    { expectedMinor: 1500, flag: 'ok' },
  ],
  ['audit.canonical', { a: [1, 2], b: [2, 1] }, { sameHash: false }],
  [
    'period.containing',
    { date: '2026-02-28', anchorDate: '2024-02-29', interval: { unit: 'year', count: 1 } },
    { period: ['2026-02-28', '2027-02-28'] },
  ],
  [
    'run.count',
    { tz: 'America/Bogota', runsAtUtc: ['2023-03-01T00:00:00Z', '2023-03-01T05:00:00Z'], periodStart: '2023-03-01' },
    { invoices: 1, createdAtRun: '2023-03-01T05:00:00Z' },
  ],
  [
    'run.due',
    {
      runOnLocal: '2026-06-10',
      subscriptions: [
        { id: 'a', lastDay: '2026-02-28', suspendedOn: '2026-03-01', reactivatedOn: '2026-06-10' },
        { id: 'b', lastDay: '2026-06-14' },
      ],
    },
    { invoices: ['b'] },
  ],
  [
    'run.due',
    { runOnLocal: '2026-03-20', subscriptions: [{ id: 'a', lastDay: '2026-03-14' }] },
    { invoices: [{ period: ['2026-03-15', '2026-04-15'], issueOn: '2026-03-20', dueOn: '2026-03-20' }] },
  ],
  [
    'payment.record',
    {
      requests: [
        { provider: 'mpesa', providerRef: 'A', minor: 1 },
        { provider: 'mpesa', providerRef: 'A', minor: 1 },
      ],
    },
    { payments: 1 },
  ],
  ['ledger.reverse', { journal: [], reversedBy: 17 }, { accepted: false, error: 'already_reversed' }],
  [
    'proration.change',
    { oldPriceMinor: 3100, newPriceMinor: 3100, period: ['2026-01-01', '2026-02-01'], effectiveOn: '2026-01-22' },
    { creditMinor: -1000, chargeMinor: 1000, netMinor: 0 },
  ],
  [
    'proration.changes',
    { period: ['2026-04-01', '2026-05-01'], priceMinor: 3000, changes: [{ on: '2026-04-11', toMinor: 6000 }] },
    { lines: [{ kind: 'proration_credit', from: '2026-04-11', to: '2026-05-01', minor: -2000 }, { kind: 'charge' }] },
  ],
  [
    'plan.change',
    {
      oldPriceMinor: 4999,
      newPriceMinor: 2999,
      period: ['2026-01-15', '2026-02-15'],
      requestedOn: '2026-01-25',
      policy: 'downgrade_immediate',
    },
    { effectiveOn: '2026-01-25', netMinor: -1354 },
  ],
  [
    'plan.priceVersion',
    {
      planVersions: [
        { v: 1, priceMinor: 2999, validFrom: '2025-01-01' },
        { v: 2, priceMinor: 3299, validFrom: '2026-03-12' },
      ],
      period: ['2026-02-15', '2026-03-15'],
      nextPeriodInvoiced: true,
    },
    { amountMinor: 2999, nextPeriodAmountMinor: 2999 },
  ],
  [
    'invoice.first',
    { priceMinor: 3000, activatedOn: '2026-01-29', anchorDay: 1, stubPolicy: 'separate' },
    {
      invoices: [
        { period: ['2026-01-29', '2026-02-01'], minor: 290 },
        { period: ['2026-02-01', '2026-03-01'], minor: 3000 },
      ],
    },
  ],
  [
    'invoice.first',
    { priceMinor: 3000, activatedOn: '2026-01-10', anchorDay: 1, setupFeeMinor: 5000 },
    { lines: [2129, 5000], totalMinor: 7129 },
  ],
  [
    'discount.apply',
    {
      lines: [
        { netMinor: 1000, rateBp: 1000 },
        { netMinor: 2000, rateBp: 2000 },
      ],
      percentBp: 1000,
    },
    { discountMinor: 300, netMinor: 2700, taxMinor: 450 },
  ],
  ['discount.apply', { priceMinor: 4999, fixedDiscountMinor: 1000, taxBp: 1800 }, { netMinor: 3999, taxMinor: 720 }],
  ['tax.compute', { lines: [{ netMinor: 1000, rateBp: 1000, exempt: true }] }, { taxMinor: 0, totalMinor: 1000 }],
  [
    'latefee.compute',
    {
      type: 'daily_flat',
      feeMinor: 10,
      feeCapMinor: 50,
      invoiceBalanceMinor: 300,
      dueOn: '2026-03-01',
      today: '2026-03-20',
    },
    { feeMinor: 50 },
  ],
  ['invoice.transition', { from: 'draft', event: 'finalize_zero_total' }, { to: 'paid', numberAssigned: true }],
  ['invoice.transition', { from: 'uncollectible', event: 'partial_payment' }, { to: 'uncollectible' }],
  ['invoice.transition', { from: 'open', event: 'credit_note' }, { to: 'paid', error: null }],
  ['invoice.edit', { status: 'open' }, { accepted: false, error: 'invoice_immutable' }],
  [
    'invoice.view',
    { status: 'open', totalMinor: 3000, balanceMinor: 2000, dueOn: '2026-03-01', today: '2026-03-01' },
    { display: 'partially_paid' },
  ],
  ['invoice.number', { series: 'INV', last: 41, parallelTransactions: 3 }, { numbers: [42, 43, 44] }],
  [
    'invoice.number',
    { format: 'INV-{yyyy}-{seq:6}', resetYearly: true, issuedAt: '2025-12-31T21:30:00Z', tz: 'Africa/Kampala' },
    { number: 'INV-2026-000001' },
  ],
  [
    'webhook.payment',
    {
      deliveries: [
        { providerRef: 'A', minor: 1, at: '2026-03-01T10:00:00Z' },
        { providerRef: 'A', minor: 1, at: '2026-03-01T10:05:00Z' },
      ],
    },
    { payments: 1, responses: [200, 200] },
  ],
  [
    'payment.allocate',
    {
      openInvoices: [
        { number: 'INV-1', dueOn: '2026-02-01', balanceMinor: 500, isLateFee: true },
        { number: 'INV-2', dueOn: '2026-03-01', balanceMinor: 3000 },
      ],
      paymentMinor: 3000,
    },
    { allocations: [{ number: 'INV-2', amountMinor: 3000 }], unappliedMinor: 0 },
  ],
  [
    'refund.create',
    { paymentMinor: 2000, earlierRefundsMinor: [1500], refundMinor: 600 },
    { accepted: false, error: 'refund_exceeds_payment' },
  ],
  [
    'payment.chargeback',
    { invoiceTotalMinor: 3000, paymentMinor: 3000, originalDueOn: '2026-03-01', chargebackOn: '2026-03-20' },
    { invoiceStatus: 'open', dueOn: '2026-03-01', overdue: true },
  ],
  ['subscription.transition', { from: 'active', event: 'manual_cancel' }, { to: 'cancelled', networkCommand: 'block' }],
  [
    'subscription.transition',
    { from: 'suspended', event: 'resume', suspendReason: 'manual' },
    { to: 'active', networkCommand: 'unblock', networkState: 'pending_until_router_confirms' },
  ],
  ['ledger.post', { postings: [{ debit: 'cash', credit: 'safe', minor: 10, currency: 'USD' }] }, { accepted: true }],
  [
    'ledger.post',
    { entries: [{ account: 'a', debitMinor: 100.5, currency: 'USD' }] },
    { accepted: false, error: 'invalid_entry' },
  ],
  ['voucher.redeem', { voucher: { state: 'sold' }, requests: 2, simultaneous: true }, { succeeded: 1, failed: 1 }],
  [
    'voucher.expiry',
    { plan: { unit: 'day', count: 30 }, redeemedAt: '2024-01-31T10:00:00' },
    { expiresAt: '2024-03-01T10:00:00' },
  ],
  [
    'shift.close',
    { openingFloatMinor: 100, cashPayments: [50], cashRefunded: 20, paidOutCash: [10], countedMinor: 120 },
    { expectedMinor: 120, status: 'balanced' },
  ],
  [
    'recon.daily',
    { invoicesPaidMinor: 9000, providerStatementMinor: 8730, providerFeesMinor: 270 },
    { varianceMinor: 0, flag: 'ok' },
  ],
  [
    'recon.daily',
    {
      vouchersSold: [{ code: 'A', minor: 1000 }],
      routerUsage: [{ code: 'A' }, { code: 'B' }],
      cashConfirmedMinor: 1000,
    },
    { usageWithoutSale: ['B'], usedWithoutSale: 1, varianceMinor: 0 },
  ],
])('%s of %o is %o', (op, given, expected) => {
  expect(verdict(op, given, expected)).toEqual({ id: op, pass: true, got: expect.anything() });
});

describe('what cannot be answered is a failed case', () => {
  test.each<[string, JsonObject, Json, RegExp]>([
    ['invoice.dance', {}, { error: 'x' }, /unknown op invoice.dance/],
    ['toString', {}, { error: 'x' }, /unknown op/],
    ['period.sequence', {}, { error: 'x' }, /given.boundaries|given.start/],
    ['period.sequence', { start: 7, interval: 'month', boundaries: 1 }, { boundaries: [] }, /given.start is not a day/],
    ['money.parse', { text: 5, currency: 'USD' }, { error: 'x' }, /given.text is not a text/],
    ['shift.api', { role: 'staff', request: 'dance' }, { status: 403 }, /a word that we do not know/],
    ['tax.compute', { mode: 'sideways', lines: [] }, { taxMinor: 0 }, /a word that we do not know/],
    ['voucher.redeem', { voucher: { state: 'lost' } }, { accepted: true }, /a word that we do not know/],
    ['invoice.number', { last: 1 }, { numbers: [] }, /a whole number/],
    ['creditnote.create', { invoice: { totalMinor: 1 } }, { accepted: true }, /creditNoteMinor is missing/],
    ['run.parallel', { subscriptions: 1e12, workers: 2 }, { duplicates: 0 }, /not a number up to 100000/],
    ['period.sequence', { start: '2026-01-01', boundaries: -1 }, { boundaries: [] }, /not a number up to/],
  ])('%s of %o', (op, given, expected, fault) => {
    const { pass, got } = verdict(op, given, expected);
    expect(pass).toBe(false);
    expect((got as JsonObject).fault).toMatch(fault);
  });

  test('a case that is none', () => {
    expect(examine(null, 3)).toEqual({ id: 'case 4', pass: false, got: { fault: 'unknown op undefined' } });
    expect(examine({ id: 'a', op: 'money.parse', expect: { minor: 1 } }, 0).pass).toBe(false);
  });

  test('a case that expects nothing is answered with all that there is to say', () => {
    const given = { leavesHex: [''], index: 0 };
    expect(examine({ id: 'a', op: 'merkle.inclusion', given }, 0)).toEqual({
      id: 'a',
      pass: false,
      got: { pathHex: [], proofHex: [] },
    });
  });
});

describe('the command', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-exam-'));
  const written = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const examineFile = async (...args: string[]) => {
    const out = vi.spyOn(console, 'log').mockImplementation(() => {});
    const err = vi.spyOn(console, 'error').mockImplementation(() => {});
    const code = await run(args);
    return { code, out: out.mock.calls.flat(), err: err.mock.calls.flat() };
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const right = '{"id":"a","op":"money.parse","given":{"text":"1.5","currency":"USD"},"expect":{"minor":150}}';
  const wrong = right.replace('"a"', '"b"').replace('150', '151');

  test('prints a line for each case and the sums, and ends with 1 when one failed', async () => {
    const { code, out, err } = await examineFile(written('two.json', `[${right},${wrong}]`));
    expect(out).toEqual([
      '{"id":"a","pass":true,"got":{"minor":150}}',
      '{"id":"b","pass":false,"got":{"minor":150}}',
      '1 passed, 1 failed',
    ]);
    expect([code, err]).toEqual([1, []]);
  });

  test('with --json prints JSON lines alone, in whichever order it is asked', async () => {
    const { code, out, err } = await examineFile('--json', written('one.json', `{"cases":[${right}]}`));
    expect([code, out.length, err]).toEqual([0, 1, ['1 passed, 0 failed']]);
  });

  test('amounts past 2^53 are read, compared and printed to the last digit', async () => {
    const large = right.replace('1.5', '92233720368547758.07').replace('150', '9223372036854775807');
    const { code, out } = await examineFile(written('large.json', `[${large},${large.replace('807}', '806}')}]`));
    expect(code).toBe(1);
    expect(out[0]).toBe('{"id":"a","pass":true,"got":{"minor":9223372036854775807}}');
    expect(out.at(-1)).toBe('1 passed, 1 failed');
  });

  test.each([
    ['half.json', '{"cases": [', /is no case file/],
    ['none.json', '{"a": 1}', /it holds no list of cases/],
    ['empty.json', '[]', /it holds no list of cases/],
    ['null.json', 'null', /it holds no list of cases/],
  ])('says in one line what is wrong with %s', async (name, text, fault) => {
    const { code, out, err } = await examineFile(written(name, text));
    expect([code, out, err.length]).toEqual([2, [], 1]);
    expect(err[0]).toMatch(fault);
    expect(err[0]).not.toContain('\n');
  });

  test('says what it wants when it is given no file, two, or one that is not there', async () => {
    expect((await examineFile()).code).toBe(2);
    expect((await examineFile('a', 'b')).code).toBe(2);
    const { err } = await examineFile(path.join(folder, 'nowhere.json'));
    expect(err.at(-1)).toMatch(/there is no such file/);
  });
});
