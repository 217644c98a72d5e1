import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '#platform/money.ts';
import { accountBalance } from './credit-rules.ts';
import { allocateOldestFirst, allocateTo, receiptOfRequest, refusalOfPayment } from './payment-rules.ts';
import { outcomeOfRefund, refusalOfRefund } from './refund-rules.ts';
import { burntAfter, daysOfService, useWallets } from './wallet-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const invoice = (no: bigint, issuedOn: string, dueOn: string, balanceMinor: bigint, feesMinor = 0n) => ({
  no,
  issuedOn: day(issuedOn),
  dueOn: day(dueOn),
  balanceMinor,
  feesMinor,
});
const said = (amount: bigint, invoices: ReturnType<typeof invoice>[]) => {
  const { allocations, unappliedMinor } = allocateOldestFirst(amount, invoices);
  return `${allocations.map((part) => `${part.invoice.no}:${part.amountMinor}`).join(' ')} left ${unappliedMinor}`;
};

describe('allocation', () => {
  const january = invoice(1n, '2026-01-27', '2026-02-01', 3000n);
  const february = invoice(2n, '2026-02-24', '2026-03-01', 3000n);

  test('the oldest is paid first, whatever the order of the list', () => {
    expect(said(3000n, [february, january])).toBe('1:3000 left 0');
    expect(said(4500n, [february, january])).toBe('1:3000 2:1500 left 0');
    expect(said(7000n, [january, february])).toBe('1:3000 2:3000 left 1000');
    expect(said(100n, [])).toBe(' left 100');
  });

  test('on one due date the earlier issue decides, then the smaller number', () => {
    const a = invoice(9n, '2026-01-19', '2026-02-01', 10n);
    const b = invoice(10n, '2026-01-20', '2026-02-01', 10n);
    const c = invoice(8n, '2026-01-20', '2026-02-01', 10n);
    expect(said(25n, [b, c, a])).toBe('9:10 8:10 10:5 left 0');
  });

  test('services are paid before the late fees of any invoice', () => {
    const withFee = invoice(1n, '2026-01-27', '2026-02-01', 3500n, 500n);
    expect(said(3000n, [withFee, february])).toBe('1:3000 left 0');
    expect(said(6000n, [withFee, february])).toBe('1:3000 2:3000 left 0');
    expect(said(6200n, [withFee, february])).toBe('1:3200 2:3000 left 0');
    const feeAlone = invoice(3n, '2026-01-01', '2026-01-01', 500n, 500n);
    expect(said(3100n, [feeAlone, january])).toBe('3:100 1:3000 left 0');
  });

  test('staff may choose', () => {
    expect(allocateTo(4000n, february)).toEqual({
      allocations: [{ invoice: february, amountMinor: 3000n }],
      unappliedMinor: 1000n,
    });
  });

  test('nothing is lost, no invoice is overpaid, and money stays only when nothing is open', () => {
    const invoices = fc.array(fc.tuple(fc.nat(60), fc.bigInt(1n, 5000n), fc.bigInt(0n, 5000n)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt(1n, 30_000n), invoices, (amount, all) => {
        const open = all.map(([days, service, fees], index) =>
          invoice(BigInt(index), '2026-01-01', day('2026-01-01').add({ days }).toString(), service + fees, fees),
        );
        const { allocations, unappliedMinor } = allocateOldestFirst(amount, open);
        const allocated = sumMinor(allocations.map(({ amountMinor }) => amountMinor));
        expect(allocated + unappliedMinor).toBe(amount);
        for (const part of allocations)
          expect(part.amountMinor > 0n && part.amountMinor <= part.invoice.balanceMinor).toBe(true);
        if (unappliedMinor > 0n) expect(allocated).toBe(sumMinor(open.map(({ balanceMinor }) => balanceMinor)));
      }),
    );
  });
});

test.each([
  [0n, 'USD', ['USD'], 'invalid_amount'],
  [-1n, 'USD', ['USD'], 'invalid_amount'],
  [1n, 'USD', ['USD', 'UGX'], 'currency_mismatch'],
  [1n, 'USD', ['USD'], undefined],
  [1n, undefined, [], undefined],
])('a payment of %d %s for invoices in %o: %s', (amountMinor, currency, currencies, refusal) => {
  expect(refusalOfPayment({ amountMinor, currency }, currencies)).toBe(refusal);
});

test('the same request is recorded once, and its key is good for no other', () => {
  expect(receiptOfRequest(undefined, '30')).toBe('recorded');
  expect(receiptOfRequest('30', '30')).toBe('repeated');
  expect(receiptOfRequest('30', '40')).toBe('idempotency_key_reuse');
});

describe('balance and credit', () => {
  test('a balance is what was charged less what came', () => {
    expect(accountBalance({ chargesMinor: [1700n, 4200n], paymentsMinor: [4800n] })).toBe(1100n);
    expect(accountBalance({ chargesMinor: [1700n], paymentsMinor: [], creditNotesMinor: [1700n] })).toBe(0n);
    expect(accountBalance({ chargesMinor: [1700n], paymentsMinor: [1700n], refundsMinor: [700n] })).toBe(700n);
    expect(accountBalance({ chargesMinor: [], paymentsMinor: [500n] })).toBe(-500n);
  });
});

describe('refunds', () => {
  test.each([
    [2000n, 700n, true, 0n, 'paid'],
    [2000n, 700n, false, 700n, 'partially_paid'],
    [2000n, 2000n, false, 2000n, 'open'],
    [2000n, 2000n, true, 0n, 'paid'],
  ] as const)(
    'of a paid %d, %d go back with a credit note %s: %d is open, %s',
    (total, refund, withNote, balance, status) => {
      const outcome = outcomeOfRefund({ totalMinor: total, paidMinor: total }, refund, withNote);
      expect(outcome).toEqual({ invoiceBalanceMinor: balance, accountBalanceMinor: balance, status });
    },
  );

  test('what was paid too much opens nothing when it goes back', () => {
    const outcome = outcomeOfRefund({ totalMinor: 2000n, paidMinor: 2500n }, 500n, false);
    expect(outcome).toEqual({ invoiceBalanceMinor: 0n, accountBalanceMinor: 0n, status: 'paid' });
  });

  test.each([
    [2000n, 0n, 2000n, undefined],
    [2000n, 0n, 2001n, 'refund_exceeds_payment'],
    [2000n, 1500n, 501n, 'refund_exceeds_payment'],
    [2000n, 0n, 0n, 'invalid_amount'],
  ])('of %d, %d gone back, another %d: %s', (paidMinor, refundedMinor, refund, refusal) => {
    expect(refusalOfRefund({ paidMinor, refundedMinor }, refund)).toBe(refusal);
  });
});

describe('prepaid', () => {
  test.each([
    [2000n, 4000n, 30, 15],
    [4000n, 4000n, 30, 30],
    [132n, 4000n, 30, 0],
    [133n, 4000n, 30, 1],
    [0n, 4000n, 30, 0],
    [-5n, 4000n, 30, 0],
    [9000n, 3000n, 31, 93],
    [1n, 1n, 31, 46],
    [5n, 1n, 1_000_000_000, 5_499_999_999],
  ])('%d pay for a plan of %d by %d days for %d days', (wallet, price, monthDays, days) => {
    expect(daysOfService(wallet, price, monthDays)).toBe(days);
  });

  test('a plan that costs nothing lasts', () => {
    expect(daysOfService(0n, 0n, 30)).toBe(Number.POSITIVE_INFINITY);
  });

  test('the days of a month cost its price, and no wallet pays for a day more', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 100_000n),
        fc.integer({ min: 28, max: 31 }),
        fc.bigInt(1n, 300_000n),
        (price, monthDays, wallet) => {
          expect(burntAfter(monthDays, price, monthDays)).toBe(price);
          const served = daysOfService(wallet, price, monthDays);
          expect(burntAfter(served, price, monthDays) <= wallet).toBe(true);
          expect(burntAfter(served + 1, price, monthDays) > wallet).toBe(true);
        },
      ),
    );
  });

  test('wallets are used by priority, one after the other, and empty ones not at all', () => {
    const wallet = (name: string, priority: number, balanceMinor: bigint) => ({ name, priority, balanceMinor });
    const wallets = [
      wallet('normal', 50, 1000n),
      wallet('empty', 1, 0n),
      wallet('first', 49, 60n),
      wallet('also', 50, 5n),
    ];
    const { uses, balanceMinor } = useWallets(wallets, 100n);
    expect(uses.map((use) => [use.wallet.name, use.usedMinor, use.leftMinor])).toEqual([
      ['first', 60n, 0n],
      ['normal', 40n, 960n],
    ]);
    expect(balanceMinor).toBe(0n);
    expect(useWallets(wallets, 2000n).balanceMinor).toBe(935n);
  });
});
