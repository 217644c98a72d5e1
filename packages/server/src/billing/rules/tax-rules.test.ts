import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallerOf, sumMinor } from '#platform/money.ts';
import { refusalOfCreditNote, splitOfCredit, taxesOfCreditNote } from './credit-note-rules.ts';
import { discountOf, discountsOfLines } from './discount-rules.ts';
import { defaultTaxPolicy, type TaxedLine, type TaxGroup, type TaxPolicy, taxesOf } from './tax-rules.ts';

const line = (amountMinor: bigint, rateBp: number): TaxedLine => ({ amountMinor, rateBp });
const policy = (more: Partial<TaxPolicy> = {}): TaxPolicy => ({ ...defaultTaxPolicy, ...more });

test.each<[string, TaxedLine[], Partial<TaxPolicy>, bigint, bigint, bigint]>([
  ['nothing', [], {}, 0n, 0n, 0n],
  ['one rate', [line(20_000n, 2500)], {}, 20_000n, 5000n, 25_000n],
  ['by group', [line(33n, 1000), line(33n, 1000), line(33n, 1000)], {}, 99n, 10n, 109n],
  ['by line', [line(33n, 1000), line(33n, 1000), line(33n, 1000)], { level: 'line' }, 99n, 9n, 108n],
  ['two rates and none', [line(1000n, 1000), line(2000n, 2200), line(500n, 0)], {}, 3500n, 540n, 4040n],
  ['a tie is rounded up', [line(1055n, 1000)], {}, 1055n, 106n, 1161n],
  ['a tie is cut off where that is the rule', [line(1055n, 1000)], { rounding: 'down' }, 1055n, 105n, 1160n],
  ['a tie to even', [line(1045n, 1000)], { rounding: 'half_even' }, 1045n, 104n, 1149n],
  ['inclusive rounds the net', [line(299n, 400)], { mode: 'inclusive' }, 288n, 11n, 299n],
  ['inclusive by group', [line(99n, 2000), line(99n, 2000)], { mode: 'inclusive' }, 165n, 33n, 198n],
  ['inclusive by line', [line(99n, 2000), line(99n, 2000)], { mode: 'inclusive', level: 'line' }, 166n, 32n, 198n],
  ['inclusive without tax', [line(99n, 0)], { mode: 'inclusive' }, 99n, 0n, 99n],
  ['a credit line mirrors its charge', [line(-2571n, 2333)], {}, -2571n, -600n, -3171n],
  ['a charge and its credit', [line(4999n, 1800), line(-4999n, 1800)], {}, 0n, 0n, 0n],
  ['100 %', [line(1n, 10_000)], {}, 1n, 1n, 2n],
])('%s', (_, lines, more, net, tax, total) => {
  const { netMinor, taxMinor, totalMinor } = taxesOf(lines, policy(more));
  expect([netMinor, taxMinor, totalMinor]).toEqual([net, tax, total]);
});

test('a rate is whole basis points of zero and above', () => {
  expect(() => taxesOf([line(1n, -1)])).toThrow(RangeError);
  expect(() => taxesOf([line(1n, 0.5)])).toThrow(RangeError);
});

const policies = fc.record({
  mode: fc.constantFrom<TaxPolicy['mode'][]>('exclusive', 'inclusive'),
  level: fc.constantFrom<TaxPolicy['level'][]>('rate_group', 'line'),
  rounding: fc.constantFrom<TaxPolicy['rounding'][]>('half_up', 'half_even', 'down'),
});
const taxedLines = fc.array(
  fc.record({ amountMinor: fc.bigInt(-100_000n, 1_000_000n), rateBp: fc.constantFrom(0, 500, 1000, 1800, 2333) }),
  { maxLength: 10 },
);

test('net and tax are the total, of each line, each rate and the invoice, and inclusive prices stay what they were', () => {
  fc.assert(
    fc.property(taxedLines, policies, (lines, some) => {
      const taxes = taxesOf(lines, some);
      for (const { netMinor, taxMinor, totalMinor } of [taxes, ...taxes.groups, ...taxes.lines])
        expect(netMinor + taxMinor).toBe(totalMinor);
      for (const part of ['netMinor', 'taxMinor', 'totalMinor'] as const) {
        expect(sumMinor(taxes.lines.map((one) => one[part]))).toBe(taxes[part]);
        expect(sumMinor(taxes.groups.map((one) => one[part]))).toBe(taxes[part]);
      }
      const sum = sumMinor(lines.map(({ amountMinor }) => amountMinor));
      expect(some.mode === 'inclusive' ? taxes.totalMinor : taxes.netMinor).toBe(sum);
    }),
  );
});

describe('discounts', () => {
  test.each([
    [4999n, { kind: 'percent', basisPoints: 1000 }, 500n],
    [4999n, { kind: 'percent', basisPoints: 10_000 }, 4999n],
    [4999n, { kind: 'percent', basisPoints: 20_000 }, 4999n],
    [4999n, { kind: 'percent', basisPoints: 0 }, 0n],
    [4999n, { kind: 'fixed', amountMinor: 100n }, 100n],
    [4999n, { kind: 'fixed', amountMinor: 5000n }, 4999n],
    [4999n, { kind: 'fixed', amountMinor: -1n }, 0n],
    [0n, { kind: 'fixed', amountMinor: 100n }, 0n],
  ] as const)('%d less %o is %d off', (amount, discount, off) => {
    expect(discountOf(amount, discount)).toBe(off);
  });

  test('a discount on an invoice is rounded once, and its lines sum to it', () => {
    expect(discountsOfLines([333n, 333n, 333n], { kind: 'percent', basisPoints: 1000 })).toEqual([34n, 33n, 33n]);
    expect(discountsOfLines([1000n, 0n], { kind: 'fixed', amountMinor: 100n })).toEqual([100n, 0n]);
    expect(discountsOfLines([], { kind: 'fixed', amountMinor: 100n })).toEqual([]);
    expect(discountsOfLines([0n], { kind: 'fixed', amountMinor: 100n })).toEqual([0n]);
  });

  test('no line becomes negative', () => {
    const lines = fc.array(fc.bigInt(0n, 10_000n), { maxLength: 8 });
    fc.assert(
      fc.property(lines, fc.nat(12_000), (amounts, basisPoints) => {
        const offs = discountsOfLines(amounts, { kind: 'percent', basisPoints });
        offs.forEach((off, index) => {
          expect(off >= 0n && off <= amounts[index]!).toBe(true);
        });
        expect(sumMinor(offs)).toBe(discountOf(sumMinor(amounts), { kind: 'percent', basisPoints }));
      }),
    );
  });
});

describe('credit notes', () => {
  test.each([
    [1200n, 0n, 1200n, undefined],
    [1200n, 0n, 1201n, 'exceeds_invoice'],
    [1200n, 1000n, 200n, undefined],
    [1200n, 1000n, 201n, 'exceeds_invoice'],
    [1200n, 0n, 0n, 'invalid_amount'],
    [1200n, 0n, -5n, 'invalid_amount'],
  ])('of %d, %d credited, another %d: %s', (totalMinor, creditedMinor, amount, refusal) => {
    expect(refusalOfCreditNote({ totalMinor, creditedMinor }, amount)).toBe(refusal);
  });

  test('the last of them takes the tax that is left', () => {
    const invoice = taxesOf([line(33n, 1000), line(33n, 1000), line(33n, 1000)]).groups;
    const earlier: TaxGroup[] = [];
    const taxes = [1, 2, 3].map(() => {
      const note = taxesOfCreditNote(invoice, earlier, [line(33n, 1000)], defaultTaxPolicy);
      if (!note.ok) throw new Error(note.reason);
      earlier.push(...note.groups);
      return note.totals.taxMinor;
    });
    expect(taxes).toEqual([3n, 3n, 4n]);
    expect(taxesOfCreditNote(invoice, earlier, [line(1n, 1000)], defaultTaxPolicy).ok).toBe(false);
  });

  test('what was not charged at a rate is not credited at it', () => {
    const invoice = taxesOf([line(1000n, 1800)]).groups;
    expect(taxesOfCreditNote(invoice, [], [line(100n, 500)], defaultTaxPolicy)).toEqual({
      ok: false,
      reason: 'exceeds_invoice',
    });
  });

  test('however an invoice is credited, its credit notes sum to it and none exceeds what is left', () => {
    const lines = fc.array(fc.record({ amountMinor: fc.bigInt(1n, 10_000n), rateBp: fc.constantFrom(0, 777, 2000) }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(lines, policies, (all, some) => {
        const invoice = taxesOf(all, some);
        const earlier: TaxGroup[] = [];
        for (const one of all) {
          const note = taxesOfCreditNote(invoice.groups, earlier, [one], some);
          expect(note.ok).toBe(true);
          if (note.ok) earlier.push(...note.groups);
        }
        expect(sumMinor(earlier.map(({ totalMinor }) => totalMinor))).toBe(invoice.totalMinor);
        expect(sumMinor(earlier.map(({ taxMinor }) => taxMinor))).toBe(invoice.taxMinor);
        for (const { taxMinor, netMinor } of earlier) expect(taxMinor >= 0n && netMinor >= 0n).toBe(true);
      }),
    );
  });
});

test('of a credit note, nobody gets back more than he paid, nor more than it says', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 3720n), fc.bigInt(0n, 3720n), fc.bigInt(1n, 3720n), (totalMinor, paid, note) => {
      const paidMinor = smallerOf(paid, totalMinor);
      const noteMinor = smallerOf(note, totalMinor);
      const { cancelledMinor, returnableMinor } = splitOfCredit({ totalMinor, paidMinor }, noteMinor);
      expect(cancelledMinor + returnableMinor).toBe(noteMinor);
      expect(returnableMinor <= paidMinor && cancelledMinor <= totalMinor - paidMinor).toBe(true);
    }),
  );
});
