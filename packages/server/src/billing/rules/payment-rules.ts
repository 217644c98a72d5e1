// Where money goes that a customer paid.
import { smallerOf, sumMinor } from '#platform/money.ts';

export type OpenInvoice = {
  no: bigint;
  issuedOn: Temporal.PlainDate;
  dueOn: Temporal.PlainDate;
  balanceMinor: bigint;
  /** The part of the balance that is late fees. */
  feesMinor?: bigint | undefined;
};

export type Allocation<I> = { invoice: I; amountMinor: bigint };

export type Allocated<I> = {
  allocations: Allocation<I>[];
  /** Stays with the customer as credit (R-PAY-2). */
  unappliedMinor: bigint;
};

/** Oldest due date first, then issue date, then number: always the same order (R-PAY-1). */
export function inOrderOfPayment<I extends OpenInvoice>(invoices: readonly I[]): I[] {
  return invoices.toSorted(
    (a, b) =>
      Temporal.PlainDate.compare(a.dueOn, b.dueOn) ||
      Temporal.PlainDate.compare(a.issuedOn, b.issuedOn) ||
      Number(a.no - b.no),
  );
}

/** Services of all invoices before the late fees of any, so that nobody is offline because of a fee (R-PAY-5). */
export function allocateOldestFirst<I extends OpenInvoice>(amountMinor: bigint, invoices: readonly I[]): Allocated<I> {
  const ordered = inOrderOfPayment(invoices);
  const services = ordered.map(({ balanceMinor, feesMinor = 0n }) => balanceMinor - feesMinor);
  const fees = ordered.map(({ feesMinor = 0n }) => feesMinor);
  const paid = fill(amountMinor, [...services, ...fees]);
  const allocations = ordered.map((invoice, index) => ({
    invoice,
    amountMinor: paid[index]! + paid[index + ordered.length]!,
  }));
  return allocatedOf(amountMinor, allocations);
}

/** Staff may choose the invoice; what is more than it is open for stays as credit (R-PAY-1). */
export function allocateTo<I extends OpenInvoice>(amountMinor: bigint, target: I): Allocated<I> {
  return allocatedOf(amountMinor, [{ invoice: target, amountMinor: smallerOf(amountMinor, target.balanceMinor) }]);
}

/** How an amount fills demands one after the other. */
function fill(amountMinor: bigint, demands: readonly bigint[]): bigint[] {
  let left = amountMinor;
  return demands.map((demand) => {
    const part = smallerOf(left, demand);
    left -= part;
    return part;
  });
}

function allocatedOf<I>(amountMinor: bigint, all: readonly Allocation<I>[]): Allocated<I> {
  const allocations = all.filter((allocation) => allocation.amountMinor > 0n);
  return { allocations, unappliedMinor: amountMinor - sumMinor(allocations.map((part) => part.amountMinor)) };
}

/** Why a payment cannot be recorded or not for this: money is never converted by itself (R-CUR-2). */
export function refusalOfPayment(
  payment: { amountMinor: bigint; currency?: string | undefined },
  invoiceCurrencies: readonly string[] = [],
): 'invalid_amount' | 'currency_mismatch' | undefined {
  if (payment.amountMinor <= 0n) return 'invalid_amount';
  const isForeign = invoiceCurrencies.some((currency) => currency !== payment.currency);
  return payment.currency !== undefined && isForeign ? 'currency_mismatch' : undefined;
}

/**
 * The same key is the same request: it is recorded once and answered as the first time. With other contents it is a mistake of
 * the sender (R-PAY-4).
 */
export function receiptOfRequest(
  known: string | undefined,
  contents: string,
): 'recorded' | 'repeated' | 'idempotency_key_reuse' {
  if (known === undefined) return 'recorded';
  return known === contents ? 'repeated' : 'idempotency_key_reuse';
}
