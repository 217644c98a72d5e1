// What a journal must be before it is posted (R-LED-1 to R-LED-5). The tables refuse the rest.
import { isBefore } from '#platform/dates.ts';
import { sumMinor } from '#platform/money.ts';

/** A line of a classic journal: on one side only. */
export type JournalEntry = { account: string; currency: string; debitMinor: bigint; creditMinor: bigint };

export type EntriesRefusal = 'empty_journal' | 'invalid_entry' | 'unbalanced' | 'unbalanced_currency';

/** Why entries are no journal. They balance in each currency by itself, not only in sum (R-LED-1). */
export function refusalOfEntries(entries: readonly JournalEntry[]): EntriesRefusal | undefined {
  if (entries.length === 0) return 'empty_journal';
  if (entries.some((entry) => !isOneSided(entry))) return 'invalid_entry';
  if (sumOfEntries(entries) !== 0n) return 'unbalanced';
  const currencies = new Set(entries.map(({ currency }) => currency));
  for (const currency of currencies) {
    if (sumOfEntries(entries.filter((entry) => entry.currency === currency)) !== 0n) return 'unbalanced_currency';
  }
  return undefined;
}

function isOneSided({ debitMinor, creditMinor }: JournalEntry): boolean {
  return debitMinor >= 0n && creditMinor >= 0n && (debitMinor === 0n) !== (creditMinor === 0n);
}

/** Debits less credits. */
export function sumOfEntries(entries: readonly JournalEntry[]): bigint {
  return sumMinor(entries.map(({ debitMinor, creditMinor }) => debitMinor - creditMinor));
}

/**
 * The same event undone: what stood on one side stands on the other (R-LED-2), be it a transfer between two accounts or a line with
 * two amounts.
 */
export function reversalOf<T extends { debit: unknown; credit: unknown }>(rows: readonly T[]): T[] {
  return rows.map((row) => ({ ...row, debit: row.credit, credit: row.debit }));
}

export type TransferSide = { name: string; currency: string };

/** One amount from one account to another: it cannot be unbalanced. */
export type TransferRow = { debit: TransferSide; credit: TransferSide; amountMinor: bigint };

export type TransfersRefusal = 'empty_journal' | 'currency_mismatch' | 'invalid_amount' | 'same_account';

/** Why transfers cannot be posted. None mixes currencies: an exchange is two, through a clearing account (R-CUR-2). */
export function refusalOfTransfers(transfers: readonly TransferRow[]): TransfersRefusal | undefined {
  if (transfers.length === 0) return 'empty_journal';
  for (const { debit, credit, amountMinor } of transfers) {
    if (debit.currency !== credit.currency) return 'currency_mismatch';
    if (debit.name === credit.name) return 'same_account';
    if (amountMinor <= 0n) return 'invalid_amount';
  }
  return undefined;
}

/** A mistake is reversed once, and a reversal is not reversed: what was right is posted again (R-LED-2). */
export function refusalOfReversal(journal: {
  isReversed: boolean;
  isReversal: boolean;
}): 'already_reversed' | 'is_a_reversal' | undefined {
  if (journal.isReversed) return 'already_reversed';
  return journal.isReversal ? 'is_a_reversal' : undefined;
}

/** A closed month stays as it was reported: corrections are posted in the open one (R-LED-5). */
export function refusalOfPosting(
  postedOn: Temporal.PlainDate,
  closedThrough: Temporal.PlainDate | undefined,
): 'period_closed' | undefined {
  return closedThrough && !isBefore(closedThrough, postedOn) ? 'period_closed' : undefined;
}
