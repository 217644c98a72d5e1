import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysIn, laterOf } from '#platform/dates.ts';
import { sumMinor } from '#platform/money.ts';
import { outcomeOfCancellation } from './cancellation-rules.ts';
import { chargedWhole, linesOfChanges, outcomeOfPlanChange, versionOfPeriod } from './plan-change-rules.ts';
import { partOf, proratedAmount, unusedDays } from './proration-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const range = (from: string, to: string) => ({ startsOn: day(from), endsOn: day(to) });
const april = range('2026-04-01', '2026-05-01');

describe('a part of a period', () => {
  test.each([
    [24995n, '2012-04-25', '2012-05-25', '2012-05-04', '2012-05-25', 17497n],
    [1n, '2026-01-01', '2026-02-01', '2026-01-01', '2026-01-17', 1n],
    [3000n, '2026-04-01', '2026-05-01', '2026-04-01', '2026-05-01', 3000n],
    [3000n, '2026-04-01', '2026-05-01', '2026-04-30', '2026-05-01', 100n],
    [3000n, '2026-04-01', '2026-05-01', '2026-05-01', '2026-05-01', 0n],
    [0n, '2026-04-01', '2026-05-01', '2026-04-10', '2026-05-01', 0n],
    [36_500n, '2026-01-01', '2027-01-01', '2026-12-31', '2027-01-01', 100n],
    [36_600n, '2024-01-01', '2025-01-01', '2024-02-29', '2024-03-01', 100n],
    // Seven days of a week with a change of the clocks.
    [700n, '2026-03-25', '2026-04-01', '2026-03-29', '2026-04-01', 300n],
  ])('%d for %s to %s, of it %s to %s: %d', (price, from, to, segmentFrom, segmentTo, amount) => {
    expect(proratedAmount(price, partOf(range(segmentFrom, segmentTo), range(from, to)))).toBe(amount);
  });

  test('a segment outside of its period, or backwards, is a mistake', () => {
    expect(() => partOf(range('2026-03-31', '2026-04-10'), april)).toThrow(RangeError);
    expect(() => partOf(range('2026-04-10', '2026-05-02'), april)).toThrow(RangeError);
    expect(() => partOf(range('2026-04-10', '2026-04-09'), april)).toThrow(RangeError);
  });

  test.each([
    ['2023-02-23', '2023-03-15', 22],
    ['2023-02-15', '2023-03-15', 30],
    ['2023-01-31', '2023-02-28', 30],
    ['2023-02-28', '2023-03-28', 30],
    ['2026-01-15', '2026-01-31', 15],
    ['2026-01-01', '2026-01-31', 29],
    ['2026-01-02', '2026-02-01', 29],
    ['2026-07-01', '2026-08-01', 30],
  ])('with months of 30 days, %s to %s are %d of 30', (from, to, days) => {
    const { startsOn, endsOn } = range(from, to);
    const month = { startsOn, endsOn: laterOf(startsOn.add({ months: 1 }), endsOn) };
    expect(partOf({ startsOn, endsOn }, month, 'fixed30')).toEqual({ days, periodDays: 30 });
  });

  test.each([
    // What begins on the last days of February has 30 days by the 28th of March: the rest is in it.
    ['2026-02-28', '2026-03-31', '2026-03-28', '2026-03-31', 0, 30],
    ['2026-02-28', '2026-03-31', '2026-02-28', '2026-03-10', 12, 30],
    // The last day of February makes up for those that it lacks.
    ['2026-02-01', '2026-03-01', '2026-02-28', '2026-03-01', 3, 30],
    ['2026-01-31', '2026-02-28', '2026-02-27', '2026-02-28', 3, 30],
    // The 30th and the 31st are one day.
    ['2026-03-01', '2026-04-01', '2026-03-30', '2026-03-31', 0, 30],
    ['2026-03-01', '2026-04-01', '2026-03-30', '2026-04-01', 1, 30],
    ['2026-03-01', '2026-04-01', '2026-03-16', '2026-04-01', 15, 30],
    ['2026-01-15', '2027-01-15', '2026-07-15', '2027-01-15', 180, 360],
  ])('with months of 30 days, of %s to %s the days %s to %s are %d of %d', (from, to, first, end, days, periodDays) => {
    expect(partOf(range(first, end), range(from, to), 'fixed30')).toEqual({ days, periodDays });
  });

  test('with months of 30 days, the parts of a period sum to it, and credits never exceed what it was charged', () => {
    const numbers = fc.record({
      anchor: fc.integer({ min: 0, max: 1500 }),
      months: fc.constantFrom(1, 2, 3, 6, 12),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
      priceMinor: fc.bigInt(0n, 10n ** 9n),
    });
    fc.assert(
      fc.property(numbers, ({ anchor, months, cuts, priceMinor }) => {
        const startsOn = day('2023-01-01').add({ days: anchor });
        const whole = { startsOn, endsOn: startsOn.add({ months }) };
        const charged = { ...chargedWhole(whole, priceMinor), dayCount: 'fixed30' as const };
        const days = [0, ...cuts.map((cut) => Math.floor(cut * daysIn(whole))).sort((a, b) => a - b), daysIn(whole)];
        const bounds = days.map((offset) => startsOn.add({ days: offset }));
        const segments = bounds.slice(1).map((endsOn, index) => ({ startsOn: bounds[index]!, endsOn }));
        const counted = segments.map((segment) => partOf(segment, whole, 'fixed30').days);
        expect(counted.every((count) => count >= 0)).toBe(true);
        expect(counted.reduce((sum, count) => sum + count)).toBe(30 * months);
        const credits = segments.flatMap((segment) => unusedDays([charged], segment.startsOn, segment.endsOn));
        // Each is rounded by half a unit at most.
        expect(sumOfCredits(credits) <= priceMinor + BigInt(credits.length)).toBe(true);
        for (const { creditMinor } of credits) expect(creditMinor <= priceMinor).toBe(true);
      }),
    );
  });

  test('the parts before and after any day differ from the price by a unit of rounding at most', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.nat(30), (price, used) => {
        const cut = april.startsOn.add({ days: used });
        const before = proratedAmount(price, partOf({ ...april, endsOn: cut }, april));
        const after = proratedAmount(price, partOf({ ...april, startsOn: cut }, april));
        const off = before + after - price;
        expect(off === 0n || off === 1n).toBe(true);
        expect(after <= price && after >= 0n).toBe(true);
      }),
    );
  });
});

const sumOfCredits = (credits: readonly { creditMinor: bigint }[]) =>
  sumMinor(credits.map(({ creditMinor }) => creditMinor));
const sumOf = (lines: readonly { amountMinor: bigint }[]) => sumMinor(lines.map(({ amountMinor }) => amountMinor));

const inApril = chargedWhole(april, 3000n);

describe('a change within a period', () => {
  test.each([
    [2999n, 4999n, '2026-04-16', -1500n, 2500n],
    [4999n, 2999n, '2026-04-16', -2500n, 1500n],
    [2999n, 4999n, '2026-04-01', -2999n, 4999n],
    [0n, 3000n, '2026-04-16', 0n, 1500n],
    [3000n, 0n, '2026-04-16', -1500n, 0n],
    [2999n, 4999n, '2026-05-01', 0n, 0n],
  ])('from %d to %d on %s', (oldPrice, toPriceMinor, on, credit, charge) => {
    const lines = linesOfChanges([chargedWhole(april, oldPrice)], [{ on: day(on), toPriceMinor }]);
    expect(lines.find(({ kind }) => kind === 'proration_credit')?.amountMinor ?? 0n).toBe(credit);
    expect(lines.find(({ kind }) => kind === 'proration_charge')?.amountMinor ?? 0n).toBe(charge);
  });

  test('a credit never exceeds what was charged for those days', () => {
    const change = { oldPriceMinor: 3000n, newPriceMinor: 6000n, period: april, requestedOn: day('2026-04-16') };
    const creditOf = (range: typeof april, amountMinor: bigint) => {
      const charged = [{ range, amountMinor, whole: april, priceMinor: 3000n }];
      return outcomeOfPlanChange({ ...change, charged }).linesNow[0]?.amountMinor;
    };
    expect(creditOf(april, 1000n)).toBe(-500n);
    expect(creditOf(range('2026-04-11', '2026-05-01'), 2000n)).toBe(-1500n);
  });

  test('what was charged at its price is credited at its price: that it was rounded is no discount', () => {
    const [charged, changes] = [chargedWhole(range('2024-01-30', '2024-02-27'), 1n), ['2024-02-07', '2024-02-12']];
    const [later, latest] = changes.map(day);
    const lines = linesOfChanges(
      [charged],
      [
        { on: later!, toPriceMinor: 100n },
        { on: latest!, toPriceMinor: 3n },
      ],
    );
    // 20 of 28 days of 100 are 71.43, and 15 of 28 are 53.57.
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([-1n, 71n, -54n, 2n]);
  });

  test('of several changes on one day only the last counts, in the order of days', () => {
    const changes = [
      { on: day('2026-04-21'), toPriceMinor: 3000n },
      { on: day('2026-04-11'), toPriceMinor: 9000n },
      { on: day('2026-04-11'), toPriceMinor: 6000n },
    ];
    const lines = linesOfChanges([inApril], changes);
    expect(lines.map(({ amountMinor }) => amountMinor)).toEqual([-2000n, 4000n, -2000n, 1000n]);
    expect(sumOf(lines)).toBe(1000n);
  });

  test('a change on the last boundary, or to the same price, gives no line', () => {
    expect(linesOfChanges([inApril], [{ on: day('2026-05-01'), toPriceMinor: 6000n }])).toEqual([]);
    expect(linesOfChanges([inApril], [{ on: day('2026-04-11'), toPriceMinor: 3000n }])).toEqual([]);
    expect(linesOfChanges([inApril], [])).toEqual([]);
  });

  test('a change before the period is a mistake', () => {
    const change = { oldPriceMinor: 3000n, newPriceMinor: 6000n, period: april, requestedOn: day('2026-03-31') };
    expect(() => outcomeOfPlanChange(change)).toThrow(RangeError);
  });

  test('the same price taxed otherwise is credited and charged', () => {
    const change = { on: day('2026-04-16'), toPriceMinor: 3000n, isTaxedOtherwise: true };
    expect(linesOfChanges([inApril], [change]).map(({ amountMinor }) => amountMinor)).toEqual([-1500n, 1500n]);
  });

  test('whatever is changed, the period costs between its cheapest and its dearest plan', () => {
    const changes = fc.array(fc.record({ offset: fc.nat(30), price: fc.bigInt(0n, 100_000n) }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt(0n, 100_000n), changes, (price, all) => {
        const asked = all.map(({ offset, price: toPriceMinor }) => ({
          on: april.startsOn.add({ days: offset }),
          toPriceMinor,
        }));
        const cost = price + sumOf(linesOfChanges([chargedWhole(april, price)], asked));
        const prices = [price, ...all.map((change) => change.price)].sort((a, b) => (a < b ? -1 : 1));
        // Each line is rounded once, by half a unit at most.
        const slack = BigInt(all.length);
        expect(cost >= prices[0]! - slack && cost <= prices.at(-1)! + slack).toBe(true);
      }),
    );
  });
});

describe('a change of the plan', () => {
  const change = { period: range('2026-01-15', '2026-02-15'), requestedOn: day('2026-01-20') };
  const up = { ...change, oldPriceMinor: 2999n, newPriceMinor: 4999n };
  const down = { ...change, oldPriceMinor: 4999n, newPriceMinor: 2999n };

  test.each([
    ['more, by default, at once', up, undefined, '2026-01-20', 1678n],
    ['less, by default, at the end', down, undefined, '2026-02-15', 0n],
    ['the same price at the end', { ...down, newPriceMinor: 4999n }, undefined, '2026-02-15', 0n],
    ['less at once when asked', down, 'immediate', '2026-01-20', -1678n],
    ['more at the end when asked', up, 'period_end', '2026-02-15', 0n],
  ] as const)('%s', (_, asked, policy, effectiveOn, net) => {
    const outcome = outcomeOfPlanChange(asked, policy);
    expect(outcome.effectiveOn.toString()).toBe(effectiveOn);
    expect(sumOf(outcome.linesNow)).toBe(net);
    expect(outcome.nextPriceMinor).toBe(asked.newPriceMinor);
  });

  test('a new price counts from the period that begins with it or after', () => {
    const versions = [
      { version: 1, priceMinor: 2999n, validFrom: day('2025-01-01') },
      { version: 2, priceMinor: 3299n, validFrom: day('2026-03-01') },
      { version: 3, priceMinor: 3399n, validFrom: day('2026-03-01') },
    ];
    expect(versionOfPeriod(versions, day('2026-02-15'))?.priceMinor).toBe(2999n);
    expect(versionOfPeriod(versions, day('2026-03-01'))?.priceMinor).toBe(3399n);
    expect(versionOfPeriod(versions, day('2024-12-31'))).toBeUndefined();
  });

  test('each charged piece is credited by what it was charged, and the new plan charged by its own interval', () => {
    const whole = range('2026-01-15', '2026-02-15');
    const next = range('2026-02-15', '2026-03-15');
    const charged = [
      { range: whole, whole, priceMinor: 3100n, amountMinor: 1550n },
      { range: next, whole: next, priceMinor: 3100n, amountMinor: 3100n },
    ];
    const asked = { ...change, oldPriceMinor: 3100n, newPriceMinor: 6200n, requestedOn: day('2026-02-05'), charged };
    const { linesNow } = outcomeOfPlanChange(asked);
    // Ten of 31 days at half the price, and a month ahead.
    expect(linesNow.map(({ amountMinor }) => amountMinor)).toEqual([-500n, 2000n, -3100n, 6200n]);
    const discounted = outcomeOfPlanChange({ ...asked, discountOn: (on) => (on.equals(next.startsOn) ? 200n : 0n) });
    expect(discounted.linesNow.at(-1)?.amountMinor).toBe(6000n);
  });
});

describe('a cancellation', () => {
  const paid = { range: april, whole: april, priceMinor: 3000n, amountMinor: 3000n };
  const subscription = { period: april, requestedOn: day('2026-04-11'), charged: [paid] };

  test('by default it ends with the period, and nothing is credited', () => {
    expect(outcomeOfCancellation(subscription)).toEqual({ endsOn: april.endsOn, creditMinor: 0n, credits: [] });
  });

  test('at once, what is left is credited', () => {
    const { endsOn, creditMinor } = outcomeOfCancellation(subscription, 'immediate_with_credit');
    expect([endsOn.toString(), creditMinor]).toEqual(['2026-04-11', 2000n]);
  });

  test('no more is credited than was charged', () => {
    const charged = [{ ...paid, amountMinor: 600n }];
    expect(outcomeOfCancellation({ ...subscription, charged }, 'immediate_with_credit').creditMinor).toBe(400n);
  });

  test.each([
    ['2026-04-01', 3000n],
    ['2026-03-20', 3000n],
    ['2026-05-01', 0n],
    ['2026-05-09', 0n],
  ])('asked on %s at once: %d', (requestedOn, credit) => {
    const outcome = outcomeOfCancellation({ ...subscription, requestedOn: day(requestedOn) }, 'immediate_with_credit');
    expect(outcome.creditMinor).toBe(credit);
  });

  test('what was invoiced ahead is credited whole, and days that a later charge replaced are credited once', () => {
    const may = range('2026-05-01', '2026-06-01');
    const ahead = { range: may, whole: may, priceMinor: 3000n, amountMinor: 3000n };
    const changed = { ...paid, replacedFrom: day('2026-04-16') };
    const rest = { range: range('2026-04-16', '2026-05-01'), whole: april, priceMinor: 6000n, amountMinor: 3000n };
    const all = { ...subscription, charged: [changed, rest, ahead] };
    expect(outcomeOfCancellation(all).credits.map(({ creditMinor }) => creditMinor)).toEqual([3000n]);
    const { credits, creditMinor } = outcomeOfCancellation(all, 'immediate_with_credit');
    expect(credits.map((credit) => credit.creditMinor)).toEqual([500n, 3000n, 3000n]);
    expect(creditMinor).toBe(3500n);
  });
});

test('days are what is counted: a period has as many as its dates say', () => {
  expect(daysIn(range('2026-01-31', '2026-02-28'))).toBe(28);
});
