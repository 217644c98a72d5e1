// What a subscription gives rise to: the next days to charge, on which day, for how much, and what a change of plan costs.
import { type DateRange, daysIn, isBefore, laterOf } from '#platform/dates.ts';
import type { WantedLine } from './compose-invoice-rules.ts';
import { type Discount, discountOf } from './discount-rules.ts';
import {
  type InvoiceTerms,
  invoiceDates,
  plannedIssueDay,
  refusalToBill,
  type SuspendedBilling,
} from './invoice-schedule-rules.ts';
import { alignedPeriodOn, type Interval, type PeriodPlan, periodOn } from './period-rules.ts';
import { creditFor, partOf, proratedAmount } from './proration-rules.ts';

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
  /** Since when it is off for money or by hand. */
  offSince: Temporal.PlainDate | undefined;
  openRecurringCount: number;
};

export function priceOf({ priceOverrideMinor, plan }: Pick<Term, 'priceOverrideMinor' | 'plan'>): bigint {
  return priceOverrideMinor ?? plan.priceMinor;
}

function periodPlanOf({ chargedFrom, anchorDay, interval }: Term): PeriodPlan {
  return { startsOn: chargedFrom, anchorDay, interval };
}

/** The plan that was asked for takes the place of the old one on its day. Another interval is counted from that day on. */
export function withPendingPlan(term: Term): Term {
  const { pending } = term;
  if (!pending || isBefore(term.chargedThrough, pending.on)) return term;
  const { interval } = pending.plan;
  return {
    ...term,
    plan: pending.plan,
    pending: undefined,
    // A price agreed on was for the plan that goes.
    priceOverrideMinor: undefined,
    ...(isSameInterval(interval, term.interval)
      ? {}
      : { interval, chargedFrom: pending.on, anchorDay: pending.on.day }),
  };
}

export function isSameInterval(a: Interval, b: Interval): boolean {
  return a.unit === b.unit && a.count === b.count;
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
    return { kind: 'pause', period: { startsOn, endsOn: earliest(pause.until, endsOn) }, whole };
  }
  const nextPause = pause && isBefore(startsOn, pause.from) ? pause.from : undefined;
  const nextPlan = pending && isBefore(startsOn, pending.on) ? pending.on : undefined;
  return { kind: 'service', period: { startsOn, endsOn: earliest(whole.endsOn, endsOn, nextPause, nextPlan) }, whole };
}

function earliest(first: Temporal.PlainDate, ...others: (Temporal.PlainDate | undefined)[]): Temporal.PlainDate {
  return others.reduce<Temporal.PlainDate>((best, day) => (day && isBefore(day, best) ? day : best), first);
}

/** Paid before it begins, or after it has ended. */
export function issueDayOf(term: Term, part: Part, leadDays: number): Temporal.PlainDate {
  if (term.paymentMode === 'postpaid' && part.kind === 'service') return part.period.endsOn;
  return plannedIssueDay(periodPlanOf(term), part.period, leadDays);
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

export type BillingTerms = { terms: InvoiceTerms; suspended: SuspendedBilling };

/** All that is due by a day, at most so many parts (R-INV-3, R-SUS-5). */
export function chargesDue(
  start: Term,
  { terms, suspended }: BillingTerms,
  today: Temporal.PlainDate,
  mostParts: number,
): Due {
  const charges: PartCharge[] = [];
  let term = withPendingPlan(start);
  let openRecurringCount = start.openRecurringCount;
  for (;;) {
    const part = nextPart(term);
    if (!part) return { charges, term, nextLookOn: undefined };
    const issueOn = issueDayOf(term, part, terms.leadDays);
    if (isBefore(today, issueOn) || charges.length === mostParts) return { charges, term, nextLookOn: issueOn };
    const isOff = term.offSince !== undefined && !isBefore(part.period.startsOn, term.offSince);
    const refusal = isOff ? refusalToBill({ status: 'suspended', openRecurringCount }, suspended) : undefined;
    // He may be back before it begins; once it has begun without him it is not charged, nor on his return.
    if (refusal && isBefore(today, part.period.startsOn)) return { charges, term, nextLookOn: issueOn };
    const isPassed = refusal !== undefined || part.kind === 'pause';
    const priceMinor = priceOf(term);
    charges.push({
      part: isPassed ? { ...part, kind: 'pause' } : part,
      plan: term.plan,
      priceMinor,
      lines: isPassed ? [] : linesOf(term, part),
      dueOn: dueDayOf(term, part, terms, today),
    });
    if (!isPassed) openRecurringCount += 1;
    term = withPendingPlan({
      ...term,
      chargedThrough: part.period.endsOn,
      setupFeeMinor: isPassed ? term.setupFeeMinor : 0n,
    });
  }
}

/** A period, or its part by days (R-PRO-1), less the discount (R-DSC-1); the set-up once, never a part of itself (R-PRO-8). */
function linesOf(term: Term, { period, whole }: Part): WantedLine[] {
  const part = partOf(period, whole);
  const unitMinor = proratedAmount(priceOf(term), part);
  const line: WantedLine = {
    kind: part.days === part.periodDays ? 'recurring' : 'stub',
    description: term.plan.planName,
    quantity: 1,
    unitMinor,
    discountMinor: discountOn(term, period.startsOn, unitMinor),
    tax: term.plan.tax,
    subscriptionId: term.id,
    periodOn: period.startsOn,
    startsOn: period.startsOn,
    endsOn: period.endsOn,
  };
  return term.setupFeeMinor > 0n ? [setupLine(term), line] : [line];
}

function discountOn({ discount, discountEndsOn }: Term, day: Temporal.PlainDate, amountMinor: bigint): bigint {
  const isRunning = discount && (!discountEndsOn || isBefore(day, discountEndsOn));
  return isRunning ? discountOf(amountMinor, discount) : 0n;
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

/** The invoices that come next if nothing changes. */
export function upcomingCharges(
  term: Term,
  billing: BillingTerms,
  count: number,
): (PartCharge & { issueOn: Temporal.PlainDate })[] {
  const upcoming: (PartCharge & { issueOn: Temporal.PlainDate })[] = [];
  // Whoever is off now is shown what comes when he is back.
  let current: Term = { ...term, offSince: undefined };
  const most = 20;
  for (let tries = 0; tries < most && upcoming.length < count; tries++) {
    current = withPendingPlan(current);
    const part = nextPart(current);
    if (!part) break;
    const issueOn = issueDayOf(current, part, billing.terms.leadDays);
    const { charges, term: after } = chargesDue(current, billing, issueOn, 1);
    upcoming.push(...charges.filter(({ lines }) => lines.length > 0).map((charge) => ({ ...charge, issueOn })));
    current = after;
  }
  return upcoming;
}

/** Days that were charged on a line: a period, or the rest of one after a change of plan. */
export type ChargedPiece = {
  invoiceId: string;
  lineNo: number;
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
  /** What was charged, less what was credited since. */
  amountMinor: bigint;
};

export type EffectivePiece = ChargedPiece & { effectiveEndsOn: Temporal.PlainDate };

/** In the order of their issue: what was charged later for the same days took the place of what was before. */
export function effectivePieces(pieces: readonly ChargedPiece[]): EffectivePiece[] {
  return pieces.map((piece, index) => {
    const later = pieces.slice(index + 1).filter(({ startsOn }) => isBefore(startsOn, piece.endsOn));
    const effectiveEndsOn = earliest(
      piece.endsOn,
      ...later
        .filter(({ endsOn }) => isBefore(piece.startsOn, endsOn))
        .map(({ startsOn }) => laterOf(startsOn, piece.startsOn)),
    );
    return { ...piece, effectiveEndsOn };
  });
}

export type UnusedPiece = { piece: EffectivePiece; unused: DateRange; creditMinor: bigint };

/** What of the charged days lies in a range, and what it is worth: never more than was charged for it (R-PRO-6). */
export function unusedPieces(
  pieces: readonly EffectivePiece[],
  from: Temporal.PlainDate,
  until?: Temporal.PlainDate,
): UnusedPiece[] {
  return pieces.flatMap((piece) => {
    const unused = { startsOn: laterOf(from, piece.startsOn), endsOn: earliest(piece.effectiveEndsOn, until) };
    if (!isBefore(unused.startsOn, unused.endsOn)) return [];
    const range = { startsOn: piece.startsOn, endsOn: piece.endsOn };
    const { amountMinor } = piece;
    return [{ piece, unused, creditMinor: creditFor(unused, range, amountMinor, { range, amountMinor }) }];
  });
}

/**
 * A change of plan now: for all that is charged from a day on, the old plan credited and the new one charged (R-PRO-3). The charge
 * is a part of the new price of the whole interval, and never more than it.
 */
export function linesOfPlanChange(
  term: Term,
  plan: SoldPlan,
  pieces: readonly EffectivePiece[],
  on: Temporal.PlainDate,
): WantedLine[] {
  return unusedPieces(pieces, on).flatMap(({ unused, creditMinor }) => {
    const whole = alignedPeriodOn(periodPlanOf(term), unused.startsOn);
    const newMinor = plan.priceMinor - discountOn(term, unused.startsOn, plan.priceMinor);
    const base = { quantity: 1, discountMinor: 0n, subscriptionId: term.id, ...unused };
    const lines: WantedLine[] = [
      {
        ...base,
        kind: 'proration_credit',
        description: term.plan.planName,
        unitMinor: -creditMinor,
        tax: term.plan.tax,
      },
      {
        ...base,
        kind: 'proration_charge',
        description: plan.planName,
        unitMinor: proratedAmount(newMinor, partOf(unused, whole)),
        tax: plan.tax,
      },
    ];
    return lines.filter(({ unitMinor }) => unitMinor !== 0n);
  });
}
