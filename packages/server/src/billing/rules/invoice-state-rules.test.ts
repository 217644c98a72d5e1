import { expect, test } from 'vitest';
import {
  hasNumber,
  type InvoiceEvent,
  refusalToDelete,
  type StoredStatus,
  shownStatus,
  transitionOfInvoice,
} from './invoice-state-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

test.each<[StoredStatus, InvoiceEvent, string | undefined]>([
  ['draft', 'edit', 'draft'],
  ['draft', 'delete', 'deleted'],
  ['draft', 'issue', 'open'],
  ['draft', 'pay_full', undefined],
  ['draft', 'void', undefined],
  ['open', 'edit', undefined],
  ['open', 'delete', undefined],
  ['open', 'issue', undefined],
  ['open', 'pay_partly', 'open'],
  ['open', 'pay_full', 'paid'],
  ['open', 'void', 'void'],
  ['open', 'write_off', 'uncollectible'],
  ['open', 'credit_in_full', 'paid'],
  ['paid', 'void', undefined],
  ['paid', 'edit', undefined],
  ['paid', 'delete', undefined],
  ['paid', 'pay_full', undefined],
  ['paid', 'write_off', undefined],
  ['paid', 'refund', 'open'],
  ['paid', 'credit_in_full', 'paid'],
  ['uncollectible', 'pay_partly', 'uncollectible'],
  ['uncollectible', 'pay_full', 'paid'],
  ['uncollectible', 'void', 'void'],
  ['uncollectible', 'delete', undefined],
  ['void', 'pay_full', undefined],
  ['void', 'issue', undefined],
  ['void', 'void', undefined],
])('%s and %s: %s', (from, event, to) => {
  expect(transitionOfInvoice(from, event)?.to).toBe(to);
});

test('an invoice of nothing is issued as paid', () => {
  expect(transitionOfInvoice('draft', 'issue', 0n)?.to).toBe('paid');
  expect(transitionOfInvoice('draft', 'issue', 1n)?.to).toBe('open');
});

test('a number comes with the issue and stays', () => {
  expect((['draft', 'deleted'] as const).map(hasNumber)).toEqual([false, false]);
  expect((['open', 'paid', 'void', 'uncollectible'] as const).map(hasNumber)).toEqual([true, true, true, true]);
});

test('only drafts are deleted', () => {
  const statuses = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;
  expect(statuses.filter((status) => refusalToDelete(status) === undefined)).toEqual(['draft']);
});

test.each<[StoredStatus, bigint, bigint, string, bigint, string]>([
  ['open', 3000n, 0n, '2026-03-01', 0n, 'open'],
  ['open', 3000n, 1n, '2026-03-01', 0n, 'partially_paid'],
  ['open', 3000n, 0n, '2026-03-02', 0n, 'overdue'],
  ['open', 3000n, 1n, '2026-03-02', 0n, 'overdue'],
  ['open', 3000n, 2990n, '2026-03-02', 10n, 'partially_paid'],
  ['open', 3000n, 2989n, '2026-03-02', 10n, 'overdue'],
  ['open', 3000n, 3000n, '2026-03-02', 0n, 'paid'],
  ['open', 0n, 0n, '2026-03-02', 0n, 'paid'],
  ['paid', 3000n, 3000n, '2026-03-02', 0n, 'paid'],
  ['void', 3000n, 0n, '2026-03-02', 0n, 'void'],
  ['uncollectible', 3000n, 0n, '2026-03-02', 0n, 'uncollectible'],
  ['draft', 3000n, 0n, '2026-03-02', 0n, 'draft'],
])(
  '%s with %d, %d settled, on %s, tolerance %d: shown as %s',
  (status, totalMinor, settledMinor, today, tolerance, shown) => {
    const invoice = { status, totalMinor, settledMinor, dueOn: day('2026-03-01') };
    expect(shownStatus(invoice, day(today), tolerance)).toBe(shown);
  },
);
