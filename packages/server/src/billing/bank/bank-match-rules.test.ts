import { expect, test } from 'vitest';
import { type Candidate, namesOf, signsIn, suggestionsFor } from './bank-match-rules.ts';

const item = (number: string, balanceMinor: bigint) => ({ id: number, number, balanceMinor });
const ana = (change: Partial<Candidate>): Candidate => ({
  customerId: 'ana',
  customerNumber: 7,
  customerName: 'Ana',
  by: new Set(['customer_number']),
  named: [],
  open: [],
  isRecorded: false,
  ...change,
});
const [first, second] = [item('INV-1', 1000n), item('INV-2', 2000n)];

test.each<[string, bigint, Candidate, string, string[]]>([
  [
    'a named invoice and its amount',
    1000n,
    ana({ by: new Set(['invoice_number']), named: [first], open: [first, second] }),
    'certain',
    ['INV-1'],
  ],
  [
    'two named invoices and their sum',
    3000n,
    ana({ by: new Set(['invoice_number']), named: [first, second], open: [first, second] }),
    'certain',
    ['INV-1', 'INV-2'],
  ],
  [
    'a named invoice and another amount',
    900n,
    ana({ by: new Set(['invoice_number']), named: [first], open: [first] }),
    'likely',
    ['INV-1'],
  ],
  ['a named invoice that is paid', 1000n, ana({ by: new Set(['invoice_number']), open: [second] }), 'possible', []],
  ['his number and all that he owes', 3000n, ana({ open: [first, second] }), 'certain', []],
  ['his number and one of his invoices', 2000n, ana({ open: [first, second] }), 'certain', ['INV-2']],
  ['his number and nothing that is open', 500n, ana({}), 'likely', []],
  ['his name and the amount', 1000n, ana({ by: new Set(['payer_name']), open: [first] }), 'likely', ['INV-1']],
  ['his name alone', 7n, ana({ by: new Set(['payer_name']), open: [first] }), 'possible', []],
  ['a transfer that was recorded by hand', 1000n, ana({ open: [first], isRecorded: true }), 'possible', ['INV-1']],
])('%s', (_name, amountMinor, candidate, confidence, invoices) => {
  const [suggestion] = suggestionsFor(amountMinor, [candidate]);
  expect(suggestion).toMatchObject({ confidence, customerId: 'ana' });
  expect(suggestion?.invoices.map(({ number }) => number)).toEqual(invoices);
});

test('of two whom the line names neither is certain; one who only has the same name does not count beside a number', () => {
  const ben = ana({ customerId: 'ben', open: [first] });
  const both = suggestionsFor(1000n, [ana({ open: [first] }), ben]);
  expect(both.map(({ confidence }) => confidence)).toEqual(['possible', 'possible']);
  const namesake = ana({ customerId: 'ben', by: new Set(['payer_name']), open: [first] });
  expect(suggestionsFor(1000n, [namesake, ana({ open: [first] })])).toMatchObject([
    { customerId: 'ana', confidence: 'certain' },
    { customerId: 'ben', confidence: 'possible' },
  ]);
});

test('numbers of customers stand behind a mark or a word that says so, and never alone', () => {
  expect(signsIn('Internet #1042, 2026').customerNumbers).toEqual([1042]);
  expect(signsIn('customer no. 77 thanks').customerNumbers).toEqual([77]);
  expect(signsIn('30 Mbps 2026').customerNumbers).toEqual([]);
  expect(signsIn('pay INV-2026-00042/ana.h@x').words).toEqual(['pay', 'INV-2026-00042/ana.h@x']);
  expect(signsIn('for INV-2026-00042.').words).toContain('INV-2026-00042');
});

test('a bank may turn a name around', () => {
  expect(namesOf('HORVAT, ANA')).toEqual(['HORVAT ANA', 'ANA HORVAT']);
  expect(namesOf('Ana Maria Horvat')).toEqual(['Ana Maria Horvat', 'Maria Horvat Ana', 'Horvat Ana Maria']);
  expect(namesOf('')).toEqual([]);
});
