// The days of a subscription that were charged, and what they cost or give back when its plan or its end changes.
import { type DateRange, doOverlap, earliestOf, isBefore, laterOf } from '#platform/dates.ts';
import type { WantedLine } from './compose-invoice-rules.ts';
import { alignedPeriodOn, intervalAfter } from './period-rules.ts';
import { type ChangeOutcome, type ChangePolicy, outcomeOfPlanChange } from './plan-change-rules.ts';
import { type ChargedDays, type UnusedDays, unusedDays } from './proration-rules.ts';
import {
  dayCountOf,
  daysLine,
  discountOn,
  isSameInterval,
  periodPlanOf,
  priceOf,
  prorationLine,
  type SoldPlan,
  type Term,
} from './subscription-rules.ts';

/** Days that were charged on a line: a period, or the rest of one after a change of plan. */
export type ChargedPiece = ChargedDays & {
  invoiceId: string;
  lineNo: number;
  /** Its invoice was written off: it was charged, and there is nothing to give back. */
  isGivenUp: boolean;
};

export type ChargedLine = {
  invoiceId: string;
  lineNo: number;
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
  /** What was charged, less what was credited since. */
  amountMinor: bigint;
  /** The days that were given back. */
  creditedDays?: readonly DateRange[] | undefined;
  /** Of the whole interval; null where the line says no period of its own. */
  priceMinor: bigint | null;
  isGivenUp: boolean;
  /** What was charged for these days before was taken off on the same invoice, and stands where it was charged. */
  isDifference: boolean;
};

/**
 * Lines in the order of their issue: what was charged later for the same days took the place of what was before, or is charged on
 * top of it.
 */
export function chargedPieces(term: Term, issued: readonly ChargedLine[]): ChargedPiece[] {
  const lines = issued.map(withoutCreditedEnd);
  return lines.map(
    ({ invoiceId, lineNo, amountMinor, priceMinor, isGivenUp, isDifference, startsOn, endsOn }, index) => {
      const range = { startsOn, endsOn };
      const isOnTop = isDifference && lines.slice(0, index).some((earlier) => doOverlap(earlier, range));
      const later = lines.slice(index + 1).filter((line) => !line.isDifference && doOverlap(line, range));
      const [first, ...others] = later.map(({ startsOn }) => laterOf(startsOn, range.startsOn));
      const replacedFrom = first && earliestOf(first, ...others);
      const whole = wholeOf(term, range);
      return {
        invoiceId,
        lineNo,
        isGivenUp,
        amountMinor,
        range,
        replacedFrom,
        isOnTop,
        ...(whole
          ? { whole, priceMinor: priceMinor ?? priceOf(term), dayCount: dayCountOf(term) }
          : // Worth what was charged, by days.
            { whole: range, priceMinor: amountMinor }),
      };
    },
  );
}

/** The interval that charged days lie in; undefined where they were charged in one that is not counted any more. */
function wholeOf(term: Term, { startsOn, endsOn }: DateRange): DateRange | undefined {
  const whole = alignedPeriodOn(periodPlanOf(term), startsOn);
  return isBefore(startsOn, whole.startsOn) || isBefore(whole.endsOn, endsOn) ? undefined : whole;
}

/** For days of an interval that is not counted any more: a stub of it is no more than a part. */
function intervalFrom({ interval }: Term, { startsOn, endsOn }: DateRange): DateRange {
  return { startsOn, endsOn: laterOf(intervalAfter(startsOn, interval), endsOn) };
}

/** Days of a period and the price of its whole interval. */
export type PricedPeriod = { period: DateRange; priceMinor: bigint };

/**
 * What another end brings: days that were charged and are not served any more are given back, and days that an earlier end had
 * given back are charged again, at the price of their period.
 */
export function outcomeOfNewEnd<C extends ChargedPiece>(
  term: Term,
  endsOn: Temporal.PlainDate | undefined,
  { pieces, periods }: { pieces: readonly C[]; periods: readonly PricedPeriod[] },
): { credits: UnusedDays<C>[]; lines: WantedLine[] } {
  const served = earliestOf(term.chargedThrough, term.endsOn);
  const wanted = earliestOf(term.chargedThrough, endsOn);
  const credits = isBefore(wanted, served) ? unusedDays(pieces, wanted, served) : [];
  const isGivenUp = (days: DateRange) => pieces.some((piece) => piece.isGivenUp && doOverlap(piece.range, days));
  const lines = periods.flatMap(({ period, priceMinor }) => {
    const days = { startsOn: laterOf(period.startsOn, served), endsOn: earliestOf(period.endsOn, wanted) };
    if (!isBefore(days.startsOn, days.endsOn) || isGivenUp(days)) return [];
    return [daysLine(term, days, wholeOf(term, period) ?? intervalFrom(term, period), priceMinor)];
  });
  return { credits: credits.filter(({ creditMinor }) => creditMinor > 0n), lines };
}

/** Whose last days were given back is charged for those before them, and all that is left is for these. */
function withoutCreditedEnd(line: ChargedLine): ChargedLine {
  // A credit for all of its days may be a favour of any amount: that takes none of them away.
  const last = line.creditedDays?.find(
    ({ startsOn, endsOn }) =>
      isBefore(line.startsOn, startsOn) && isBefore(startsOn, line.endsOn) && !isBefore(endsOn, line.endsOn),
  );
  return last ? withoutCreditedEnd({ ...line, endsOn: last.startsOn }) : line;
}

/** What is charged so far, seen from a day: what runs, and what was invoiced ahead. */
function chargedPeriod({ chargedThrough }: Term, today: Temporal.PlainDate): DateRange {
  return { startsOn: today, endsOn: laterOf(chargedThrough, today) };
}

/** The period that runs on a day: the charged days around it, or the interval where nothing is charged ahead. */
export function runningPeriod(term: Term, pieces: readonly ChargedPiece[], today: Temporal.PlainDate): DateRange {
  if (isBefore(today, term.chargedFrom)) return { startsOn: today, endsOn: term.chargedFrom };
  const running = pieces.filter(({ range }) => !isBefore(today, range.startsOn));
  if (running.length === 0) return { ...alignedPeriodOn(periodPlanOf(term), today), startsOn: today };
  return { startsOn: today, endsOn: running.reduce((day, { range }) => laterOf(day, range.endsOn), today) };
}

/** What a change to a plan brings, now or later. Another interval always waits for the end of what is charged. */
export function planChangeOf(
  term: Term,
  plan: SoldPlan,
  pieces: readonly ChargedPiece[],
  requestedOn: Temporal.PlainDate,
  policy: ChangePolicy,
): Omit<ChangeOutcome, 'linesNow'> & { lines: WantedLine[] } {
  const { linesNow, ...outcome } = outcomeOfPlanChange(
    {
      oldPriceMinor: priceOf(term),
      newPriceMinor: plan.priceMinor,
      period: chargedPeriod(term, requestedOn),
      requestedOn,
      charged: pieces,
      isTaxedOtherwise: plan.tax?.name !== term.plan.tax?.name || plan.tax?.rateBp !== term.plan.tax?.rateBp,
      discountOn: (day) => discountOn(term, day, plan.priceMinor),
    },
    isSameInterval(plan.interval, term.interval) ? policy : 'period_end',
  );
  const lines = linesNow.map(({ kind, range, amountMinor }) =>
    prorationLine(term, kind === 'proration_credit' ? term.plan : plan, { kind, range, amountMinor }),
  );
  return { ...outcome, lines };
}
