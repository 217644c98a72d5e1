// What a subscription gives rise to: the next days to charge, on which day and for how much.
import { type DateRange, daysIn, earliestOf, isBefore, laterOf } from '#platform/dates.ts';
import type { WantedLine } from './compose-invoice-rules.ts';
import { type Discount, discountsOfLines } from './discount-rules.ts';
import {
  type InvoiceTerms,
  invoiceDates,
  plannedIssueDay,
  refusalToBill,
  type SuspendedBilling,
} from './invoice-schedule-rules.ts';
import { alignedPeriodOn, type Interval, isStub, type PeriodPlan, periodOn } from './period-rules.ts';
import { versionOfPeriod } from './plan-change-rules.ts';
import { type DayCount, type ProrationLine, partOf, proratedAmount } from './proration-rules.ts';

/** What is sold: a version of a plan. */
export type SoldPlan = {
  versionId: string;
  planName: string;
  priceMinor: bigint;
  interval: Interval;
  tax: { name: string; rateBp: number } | undefined;
};

/** All of a subscription that decides what is charged and when. */
export type Term = {
  id: string;
  paymentMode: 'prepaid' | 'postpaid';
  plan: SoldPlan;
  anchorDay: number;
  interval: Interval;
  /** How parts of its months are counted. */
  dayCount: DayCount;
  /** Where its periods are counted from. */
  chargedFrom: Temporal.PlainDate;
  /** The first day that is not charged yet. */
  chargedThrough: Temporal.PlainDate;
  endsOn: Temporal.PlainDate | undefined;
  priceOverrideMinor: bigint | undefined;
  discount: Discount | undefined;
  discountEndsOn: Temporal.PlainDate | undefined;
  /** What is still to be charged for setting it up. */
  setupFeeMinor: bigint;
  pending: { plan: SoldPlan; on: Temporal.PlainDate } | undefined;
  pause: { from: Temporal.PlainDate; until: Temporal.PlainDate | undefined } | undefined;
  /** When it was off for money or by hand, as far back as days are not charged; without an end where it still is. */
  off: readonly { from: Temporal.PlainDate; until: Temporal.PlainDate | undefined }[];
  openRecurringCount: number;
};

export function priceOf({ priceOverrideMinor, plan }: Pick<Term, 'priceOverrideMinor' | 'plan'>): bigint {
  return priceOverrideMinor ?? plan.priceMinor;
}

export function periodPlanOf({ chargedFrom, anchorDay, interval }: Term): PeriodPlan {
  return { startsOn: chargedFrom, anchorDay, interval };
}

/** The plan that was asked for takes the place of the old one on its day. Another interval is counted from that day on. */
export function withPendingPlan(term: Term): Term {
  const { pending } = term;
  if (!pending) return term;
  const versions = [
    { version: 1, validFrom: term.chargedFrom, plan: undefined },
    { version: 2, validFrom: pending.on, plan: pending.plan },
  ];
  const plan = versionOfPeriod(versions, term.chargedThrough)?.plan;
  if (!plan) return term;
  return {
    ...term,
    plan,
    pending: undefined,
    // A price agreed on was for the plan that goes.
    priceOverrideMinor: undefined,
    ...(isSameInterval(plan.interval, term.interval)
      ? {}
      : { interval: plan.interval, chargedFrom: pending.on, anchorDay: pending.on.day }),
  };
}

export function isSameInterval(a: Interval, b: Interval): boolean {
  return a.unit === b.unit && a.count === b.count;
}

/** Months may be counted as 30 days each; days and weeks are what they are. */
export function dayCountOf({ interval, dayCount }: Term): DayCount {
  return interval.unit === 'month' || interval.unit === 'year' ? dayCount : 'actual';
}

export type Part = {
  kind: 'service' | 'pause';
  period: DateRange;
  /** The interval that it lies in: what it is a part of. */
  whole: DateRange;
};

/** The days that come next; undefined at the end, and while it is not known when a pause ends. */
export function nextPart(term: Term): Part | undefined {
  const { chargedThrough: startsOn, endsOn, pause, pending } = term;
  if (endsOn && !isBefore(startsOn, endsOn)) return undefined;
  const whole = alignedPeriodOn(periodPlanOf(term), startsOn);
  const isPaused = pause && !isBefore(startsOn, pause.from) && (!pause.until || isBefore(startsOn, pause.until));
  if (isPaused) {
    if (!pause.until) return undefined;
    return { kind: 'pause', period: { startsOn, endsOn: earliestOf(pause.until, endsOn) }, whole };
  }
  const nextPause = pause && isBefore(startsOn, pause.from) ? pause.from : undefined;
  const nextPlan = pending && isBefore(startsOn, pending.on) ? pending.on : undefined;
  return {
    kind: 'service',
    period: { startsOn, endsOn: earliestOf(whole.endsOn, endsOn, nextPause, nextPlan) },
    whole,
  };
}

/** Paid before it begins, or after it has ended. A stub may wait to share the invoice of the period after it (R-PRO-8). */
export function issueDayOf(term: Term, part: Part, { terms, stubPolicy }: BillingTerms): Temporal.PlainDate {
  if (term.paymentMode === 'postpaid' && part.kind === 'service') return part.period.endsOn;
  const plan = periodPlanOf(term);
  const shared = isSharedStub(term, part, stubPolicy)
    ? nextPart({ ...term, chargedThrough: part.period.endsOn })
    : part;
  return plannedIssueDay(plan, (shared?.kind === 'service' ? shared : part).period, terms.leadDays);
}

/** The first days up to the anchor, where they are not invoiced by themselves. */
function isSharedStub(term: Term, { kind, period }: Part, stubPolicy: StubPolicy | undefined): boolean {
  if (stubPolicy !== 'with_next_period' || term.paymentMode === 'postpaid' || kind === 'pause') return false;
  return period.startsOn.equals(term.chargedFrom) && isStub(periodPlanOf(term), period);
}

export function dueDayOf(
  term: Term,
  part: Part,
  terms: InvoiceTerms,
  issuedOn: Temporal.PlainDate,
): Temporal.PlainDate {
  const startsOn = term.paymentMode === 'postpaid' ? part.period.endsOn : part.period.startsOn;
  const runningLastDay = startsOn.subtract({ days: 1 });
  const running = periodOn(periodPlanOf(term), runningLastDay);
  const runningPeriodDays = running ? daysIn(running) : 1;
  // The first period is due when it begins: nothing runs that its invoice could lead.
  if (!running) return laterOf(startsOn, issuedOn).add({ days: terms.termsDays });
  return invoiceDates({ startsOn, runningLastDay, runningPeriodDays, issuedOn }, terms).dueOn;
}

/** One period to write down, with the lines that charge it: none where it is passed over. */
export type PartCharge = {
  part: Part;
  plan: SoldPlan;
  priceMinor: bigint;
  lines: WantedLine[];
  dueOn: Temporal.PlainDate;
};

export type Due = {
  charges: PartCharge[];
  /** The subscription afterwards. */
  term: Term;
  /** When to look at it again: undefined when nothing more comes by itself. */
  nextLookOn: Temporal.PlainDate | undefined;
};

/** A stub has an invoice of its own, or waits to share one with the period that follows. */
export type StubPolicy = 'separate' | 'with_next_period';

export type BillingTerms = { terms: InvoiceTerms; suspended: SuspendedBilling; stubPolicy?: StubPolicy | undefined };

/** All that is due by a day, at most so many parts (R-INV-3, R-SUS-5). */
export function chargesDue(start: Term, billing: BillingTerms, today: Temporal.PlainDate, mostParts: number): Due {
  const charges: PartCharge[] = [];
  let term = withPendingPlan(start);
  let openRecurringCount = start.openRecurringCount;
  let isShared = false;
  for (;;) {
    const part = nextPart(term);
    const issueOn = part && issueDayOf(term, part, billing);
    const due = (nextLookOn: Temporal.PlainDate | undefined): Due => ({
      charges: isShared ? withSharedStub(charges) : charges,
      term,
      nextLookOn,
    });
    if (!part || !issueOn) return due(undefined);
    if (isBefore(today, issueOn) || charges.length >= mostParts + (isShared ? 1 : 0)) return due(issueOn);
    const refusal = isOffOn(term, part.period.startsOn)
      ? refusalToBill({ status: 'suspended', openRecurringCount }, billing.suspended)
      : undefined;
    // He may be back before it begins; once it has begun without him it is not charged, nor on his return.
    if (refusal && isBefore(today, part.period.startsOn)) return due(issueOn);
    const isPassed = refusal !== undefined || part.kind === 'pause';
    charges.push(chargeOf(term, part, { isPassed, dueOn: dueDayOf(term, part, billing.terms, today) }));
    isShared ||= charges.length === 1 && !isPassed && isSharedStub(term, part, billing.stubPolicy);
    if (!isPassed) openRecurringCount += 1;
    term = withPendingPlan({
      ...term,
      chargedThrough: part.period.endsOn,
      setupFeeMinor: isPassed ? term.setupFeeMinor : 0n,
    });
  }
}

/** Was it off when a period began? Those are not charged, neither then nor on return (R-SUS-5). */
function isOffOn({ off }: Term, day: Temporal.PlainDate): boolean {
  return off.some(({ from, until }) => !isBefore(day, from) && (!until || isBefore(day, until)));
}

function chargeOf(
  term: Term,
  part: Part,
  { isPassed, dueOn }: { isPassed: boolean; dueOn: Temporal.PlainDate },
): PartCharge {
  return {
    part: isPassed ? { ...part, kind: 'pause' } : part,
    plan: term.plan,
    priceMinor: priceOf(term),
    lines: isPassed ? [] : linesOf(term, part),
    dueOn,
  };
}

/** The lines of the stub go onto the invoice of the period after it; where none is charged, they stay where they are. */
function withSharedStub([stub, next, ...others]: readonly PartCharge[]): PartCharge[] {
  if (!stub || !next || next.lines.length === 0)
    return [stub, next, ...others].filter((charge) => charge !== undefined);
  return [{ ...stub, lines: [] }, { ...next, lines: [...stub.lines, ...next.lines] }, ...others];
}

/** A period, or its part by days (R-PRO-1), less the discount (R-DSC-1); the set-up once, never a part of itself (R-PRO-8). */
function linesOf(term: Term, { period, whole }: Part): WantedLine[] {
  if (priceOf(term) < 0n) throw new RangeError('a price must not be negative');
  const line: WantedLine = {
    ...daysLine(term, period, whole, priceOf(term)),
    kind: daysIn(period) === daysIn(whole) ? 'recurring' : 'stub',
    periodOn: period.startsOn,
  };
  return term.setupFeeMinor > 0n ? [setupLine(term), line] : [line];
}

export function daysLine(term: Term, days: DateRange, whole: DateRange, priceMinor: bigint): WantedLine {
  const unitMinor = proratedAmount(priceMinor, partOf(days, whole, dayCountOf(term)));
  return {
    ...prorationLine(term, term.plan, { kind: 'proration_charge', range: days, amountMinor: unitMinor }),
    discountMinor: discountOn(term, days.startsOn, unitMinor),
  };
}

export function discountOn({ discount, discountEndsOn }: Term, day: Temporal.PlainDate, amountMinor: bigint): bigint {
  const isRunning = discount && (!discountEndsOn || isBefore(day, discountEndsOn));
  return isRunning ? (discountsOfLines([amountMinor], discount)[0] ?? 0n) : 0n;
}

function setupLine({ id, plan, setupFeeMinor }: Term): WantedLine {
  return {
    kind: 'setup',
    description: plan.planName,
    quantity: 1,
    unitMinor: setupFeeMinor,
    discountMinor: 0n,
    tax: plan.tax,
    subscriptionId: id,
  };
}

/** The invoices that come next if nothing changes: none before `today`, whatever was due by then (R-INV-4). */
export function upcomingCharges(
  term: Term,
  billing: BillingTerms,
  count: number,
  today?: Temporal.PlainDate,
): (PartCharge & { issueOn: Temporal.PlainDate })[] {
  const upcoming: (PartCharge & { issueOn: Temporal.PlainDate })[] = [];
  // Whoever is off now is shown what comes when he is back.
  let current: Term = { ...term, off: [] };
  const most = 20;
  for (let tries = 0; tries < most && upcoming.length < count; tries++) {
    current = withPendingPlan(current);
    const part = nextPart(current);
    if (!part) break;
    const planned = issueDayOf(current, part, billing);
    const issueOn = today ? laterOf(planned, today) : planned;
    const { charges, term: after } = chargesDue(current, billing, issueOn, 1);
    upcoming.push(...charges.filter(({ lines }) => lines.length > 0).map((charge) => ({ ...charge, issueOn })));
    current = after;
  }
  return upcoming;
}

export function prorationLine({ id }: Term, plan: SoldPlan, { kind, range, amountMinor }: ProrationLine): WantedLine {
  return {
    kind,
    description: plan.planName,
    quantity: 1,
    unitMinor: amountMinor,
    discountMinor: 0n,
    tax: plan.tax,
    subscriptionId: id,
    ...range,
  };
}
