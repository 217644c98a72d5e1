// A billing run stops at nobody: who cannot be billed is listed with the reason (R-RUN-3).
import { type BillingTerms, chargesDue, type Due, type Term } from './subscription-rules.ts';

export type Billed<S, D> = { dues: { subscription: S; due: D }[]; failures: { subscription: S; reason: string }[] };

type Outcome<D> = { ok: true; due: D } | { ok: false; reason: string };

/** What is due of each, and of whom it cannot be said. */
export function billEach<S, D>(subscriptions: readonly S[], bill: (subscription: S) => Outcome<D>): Billed<S, D> {
  const billed: Billed<S, D> = { dues: [], failures: [] };
  for (const subscription of subscriptions) {
    const outcome = bill(subscription);
    if (outcome.ok) billed.dues.push({ subscription, due: outcome.due });
    else billed.failures.push({ subscription, reason: outcome.reason });
  }
  return billed;
}

/** What is due, or why it cannot be reckoned: a price, a discount or a date that cannot be. */
export function dueOrReason(
  term: Term,
  billing: BillingTerms,
  today: Temporal.PlainDate,
  mostParts: number,
): Outcome<Due> {
  try {
    return { ok: true, due: chargesDue(term, billing, today, mostParts) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, reason: error.message };
  }
}
