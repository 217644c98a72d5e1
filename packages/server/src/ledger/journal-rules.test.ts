import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JournalEntry,
  refusalOfEntries,
  refusalOfPosting,
  refusalOfReversal,
  refusalOfTransfers,
  reversalOf,
  sumOfEntries,
} from './journal-rules.ts';

const entry = (account: string, debitMinor: bigint, creditMinor: bigint, currency = 'USD'): JournalEntry => ({
  account,
  debitMinor,
  creditMinor,
  currency,
});

test.each<[string, JournalEntry[], string | undefined]>([
  ['two sides', [entry('a', 100n, 0n), entry('b', 0n, 100n)], undefined],
  ['three lines', [entry('a', 5899n, 0n), entry('b', 0n, 4999n), entry('c', 0n, 900n)], undefined],
  [
    'two currencies, each balanced',
    [entry('a', 1n, 0n), entry('b', 0n, 1n), entry('c', 5n, 0n, 'KES'), entry('d', 0n, 5n, 'KES')],
    undefined,
  ],
  ['nothing', [], 'empty_journal'],
  ['a cent too little', [entry('a', 100n, 0n), entry('b', 0n, 99n)], 'unbalanced'],
  ['one side alone', [entry('a', 100n, 0n)], 'unbalanced'],
  ['balanced only in sum', [entry('a', 100n, 0n), entry('b', 0n, 100n, 'KES')], 'unbalanced_currency'],
  ['both sides on one line', [entry('a', 100n, 100n)], 'invalid_entry'],
  ['no side', [entry('a', 0n, 0n)], 'invalid_entry'],
  ['a negative amount', [entry('a', -100n, 0n), entry('b', 0n, -100n)], 'invalid_entry'],
])('%s', (_, entries, refusal) => {
  expect(refusalOfEntries(entries)).toBe(refusal);
});

const entryOf = ({
  debit,
  credit,
  ...entry
}: {
  debit: bigint;
  credit: bigint;
  account: string;
  currency: string;
}) => ({
  ...entry,
  debitMinor: debit,
  creditMinor: credit,
});
const reversalOfEntries = (entries: readonly JournalEntry[]) =>
  reversalOf(entries.map(({ debitMinor: debit, creditMinor: credit, ...rest }) => ({ ...rest, debit, credit }))).map(
    entryOf,
  );

test('a reversal is a journal itself, and both together are nothing', () => {
  const amounts = fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(amounts, (all) => {
      const journal = all.flatMap((amount, index) => [entry(`a${index}`, amount, 0n), entry(`b${index}`, 0n, amount)]);
      const reversal = reversalOfEntries(journal);
      expect(refusalOfEntries(reversal)).toBeUndefined();
      for (const { account } of journal)
        expect(sumOfEntries([...journal, ...reversal].filter((one) => one.account === account))).toBe(0n);
      expect(reversalOfEntries(reversal)).toEqual(journal);
    }),
  );
});

describe('transfers', () => {
  const side = (name: string, currency = 'USD') => ({ name, currency });
  test.each([
    ['cash', 'USD', 'receivable', 'USD', 1000n, undefined],
    ['cash', 'USD', 'receivable', 'UGX', 1000n, 'currency_mismatch'],
    ['cash', 'USD', 'receivable', 'USD', 0n, 'invalid_amount'],
    ['cash', 'USD', 'receivable', 'USD', -1n, 'invalid_amount'],
    ['cash', 'USD', 'cash', 'USD', 1000n, 'same_account'],
  ])('%s %s to %s %s, %d: %s', (from, fromCurrency, to, toCurrency, amountMinor, refusal) => {
    const transfer = { debit: side(from, fromCurrency), credit: side(to, toCurrency), amountMinor };
    expect(refusalOfTransfers([transfer])).toBe(refusal);
    expect(reversalOf([transfer])).toEqual([{ debit: transfer.credit, credit: transfer.debit, amountMinor }]);
  });

  test('none are no journal', () => {
    expect(refusalOfTransfers([])).toBe('empty_journal');
  });
});

test.each([
  ['2026-01-15', '2026-01-31', 'period_closed'],
  ['2026-01-31', '2026-01-31', 'period_closed'],
  ['2026-02-01', '2026-01-31', undefined],
  ['2026-01-15', undefined, undefined],
])('posted on %s with the books closed through %s: %s', (postedOn, closed, refusal) => {
  expect(
    refusalOfPosting(Temporal.PlainDate.from(postedOn), closed ? Temporal.PlainDate.from(closed) : undefined),
  ).toBe(refusal);
});

test('a journal is reversed once', () => {
  expect(refusalOfReversal({ isReversed: false, isReversal: false })).toBeUndefined();
  expect(refusalOfReversal({ isReversed: true, isReversal: false })).toBe('already_reversed');
  expect(refusalOfReversal({ isReversed: false, isReversal: true })).toBe('is_a_reversal');
});
