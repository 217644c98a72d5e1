import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumMinor } from '#platform/money.ts';
import { type CreditedLine, creditableOf, taxesOfCreditNote, wholeCredit } from './credit-note-rules.ts';
import { defaultTaxPolicy, type TaxGroup, type TaxPolicy, taxesOf } from './tax-rules.ts';

type Charged = Parameters<typeof wholeCredit>[0][number];

/** A line of a subscription's days, named by their first. */
const line = (lineNo: number, amountMinor: bigint, rateBp: number, month = 1): Charged => ({
  lineNo,
  amountMinor,
  rateBp,
  subscriptionId: 'one',
  startsOn: Temporal.PlainDate.from({ year: 2026, month, day: 1 }),
  endsOn: Temporal.PlainDate.from({ year: 2026, month: month + 1, day: 1 }),
});
const wholeOf = (lines: readonly Charged[], credited: readonly CreditedLine[] = []) =>
  wholeCredit(lines, credited).map(({ line: { lineNo }, amountMinor }) => [lineNo, amountMinor]);

test.each<[string, Charged[], CreditedLine[], [number, bigint][]]>([
  [
    'lines of two rates',
    [line(1, 300n, 0), line(2, 500n, 2000)],
    [],
    [
      [1, 300n],
      [2, 500n],
    ],
  ],
  ['a change of plan at one rate', [line(1, -2100n, 2000), line(2, 4200n, 2000)], [], [[2, 2100n]]],
  [
    'a change of plan between two rates',
    [line(1, -2100n, 1000), line(2, 4200n, 2000)],
    [],
    [
      [1, -2100n],
      [2, 4200n],
    ],
  ],
  [
    'what is left of one of them',
    [line(1, -2100n, 1000), line(2, 4200n, 2000)],
    [{ lineNo: 2, amountMinor: 600n, rateBp: 2000 }],
    [
      [1, -2100n],
      [2, 3600n],
    ],
  ],
  [
    'what was taken off days is set against them first',
    [line(1, 5000n, 0, 2), line(2, -2100n, 0), line(3, 4200n, 0)],
    [],
    [
      [1, 5000n],
      [3, 2100n],
    ],
  ],
  [
    'what takes off more than its days cost',
    [line(1, -4200n, 0), line(2, 2100n, 0), line(3, 5000n, 0, 2)],
    [],
    [[3, 2900n]],
  ],
  [
    'what a note took back of no line in particular',
    [line(1, 300n, 0), line(2, 500n, 0)],
    [{ lineNo: null, amountMinor: 400n, rateBp: 0 }],
    [[2, 400n]],
  ],
])('the whole of %s', (_what, lines, credited, expected) => {
  expect(wholeOf(lines, credited)).toEqual(expected);
});

test('of a line by itself no more can be credited than the difference to the old plan, whatever its rate', () => {
  const lines = [line(1, -2100n, 1000), line(2, 4200n, 2000)];
  expect(lines.map((one) => creditableOf(one, lines, []))).toEqual([0n, 2100n]);
});

const policies: fc.Arbitrary<TaxPolicy> = fc.record({
  mode: fc.constantFrom('exclusive', 'inclusive'),
  level: fc.constantFrom('rate_group', 'line'),
  rounding: fc.constantFrom('half_up', 'half_even', 'down'),
});
const histories = fc.record({
  policy: policies,
  lines: fc.array(
    fc.record({
      amountMinor: fc.bigInt(-5000n, 10_000n).filter((amount) => amount !== 0n),
      rateBp: fc.constantFrom(0, 777, 2000),
      month: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  /** Which line a note takes how many thousandths of what is left of. */
  notes: fc.array(fc.record({ at: fc.nat(5), thousandths: fc.bigInt(1n, 1000n) }), { maxLength: 4 }),
});

function groupsOf(rates: readonly TaxGroup[]): Map<number, { netMinor: bigint; taxMinor: bigint }> {
  const sum = (groups: readonly TaxGroup[], part: 'netMinor' | 'taxMinor') =>
    sumMinor(groups.map((group) => group[part]));
  return new Map(
    [...Map.groupBy(rates, ({ rateBp }) => rateBp)].map(([rateBp, own]) => [
      rateBp,
      { netMinor: sum(own, 'netMinor'), taxMinor: sum(own, 'taxMinor') },
    ]),
  );
}

test('whatever was credited by lines, the whole then closes each rate to the cent, and never exceeds the invoice', () => {
  let wholeCount = 0;
  fc.assert(
    fc.property(histories, ({ policy, lines: wanted, notes }) => {
      const lines = wanted.map(({ amountMinor, rateBp, month }, index) => line(index + 1, amountMinor, rateBp, month));
      const invoice = taxesOf(lines, policy);
      fc.pre(invoice.totalMinor > 0n);
      const credited: CreditedLine[] = [];
      const groups: TaxGroup[] = [];
      const leftMinor = () => invoice.totalMinor - sumMinor(groups.map(({ totalMinor }) => totalMinor));
      for (const { at, thousandths } of notes) {
        const one = lines[at % lines.length]!;
        const amountMinor = (creditableOf(one, lines, credited) * thousandths) / 1000n;
        const note = taxesOfCreditNote(invoice.groups, groups, [{ ...one, amountMinor }], policy);
        if (amountMinor === 0n || !note.ok || note.totals.totalMinor > leftMinor()) continue;
        credited.push({ ...one, amountMinor });
        groups.push(...note.groups);
      }
      const left = leftMinor();
      const whole = wholeCredit(lines, credited).map(({ line: own, amountMinor }) => ({ ...own, amountMinor }));
      const note = taxesOfCreditNote(invoice.groups, groups, whole, policy);
      if (!note.ok) throw new Error('the whole was refused');
      wholeCount += 1;
      expect(note.totals.totalMinor).toBe(left);
      const both = groupsOf([...groups, ...note.groups]);
      for (const [rateBp, ofInvoice] of groupsOf(invoice.groups))
        expect(both.get(rateBp) ?? { netMinor: 0n, taxMinor: 0n }).toEqual(ofInvoice);
      expect(wholeOf(lines, [...credited, ...whole])).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(wholeCount).toBe(300);
});

test('of what a rate took off there is no part', () => {
  const invoice = taxesOf([line(1, -2100n, 1000), line(2, 4200n, 2000)]).groups;
  const parts = [
    { amountMinor: -100n, rateBp: 1000 },
    { amountMinor: 4200n, rateBp: 2000 },
  ];
  expect(taxesOfCreditNote(invoice, [], parts, defaultTaxPolicy).ok).toBe(false);
});
