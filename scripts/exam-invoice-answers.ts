// What is charged: proration, plans, first invoices, discounts, taxes, credit notes, late fees, numbers and states.
import { type CancelPolicy, outcomeOfCancellation } from '../packages/server/src/billing/rules/cancellation-rules.ts';
import { amountOfLine } from '../packages/server/src/billing/rules/compose-invoice-rules.ts';
import {
  refusalOfCreditNote,
  splitOfCredit,
  taxesOfCreditNote,
} from '../packages/server/src/billing/rules/credit-note-rules.ts';
import { type Discount, discountOf, discountsOfLines } from '../packages/server/src/billing/rules/discount-rules.ts';
import { defaultInvoiceTerms } from '../packages/server/src/billing/rules/invoice-schedule-rules.ts';
import {
  hasNumber,
  type InvoiceEvent,
  refusalToDelete,
  type StoredStatus,
  shownStatus,
  transitionOfInvoice,
} from '../packages/server/src/billing/rules/invoice-state-rules.ts';
import { type LateFee, lateFeeOf } from '../packages/server/src/billing/rules/late-fee-rules.ts';
import {
  counterAfterSwitch,
  numberDocuments,
  numbersOfBlock,
  refusalOfScheme,
  yearOfSeries,
} from '../packages/server/src/billing/rules/number-rules.ts';
import {
  type ChangePolicy,
  chargedWhole,
  linesOfChanges,
  outcomeOfPlanChange,
  versionOfPeriod,
} from '../packages/server/src/billing/rules/plan-change-rules.ts';
import { type ProrationLine, partOf, proratedAmount } from '../packages/server/src/billing/rules/proration-rules.ts';
import { type StubPolicy, upcomingCharges } from '../packages/server/src/billing/rules/subscription-rules.ts';
import {
  defaultTaxPolicy,
  type TaxGroup,
  type TaxLevel,
  type TaxMode,
  type TaxPolicy,
  taxesOf,
} from '../packages/server/src/billing/rules/tax-rules.ts';
import { type DateRange, laterOf, localDate } from '../packages/server/src/platform/dates.ts';
import {
  formatMoney,
  largerOf,
  parseMoney,
  smallerOf,
  splitByWeights,
  sumMinor,
} from '../packages/server/src/platform/money.ts';
import { Alternatives } from './exam-compare.ts';
import type { Answer, Given } from './exam-given.ts';
import { planOf } from './exam-period-answers.ts';
import { billingWith, termIn } from './exam-terms.ts';
import { accepted, roundingOf, wordFor } from './exam-words.ts';

export const invoiceAnswers: Record<string, Answer> = {
  'proration.amount': (given) => {
    const segment = given.range('segment');
    const dayCount = given.textOr('method', 'actual') === 'fixed30' ? 'fixed30' : 'actual';
    const part = partOf(segment, given.has('period') ? given.range('period') : monthFrom(segment), dayCount);
    return { amountMinor: proratedAmount(given.minor('priceMinor'), part, roundingOf(given)), ...part };
  },

  'proration.change': (given) => {
    const period = given.range('period');
    const oldPriceMinor = given.minor('oldPriceMinor');
    const amountMinor = given.minorOr(
      given.namesLike(/(charged|billed|invoiced).*Minor$/i)[0] ?? 'chargedMinor',
      oldPriceMinor,
    );
    const change = {
      oldPriceMinor,
      newPriceMinor: given.minor('newPriceMinor'),
      period,
      requestedOn: given.day('effectiveOn'),
      // Both amounts are asked for, also where they are alike.
      isTaxedOtherwise: true,
      charged: [{ range: period, amountMinor, whole: period, priceMinor: oldPriceMinor }],
    };
    return changeAnswer(outcomeOfPlanChange(change, 'immediate').linesNow);
  },

  'proration.changes': (given) => {
    const changes = given.each('changes').map((change) => ({
      on: change.day('on'),
      toPriceMinor: change.minor('toMinor'),
    }));
    const charged = chargedWhole(given.range('period'), given.minor('priceMinor'));
    return changeAnswer(linesOfChanges([charged], changes));
  },

  'plan.change': (given) => {
    const policy = wordFor<ChangePolicy>(given.textOr('policy', 'downgrade_at_period_end'), [
      [/^downgrade_(now|immediate)/, 'immediate'],
      [/^downgrade|^default|^upgrade.*downgrade/, 'by_direction'],
      [/immediate|now|prorat/, 'immediate'],
      [/period_end|end_of_period|next_period/, 'period_end'],
    ]);
    const { effectiveOn, linesNow, nextPriceMinor } = outcomeOfPlanChange(
      {
        oldPriceMinor: given.minor('oldPriceMinor'),
        newPriceMinor: given.minor('newPriceMinor'),
        period: given.range('period'),
        requestedOn: given.day('requestedOn'),
      },
      policy,
    );
    const { lines, ...sums } = changeAnswer(linesNow);
    return { effectiveOn, linesNow: lines, nextPeriodPriceMinor: nextPriceMinor, ...sums };
  },

  'plan.priceVersion': (given) => {
    const versions = given.each('planVersions').map((version) => ({
      version: version.count(version.named('v', 'version')),
      priceMinor: version.minor('priceMinor'),
      validFrom: version.day('validFrom'),
    }));
    const { startsOn, endsOn } = given.range('period');
    // What is invoiced ahead stays as it was invoiced.
    const isInvoiced = given.flag(given.namesLike(/next.*(invoiced|issued)$/i)[0] ?? 'nextPeriodInvoiced');
    return {
      amountMinor: versionOfPeriod(versions, startsOn)?.priceMinor,
      nextPeriodAmountMinor: versionOfPeriod(versions, isInvoiced ? startsOn : endsOn)?.priceMinor,
    };
  },

  'subscription.cancel': (given) => {
    const policy = wordFor<CancelPolicy>(given.textOr('policy', 'end_of_period'), [
      [/end/, 'end_of_period'],
      [/^immediate(ly)?$|immediate.*with_credit/, 'immediate_with_credit'],
    ]);
    const isNextIssued = given.has('issuedNextInvoicePaid') || given.flag('nextInvoiceIssued');
    const priceMinor = given.minor('priceMinor');
    const paidMinor = given.flag('issuedNextInvoicePaid') ? priceMinor : 0n;
    const period = given.range('period');
    const periods = isNextIssued ? [period, periodAfter(period)] : [period];
    const charged = periods.map((charges) => chargedWhole(charges, priceMinor));
    const { endsOn, creditMinor, credits } = outcomeOfCancellation(
      { period, requestedOn: given.day('requestedOn'), charged },
      policy,
    );
    const next = credits.find(({ range }) => range.startsOn.equals(period.endsOn));
    const split = next && splitOfCredit({ totalMinor: priceMinor, paidMinor }, next.creditMinor);
    return {
      endsOn,
      // A line of -5.00 is a credit of 5.00.
      creditMinor: new Alternatives(-creditMinor, creditMinor),
      furtherInvoices: 0,
      nextInvoice: next?.creditMinor === priceMinor ? 'credited_in_full' : null,
      nextInvoiceCreditMinor: next?.creditMinor,
      customerCreditMinor: split?.returnableMinor,
    };
  },

  'invoice.first': (given) => {
    const stubPolicy = wordFor<StubPolicy>(given.textOr('stubPolicy', 'separate'), [
      [/with_next|together/, 'with_next_period'],
      [/separate|alone|own/, 'separate'],
    ]);
    const term = termIn(planOf(given, 'activatedOn'), {
      priceMinor: given.minor('priceMinor'),
      setupFeeMinor: given.minorOr(given.named('setupFeeMinor', 'setupMinor'), 0n),
    });
    const billing = billingWith(given.countOr('leadDays', defaultInvoiceTerms.leadDays), stubPolicy);
    const [first, ...others] = upcomingCharges(term, billing, 2);
    // What the day of the first one gives rise to.
    const sameDay = others.filter(({ issueOn }) => first && issueOn.equals(first.issueOn));
    const invoices = [...(first ? [first] : []), ...sameDay].map(({ part, issueOn, lines }) => {
      const said = lines.map((line) => lineAnswer(line.kind, rangeOf(line), amountOfLine(line)));
      const totalMinor = sumMinor(lines.map(amountOfLine));
      // The fee for setting up stands first or last.
      const isSetUp = lines[0]?.kind === 'setup';
      const ordered = isSetUp ? new Alternatives(said, [...said.slice(1), said[0]]) : said;
      return { issueOn, lines: ordered, totalMinor, period: part.period, minor: totalMinor };
    });
    return { ...invoices[0], invoices: new Alternatives(invoices, invoices.length) };
  },

  'discount.apply': (given) => discountAnswer(given),

  'tax.compute': (given) => {
    const policy = taxPolicyOf(given);
    const lines = given.each('lines').map((line) => ({
      amountMinor: line.minor(policy.mode === 'inclusive' ? line.named('grossMinor', 'netMinor') : 'netMinor'),
      rateBp: line.flag('exempt') ? 0 : line.countOr('rateBp', 0),
    }));
    return taxesOf(lines, policy);
  },

  'creditnote.tax': (given) => {
    const invoice = given.within('invoice');
    const policy = { ...taxPolicyOf(given), level: taxPolicyOf(invoice.has('level') ? invoice : given).level };
    const rateBp = invoice.count('rateBp');
    const netMinor = sumMinor(invoice.minors('linesNet'));
    const issued: TaxGroup = {
      rateBp,
      netMinor,
      taxMinor: invoice.minor('taxMinor'),
      totalMinor: invoice.minor('totalMinor'),
    };
    const earlier: TaxGroup[] = [];
    const notes = given.minorLists('creditNotesInOrder').map((amounts) => {
      const lines = amounts.map((amountMinor) => ({ amountMinor, rateBp }));
      const note = taxesOfCreditNote([issued], earlier, lines, policy);
      if (!note.ok) return undefined;
      earlier.push(...note.groups);
      return note.totals;
    });
    if (notes.some((note) => note === undefined)) return accepted('exceeds_invoice');
    return {
      creditNoteTotals: notes.map((note) => note?.totalMinor),
      creditNoteTaxes: notes.map((note) => note?.taxMinor),
    };
  },

  'creditnote.create': (given) => (given.has('onTermination') ? terminationAnswer(given) : creditNoteAnswer(given)),

  'money.parse': (given) => {
    const parsed = parseMoney(given.text('text'), given.text('currency'));
    return parsed.ok ? { minor: parsed.minor } : { ...accepted(parsed.reason) };
  },

  'money.format': (given) => ({ text: formatMoney(given.minor('minor'), given.text('currency')) }),

  'money.split': (given) => ({ parts: splitByWeights(given.minor('totalMinor'), given.minors('weights')) }),

  'latefee.compute': (given) => {
    const today = given.dayOrNow('today');
    const invoice = {
      dueOn: given.day('dueOn'),
      balanceMinor: given.minor('invoiceBalanceMinor'),
      feesInBalanceMinor: feesInBalance(given),
      chargedMinor: given.minorOr(given.named('feesChargedMinor', 'feesAlreadyChargedMinor'), 0n),
      isCharged: given.flag(given.named('feeAlreadyCharged', 'alreadyCharged')),
    };
    return {
      feeMinor: lateFeeOf(invoice, today, {
        fee: lateFeeIn(given),
        graceDays: given.countOr('feeGraceDays', 0),
        toleranceMinor: given.minorOr(given.named('overdueToleranceMinor', 'toleranceMinor'), 0n),
        maxMinor: given.findMinor(given.namesLike(/max|cap/i)[0] ?? 'maxMinor'),
        rounding: roundingOf(given),
      }),
    };
  },

  'invoice.transition': (given) => {
    const event = given.text('event');
    const totalMinor = /zero/.test(event) ? 0n : given.findMinor('totalMinor');
    const transition = transitionOfInvoice(statusIn(given.text('from')), eventIn(event), totalMinor);
    if (!transition) return accepted('illegal_transition');
    const isNumbered = hasNumber(transition.to);
    return {
      to: transition.to,
      ledger: transition.journal,
      numberAssigned: isNumbered,
      numberKept: isNumbered,
    };
  },

  'invoice.delete': (given) => accepted(refusalToDelete(statusIn(given.text('status')))),

  'invoice.edit': (given) =>
    accepted(transitionOfInvoice(statusIn(given.text('status')), 'edit') ? undefined : 'invoice_immutable'),

  'invoice.view': (given) => {
    const totalMinor = given.minor('totalMinor');
    const invoice = {
      status: statusIn(given.text('status')),
      totalMinor,
      settledMinor: given.findMinor('settledMinor') ?? totalMinor - given.minorOr('balanceMinor', totalMinor),
      dueOn: given.day('dueOn'),
    };
    const toleranceMinor = given.minorOr(given.named('overdueToleranceMinor', 'toleranceMinor'), 0n);
    return { display: shownStatus(invoice, given.dayOrNow('today'), toleranceMinor) };
  },

  'invoice.number': (given) => {
    if (given.has('format')) {
      const scheme = { format: given.text('format'), restartsYearly: given.flag('resetYearly') };
      const refusal = refusalOfScheme(scheme);
      if (refusal) return accepted(refusal);
      const days = issueDays(given);
      // Where a counter stands is said of the series that comes first.
      const counters = days.slice(0, 1).map((day) => [yearOfSeries(scheme, day), given.minorOr('last', 0n)] as const);
      const numbers = numberDocuments(scheme, days, new Map(counters)).map(({ text }) => text);
      return { numbers, number: numbers[0] };
    }
    if (given.has('switchTo')) {
      const counter = counterAfterSwitch(given.minor('alreadyIssued'));
      return { sequence: numbersOfBlock(counter, given.size('newInvoices')) };
    }
    const transactions = given.has('transactions')
      ? given.each('transactions').map((transaction) => ({
          isCommitted: transaction.flag('commit'),
          count: transaction.size(transaction.named('count', 'invoices', 'size', 'block', 'batchSize'), 1),
        }))
      : [{ isCommitted: true, count: given.size(given.namesLike(drawnAtOnce)[0] ?? 'newInvoices') }];
    // The counter is a row: a rollback takes it back, and the next one draws the same numbers.
    let counter = given.minorOr('last', 0n);
    const numbers = transactions.flatMap(({ isCommitted, count }) => {
      const drawn = numbersOfBlock(counter, count);
      counter = isCommitted ? (drawn.at(-1) ?? counter) : counter;
      return isCommitted ? drawn : [];
    });
    return { numbers };
  },
};

/** How many numbers are drawn: "newInvoices", "batchSize", "parallelTransactions"; who draws at the same time draws in turn. */
const drawnAtOnce = /^(newInvoices|invoices|count|batch|block|parallel|simultaneous|concurrent)/;

function rangeOf({ startsOn, endsOn }: Partial<DateRange>): DateRange | undefined {
  return startsOn && endsOn ? { startsOn, endsOn } : undefined;
}

/** Where a case names no period, the month that begins with its days. */
function monthFrom({ startsOn, endsOn }: DateRange): DateRange {
  return { startsOn, endsOn: laterOf(startsOn.add({ months: 1 }), endsOn) };
}

/** A period as long as another, after it. */
function periodAfter({ startsOn, endsOn }: DateRange): DateRange {
  return { startsOn: endsOn, endsOn: endsOn.add(startsOn.until(endsOn, { largestUnit: 'month' })) };
}

/** A line with its days, or its amount alone. */
function lineAnswer(kind: string, period: DateRange | undefined, amountMinor: bigint): Alternatives {
  const [from, to] = [period?.startsOn, period?.endsOn];
  const shortKind = new Alternatives(kind, kind.replace('proration_', ''));
  return new Alternatives({ kind: shortKind, period, from, to, minor: amountMinor, amountMinor }, amountMinor);
}

function changeAnswer(lines: readonly ProrationLine[]) {
  const sumOf = (some: readonly ProrationLine[]) => sumMinor(some.map(({ amountMinor }) => amountMinor));
  const sumOfKind = (kind: ProrationLine['kind']) => sumOf(lines.filter((line) => line.kind === kind));
  return {
    lines: lines.map(({ kind, range, amountMinor }) => lineAnswer(kind, range, amountMinor)),
    creditMinor: sumOfKind('proration_credit'),
    chargeMinor: sumOfKind('proration_charge'),
    netMinor: sumOf(lines),
  };
}

function taxPolicyOf(given: Given): TaxPolicy {
  return {
    mode: wordFor<TaxMode>(given.textOr('mode', defaultTaxPolicy.mode), [
      [/^(exclusive|net)$/, 'exclusive'],
      [/^(inclusive|gross)$/, 'inclusive'],
    ]),
    level: wordFor<TaxLevel>(given.textOr('level', defaultTaxPolicy.level), [
      [/line/, 'line'],
      [/group|rate|document|invoice/, 'rate_group'],
    ]),
    rounding: roundingOf(given),
  };
}

const fixedDiscount = /^(fixed|amount|flat|discount|coupon)(Off|Fixed|Discount|Amount)?(Minor)?$/;

function discountAnswer(given: Given): unknown {
  const taxed = given.each('lines').map((line) => ({ netMinor: line.minor('netMinor'), rateBp: line.count('rateBp') }));
  const lines = given.has('lines') ? taxed.map(({ netMinor }) => netMinor) : given.amounts('linesMinor', 'priceMinor');
  const discounts: Discount[] = [];
  if (given.has('percentBp')) discounts.push({ kind: 'percent', basisPoints: given.count('percentBp') });
  const [fixedName] = given.namesLike(fixedDiscount);
  const fixedMinor = fixedName === undefined ? undefined : given.minor(fixedName);
  if (fixedMinor !== undefined) discounts.push({ kind: 'fixed', amountMinor: fixedMinor });
  const ofLines = lines.map((amountMinor, index) => {
    const coupon = given.findMinor(`couponOnLine${index + 1}Minor`);
    return amountMinor - (coupon ? discountOf(amountMinor, { kind: 'fixed', amountMinor: coupon }) : 0n);
  });
  const nets = discounts.reduce<bigint[]>((amounts, discount) => {
    const off = discountsOfLines(amounts, discount, roundingOf(given));
    return amounts.map((amountMinor, index) => amountMinor - off[index]!);
  }, ofLines);
  const rateBp = given.countOr('taxBp', 0);
  const taxes = taxesOf(
    nets.map((amountMinor, index) => ({ amountMinor, rateBp: taxed[index]?.rateBp ?? rateBp })),
    taxPolicyOf(given),
  );
  return { ...taxes, discountMinor: sumMinor(lines) - sumMinor(nets), linesNetMinor: nets };
}

function creditNoteAnswer(given: Given): unknown {
  const invoice = given.within('invoice');
  const totalMinor = invoice.minor('totalMinor');
  const paidMinor = sumMinor([invoice, given].flatMap((one) => one.minors('paidMinor')));
  let creditedMinor = sumMinor([
    ...given.minors(given.named('alreadyCreditedMinor', 'creditedMinor', 'existingCreditNotes')),
    ...invoice.minors('creditedMinor'),
  ]);
  let back = { cancelledMinor: 0n, returnableMinor: 0n };
  for (const amountMinor of given.amounts('creditNoteMinor', 'creditNotesMinor', 'creditNotesInOrder')) {
    const refusal = refusalOfCreditNote({ totalMinor, creditedMinor }, amountMinor);
    if (refusal) return accepted(refusal);
    back = splitOfCredit({ totalMinor: totalMinor - creditedMinor, paidMinor }, amountMinor);
    creditedMinor += amountMinor;
  }
  return {
    accepted: true,
    invoiceBalanceMinor: largerOf(0n, totalMinor - creditedMinor - paidMinor),
    refundableMinor: back.returnableMinor,
    cancelledMinor: back.cancelledMinor,
  };
}

/** A cancellation at once, its unused days credited with their tax; what of that was paid is given back or stays as credit. */
function terminationAnswer(given: Given): unknown {
  const onTermination = wordFor<'refund' | 'credit' | 'none'>(given.text('onTermination'), [
    [/^refund$/, 'refund'],
    [/^credit$|^offset$/, 'credit'],
    [/^(skip|none|nothing)$/, 'none'],
  ]);
  if (onTermination === 'none') return { creditNoteMinor: 0n, refundMinor: 0n, creditMinor: 0n };
  const policy = taxPolicyOf(given);
  const [amountMinor, rateBp] = [given.minor('planMinor'), given.countOr('taxBp', 0)];
  const startsOn = Temporal.PlainDate.from('2026-01-01');
  const period = { startsOn, endsOn: startsOn.add({ days: given.count('periodDays') }) };
  const { creditMinor: unusedMinor } = outcomeOfCancellation(
    {
      period,
      requestedOn: startsOn.add({ days: given.count('usedDays') }),
      charged: [{ range: period, amountMinor, whole: period, priceMinor: amountMinor }],
    },
    'immediate_with_credit',
  );
  const { groups } = taxesOf([{ amountMinor, rateBp }], policy);
  const note = taxesOfCreditNote(groups, [], [{ amountMinor: unusedMinor, rateBp }], policy);
  if (!note.ok) return accepted(note.reason);
  const totalMinor = given.minor('invoiceTotalMinor');
  const creditNoteMinor = smallerOf(note.totals.totalMinor, totalMinor);
  const split = splitOfCredit({ totalMinor, paidMinor: given.minor('paidMinor') }, creditNoteMinor);
  const refundMinor = onTermination === 'refund' ? split.returnableMinor : 0n;
  return { creditNoteMinor, refundMinor, creditMinor: creditNoteMinor - refundMinor };
}

/** Of the open balance: "earlierFeesMinor", "lateFeeInBalanceMinor" and the like. */
function feesInBalance(given: Given): bigint {
  const names = given.namesLike(/fees|.fee.*Minor$/i).filter((name) => !/charged|max|cap/i.test(name));
  return sumMinor(names.flatMap((name) => given.minors(name)));
}

/** Days of issue, or instants whose day in the operator's zone is the day of issue: one or several. */
function issueDays(given: Given): Temporal.PlainDate[] {
  const name = given.namesLike(/^issuedAt/)[0];
  if (name === undefined) return given.days('issuedOn');
  return given.instants(name).map((instant) => localDate(instant, given.textOr('tz', 'UTC')));
}

function lateFeeIn(given: Given): LateFee {
  const amountMinor = given.minorOr('feeMinor', 0n);
  const basisPoints = given.countOr('rateBp', 0);
  return wordFor<LateFee>(given.text('type'), [
    [/^flat/, { kind: 'flat', amountMinor }],
    [/^daily_(percent|bp|rate)/, { kind: 'daily_percent', basisPoints }],
    [/^percent/, { kind: 'percent', basisPoints }],
    [/^daily/, { kind: 'daily_flat', amountMinor }],
  ]);
}

function statusIn(word: string): StoredStatus {
  return wordFor<StoredStatus>(word, [
    [/^draft$/, 'draft'],
    [/^(open|issued)$/, 'open'],
    [/^paid$/, 'paid'],
    [/^void(ed)?$/, 'void'],
    [/^uncollectible$/, 'uncollectible'],
  ]);
}

function eventIn(word: string): InvoiceEvent {
  return wordFor<InvoiceEvent>(word, [
    [/^delete/, 'delete'],
    [/^(edit|update|change)/, 'edit'],
    [/^(issue|finali[sz]e|open|send)/, 'issue'],
    [/^refund|^chargeback|revers/, 'refund'],
    [/(part|some).*pay|pay.*(part|some)/, 'pay_partly'],
    [/^(pay|paid|mark_paid|full_payment)/, 'pay_full'],
    [/^void/, 'void'],
    [/uncollectible|^write_?off/, 'write_off'],
    [/^credit/, 'credit_in_full'],
  ]);
}
