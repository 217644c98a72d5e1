// Periods, days and the schedule of invoices.

import { billEach, dueOrReason } from '../packages/server/src/billing/rules/billing-run-rules.ts';
import {
  defaultInvoiceTerms,
  defaultSuspendedBilling,
  effectiveLeadDays,
  invoiceDates,
  refusalToBill,
} from '../packages/server/src/billing/rules/invoice-schedule-rules.ts';
import {
  alignedBoundary,
  alignedPeriodOn,
  type Interval,
  intervalAfter,
  type PeriodPlan,
  refusalOfPeriod,
} from '../packages/server/src/billing/rules/period-rules.ts';
import { chargesDue, nextPart, type Term } from '../packages/server/src/billing/rules/subscription-rules.ts';
import type { SubscriptionStatus } from '../packages/server/src/billing/rules/suspension-rules.ts';
import {
  type DateRange,
  dayBounds,
  daysBetween,
  daysIn,
  lastDayOf,
  localDate,
} from '../packages/server/src/platform/dates.ts';
import { Alternatives } from './exam-compare.ts';
import { type Answer, Given } from './exam-given.ts';
import { billingWith, servicesOf, termIn } from './exam-terms.ts';
import { accepted, wordFor } from './exam-words.ts';

export const periodAnswers: Record<string, Answer> = {
  'period.sequence': (given) => {
    const periods = firstPeriods(planOf(given), given.size('boundaries'));
    return { boundaries: [given.day('start'), ...periods.map(({ endsOn }) => endsOn)], periods };
  },

  'period.containing': (given) => {
    // Without a start the intervals are those of the calendar.
    const startsOn = given.findDay(given.named('start', 'anchorDate')) ?? given.day('date').with({ month: 1, day: 1 });
    const period = alignedPeriodOn({ ...anchored(given, startsOn), startsOn }, given.day('date'));
    return { period, days: daysIn(period), lastDay: lastDayOf(period) };
  },

  'period.insert': (given) => accepted(refusalOfPeriod(given.ranges('existing'), given.range('insert'))),

  'time.localDate': (given) => ({ date: localDate(given.instant('instant'), given.text('tz')) }),

  'time.dayBounds': (given) => {
    const { start, end } = dayBounds(given.day('date'), given.text('tz'));
    return { startUtc: start, endUtc: end, hours: start.until(end).total('hours') };
  },

  'operator.changeTimezone': (given) => {
    const last = given.ranges('periods').at(-1)!;
    const interval = given.interval();
    const anchorDay = given.countOr('anchorDay', anchorDayOf(last, interval));
    return { nextPeriod: alignedPeriodOn({ startsOn: last.endsOn, anchorDay, interval }, last.endsOn) };
  },

  'invoice.schedule': (given) => {
    const startsOn = given.day('nextPeriodStart');
    const runningLastDay = given.findDay('currentPeriodLastDay') ?? startsOn.subtract({ days: 1 });
    const runningPeriodDays = runningDays(given, startsOn);
    const terms = {
      leadDays: given.countOr('leadDays', defaultInvoiceTerms.leadDays),
      termsDays: given.countOr('termsDays', defaultInvoiceTerms.termsDays),
      minDaysToPay: given.countOr('minDaysToPay', defaultInvoiceTerms.minDaysToPay),
    };
    const activatedOn = given.findDay(given.named('activatedOn', 'activationOn', 'activeFrom'));
    const issuedOn = given.findDay(given.named('runOn', 'runOnLocal', 'issuedOn'));
    const dates = invoiceDates({ startsOn, runningLastDay, runningPeriodDays, activatedOn, issuedOn }, terms);
    return { ...dates, effectiveLeadDays: effectiveLeadDays(terms.leadDays, runningPeriodDays) };
  },

  'run.due': (given) => (given.has('subscriptions') ? invoicesDue(given) : invoicedNow(given)),

  'run.count': (given) => {
    // Where only one of the two is said, a period is issued when it begins.
    const billedThrough = given.day(given.named('periodStart', 'issueOnLocal'));
    // A lead is counted from the last day before the period.
    const leadDays = daysBetween(given.day(given.named('issueOnLocal', 'periodStart')), billedThrough) - 1;
    const plan = planOf(given, given.named('start', 'periodStart', 'issueOnLocal'));
    // A period that is issued before it begins has one before it.
    const startsOn = given.has('start') ? plan.startsOn : alignedBoundary(plan, -1);
    const books = new Map([['1', termIn({ ...plan, startsOn }, { billedThrough })]]);
    const runs = given.instants('runsAtUtc').map((runAt) => {
      const today = localDate(runAt, given.text('tz'));
      return { runAt, count: run(books, today, leadDays) };
    });
    const invoices = runs.reduce((sum, { count }) => sum + count, 0);
    return { invoices, createdAtRun: runs.find(({ count }) => count > 0)?.runAt };
  },

  'run.repeat': (given) => {
    const books = new Map([['1', termIn(planOf(given))]]);
    // Without a lead a run bills what has begun.
    const counts = given.days('targetDates').map((day) => run(books, day, given.countOr('leadDays', -1)));
    const [periodsBilledByFirst, newBySecond, newByThird] = counts;
    return { periodsBilledByFirst, newBySecond, newByThird, invoices: counts.reduce((sum, count) => sum + count, 0) };
  },

  'run.parallel': (given) => {
    const subscriptions = given.size('subscriptions');
    const workers = given.size('workers', 1);
    let invoices = 0;
    // Workers take turns at the rows that they lock: who comes second sees what the first one left.
    for (let index = 0; index < subscriptions; index += 1) {
      const books = new Map([['1', termIn(planFromJanuary)]]);
      for (let worker = 0; worker < workers; worker += 1) {
        const found = run(books, planFromJanuary.startsOn, 0);
        invoices += found;
        // Who finds nothing changes nothing, so nobody after him does.
        if (found === 0) break;
      }
    }
    return { invoices, duplicates: Math.max(0, invoices - subscriptions) };
  },

  'run.partialFailure': (given) => {
    const invalid = given.count('invalid');
    const subscriptions = Array.from({ length: given.size('subscriptions') }, (_, index) =>
      termIn(planFromJanuary, { priceMinor: index < invalid ? -1n : 3000n }),
    );
    const bill = (terms: readonly Term[]) =>
      billEach(terms, (term) => dueOrReason(term, billingWith(0), planFromJanuary.startsOn, mostParts));
    const { dues, failures } = bill(subscriptions);
    const mended = failures.map(({ subscription }) => ({
      ...subscription,
      plan: { ...subscription.plan, priceMinor: 3000n },
    }));
    return {
      invoices: dues.length,
      failed: failures.length,
      failedIsReported: failures.every(({ reason }) => reason !== ''),
      // Who failed has no period, so the next run finds him again.
      retryable: bill(mended).dues.length === failures.length,
    };
  },
};

const planFromJanuary: PeriodPlan = {
  startsOn: Temporal.PlainDate.from('2026-01-01'),
  anchorDay: 1,
  interval: { unit: 'month', count: 1 },
};

const mostParts = 1000;

/** The periods from the first on, each from where the one before left the subscription. */
function firstPeriods(plan: PeriodPlan, count: number): DateRange[] {
  let term = termIn(plan);
  return Array.from({ length: count }, () => {
    const { period } = nextPart(term)!;
    term = { ...term, chargedThrough: period.endsOn };
    return period;
  });
}

/** A case names a period where the product has stored the anchor: a whole one begins on it, a stub ends on it. */
function anchorDayOf(period: DateRange, interval: Interval): number {
  const isWhole = intervalAfter(period.startsOn, interval).equals(period.endsOn);
  return isWhole ? period.startsOn.day : period.endsOn.day;
}

/** One run over subscriptions as they stand, which leaves them as they stand after it. Answers how many periods it charged. */
function run(books: Map<string, Term>, today: Temporal.PlainDate, leadDays: number): number {
  const { dues } = billEach([...books], ([, term]) => dueOrReason(term, billingWith(leadDays), today, mostParts));
  for (const { subscription, due } of dues) books.set(subscription[0], due.term);
  return dues.reduce((sum, { due }) => sum + servicesOf(due).length, 0);
}

/** The plan of a subscription. Its anchor is the day it started, unless another is given. */
export function planOf(given: Given, startName = 'start'): PeriodPlan {
  const startsOn = given.day(startName);
  return { startsOn, ...anchored(given, startsOn) };
}

function anchored(given: Given, startsOn: Temporal.PlainDate): Pick<PeriodPlan, 'anchorDay' | 'interval'> {
  return { anchorDay: given.countOr('anchorDay', startsOn.day), interval: given.interval() };
}

function runningDays(given: Given, nextStartsOn: Temporal.PlainDate): number {
  const startsOn = given.findDay(given.named('currentPeriodStart', 'currentPeriodFirstDay'));
  if (startsOn) return daysBetween(startsOn, nextStartsOn);
  if (!given.has('interval')) return Number.POSITIVE_INFINITY;
  return daysBetween(alignedBoundary({ startsOn: nextStartsOn, ...anchored(given, nextStartsOn) }, -1), nextStartsOn);
}

function invoicesDue(given: Given): unknown {
  const today = given.day(given.named('runOnLocal', 'runOn', 'today', 'todayLocal'));
  const leadDays = given.countOr('leadDays', defaultInvoiceTerms.leadDays);
  const invoices = given.each('subscriptions').flatMap((subscription) => {
    if (refusalOf(subscription, given) !== undefined) return [];
    const billedThrough = subscription.day('lastDay').add({ days: 1 });
    const interval = (subscription.has('interval') ? subscription : given).interval();
    const plan = { startsOn: billedThrough, anchorDay: subscription.countOr('anchorDay', billedThrough.day), interval };
    const { startsOn } = alignedPeriodOn(plan, lastDayOf({ startsOn: billedThrough, endsOn: billedThrough }));
    const term = termIn({ ...plan, startsOn }, { billedThrough, off: suspensionsIn(subscription) });
    const id = subscription.fields.id;
    return servicesOf(chargesDue(term, billingWith(leadDays), today, mostParts)).map(({ part: { period }, dueOn }) => ({
      id,
      subscription: id,
      subscriptionId: id,
      period,
      issueOn: today,
      dueOn,
    }));
  });
  const ids = invoices.map(({ id }) => id);
  return {
    invoices: new Alternatives(invoices, invoices.length, ids),
    due: ids,
    dueIds: ids,
    invoiced: ids,
    count: invoices.length,
  };
}

/** Ranges of days, or one that is over, by its first day and the one on which service returned. */
function suspensionsIn(subscription: Given): DateRange[] {
  if (subscription.has('suspensions')) return subscription.ranges('suspensions');
  const from = subscription.findDay(subscription.named('suspendedOn', 'suspendedFrom'));
  const until = subscription.findDay(subscription.named('reactivatedOn', 'resumedOn', 'returnedOn'));
  return from && until ? [{ startsOn: from, endsOn: until }] : [];
}

function invoicedNow(given: Given): unknown {
  const refusal = refusalOf(given, given);
  return { invoiced: refusal === undefined, reason: refusal };
}

function refusalOf(subscription: Given, given: Given): string | undefined {
  const policy = given.has('policy') ? given.within('policy') : new Given({});
  const status = wordFor<SubscriptionStatus>(subscription.textOr('status', 'active'), [
    [/^active$/, 'active'],
    [/^suspended$/, 'suspended'],
    [/^pending$/, 'pending'],
    [/^cancell?ed$/, 'cancelled'],
  ]);
  return refusalToBill(
    {
      status,
      openRecurringCount: subscription.countOr('openRecurringInvoices', 0),
      isOnVacation: subscription.textOr('suspendReason', '') === 'vacation',
    },
    {
      billWhileSuspended: policy.flag('billWhileSuspended'),
      maxUnpaidRecurring: policy.countOr('maxUnpaidRecurring', defaultSuspendedBilling.maxUnpaidRecurring),
    },
  );
}
