// Cash shifts: counted blind, compared by the server, and a difference is posted and never corrected (R-CSH-1).
import { absolute, parseMoney, sumMinor } from '#platform/money.ts';

export type ShiftMovements = {
  openedMinor: bigint;
  paymentsMinor: readonly bigint[];
  refundsMinor?: readonly bigint[];
  paidInMinor?: readonly bigint[];
  paidOutMinor?: readonly bigint[];
};

/** What should be in the drawer. It may be negative, which is a finding. */
export function expectedCash(movements: ShiftMovements): bigint {
  const { openedMinor, paymentsMinor, refundsMinor = [], paidInMinor = [], paidOutMinor = [] } = movements;
  return (
    openedMinor + sumMinor(paymentsMinor) - sumMinor(refundsMinor) + sumMinor(paidInMinor) - sumMinor(paidOutMinor)
  );
}

export type ClosingStatus = 'balanced' | 'closed_with_variance' | 'needs_approval';

/** Too much is as suspicious as too little: it may be a payment that was taken and not recorded. */
export function closingOf(
  expectedMinor: bigint,
  countedMinor: bigint,
  toleranceMinor = 0n,
): { varianceMinor: bigint; status: ClosingStatus } {
  const varianceMinor = countedMinor - expectedMinor;
  if (varianceMinor === 0n) return { varianceMinor, status: 'balanced' };
  const isWithinTolerance = absolute(varianceMinor) <= toleranceMinor;
  return { varianceMinor, status: isWithinTolerance ? 'closed_with_variance' : 'needs_approval' };
}

export type Denomination = { faceValue: string; count: number };

/** The sum of counted notes and coins, by the values printed on them. */
export function countedCash(denominations: readonly Denomination[], currency: string): bigint {
  return sumMinor(
    denominations.map(({ faceValue, count }) => {
      const parsed = parseMoney(faceValue, currency);
      if (!parsed.ok) throw new RangeError(`there is no note or coin of ${faceValue} ${currency}`);
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no count of notes`);
      return parsed.minor * BigInt(count);
    }),
  );
}

export type ShiftState = 'none' | 'open' | 'counted' | 'closed';

export type ShiftRequest = 'open_shift' | 'see_expected' | 'take_cash' | 'count' | 'approve_variance';

export type ShiftRefusal =
  | 'blind_count'
  | 'no_open_shift'
  | 'shift_already_open'
  | 'not_counted'
  | 'approval_forbidden'
  | 'self_approval';

/**
 * Who may do what with a shift. `isCashier`: it is the shift of who asks. The expected amount is hidden from who counts until
 * the count is made, in the API and not only on the screen; and nobody approves his own difference.
 */
export function refusalOfShiftRequest(
  request: ShiftRequest,
  who: { isManager: boolean; isCashier: boolean },
  state: ShiftState,
): ShiftRefusal | undefined {
  switch (request) {
    case 'open_shift':
      return state === 'open' || state === 'counted' ? 'shift_already_open' : undefined;
    case 'take_cash':
      return state === 'open' ? undefined : 'no_open_shift';
    case 'see_expected':
      return state === 'open' && (who.isCashier || !who.isManager) ? 'blind_count' : undefined;
    case 'count':
      // A recount is a second record.
      return state === 'open' || state === 'counted' ? undefined : 'no_open_shift';
    case 'approve_variance':
      if (!who.isManager) return 'approval_forbidden';
      if (who.isCashier) return 'self_approval';
      return state === 'counted' ? undefined : 'not_counted';
  }
}
