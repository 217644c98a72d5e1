// What should have come in against what did (R-REC-1). A report says what was known on its day; what comes later is a revision.
import { isBefore } from '#platform/dates.ts';
import { divideRounded, sumMinor } from '#platform/money.ts';

export type ReconciliationFlag = 'ok' | 'short' | 'over' | 'open' | 'mismatch';

export type Reconciliation = {
  expectedMinor: bigint;
  confirmedMinor: bigint;
  varianceMinor: bigint;
  /** Of what was expected. None where nothing was. */
  varianceBp: number | undefined;
  flag: ReconciliationFlag;
};

export function reconcile(expectedMinor: bigint, confirmedMinor: bigint): Reconciliation {
  const varianceMinor = confirmedMinor - expectedMinor;
  const varianceBp = expectedMinor === 0n ? undefined : Number(divideRounded(varianceMinor * 10_000n, expectedMinor));
  const flag = varianceMinor === 0n ? 'ok' : varianceMinor < 0n ? 'short' : 'over';
  return { expectedMinor, confirmedMinor, varianceMinor, varianceBp, flag };
}

export type SoldVoucher = { amountMinor: bigint; isVoidedInShift: boolean };

/** What was sold and not taken back within the same shift. */
export function expectedOfSales(sold: readonly SoldVoucher[]): bigint {
  return sumMinor(sold.filter(({ isVoidedInShift }) => !isVoidedInShift).map(({ amountMinor }) => amountMinor));
}

/** Three ways: what invoices say was paid, what the ledger holds, and the provider's statement with the fees it kept. */
export function reconcileThreeWays(amounts: {
  invoicesPaidMinor: bigint;
  ledgerMinor: bigint;
  statementMinor: bigint;
  feesMinor: bigint;
}): Reconciliation {
  const { invoicesPaidMinor, ledgerMinor, statementMinor, feesMinor } = amounts;
  const reconciliation = reconcile(invoicesPaidMinor, statementMinor + feesMinor);
  // Sums that agree while the ledger says something else are no agreement.
  if (reconciliation.flag === 'ok' && ledgerMinor !== invoicesPaidMinor) return { ...reconciliation, flag: 'mismatch' };
  return reconciliation;
}

export type Confirmation = {
  forDay: Temporal.PlainDate;
  confirmedOn: Temporal.PlainDate;
  amountMinor: bigint;
};

/** As a report of one day saw it: what is expected by then, and confirmed by then. Not yet confirmed is open, not short. */
export function reconcileAsKnownOn(
  reportDay: Temporal.PlainDate,
  expected: readonly { day: Temporal.PlainDate; amountMinor: bigint }[],
  confirmations: readonly Confirmation[],
): Reconciliation {
  const days = expected.filter(({ day }) => !isBefore(reportDay, day));
  const known = confirmations.filter(
    ({ forDay, confirmedOn }) => !isBefore(reportDay, confirmedOn) && !isBefore(reportDay, forDay),
  );
  const reconciliation = reconcile(
    sumMinor(days.map(({ amountMinor }) => amountMinor)),
    sumMinor(known.map(({ amountMinor }) => amountMinor)),
  );
  const isAwaited = days.some(({ day, amountMinor }) => amountMinor > 0n && !known.some((k) => k.forDay.equals(day)));
  return reconciliation.flag === 'short' && isAwaited ? { ...reconciliation, flag: 'open' } : reconciliation;
}

/** Used on a router and never sold: money that nobody took, or that nobody handed over. */
export function usedWithoutSale(usedCodes: readonly string[], soldCodes: readonly string[]): string[] {
  const sold = new Set(soldCodes);
  return [...new Set(usedCodes)].filter((code) => !sold.has(code));
}
