// What is paid, what happens when it is not, and prepaid money.
import { accountBalance } from '../packages/server/src/billing/rules/credit-rules.ts';
import { defaultInvoiceTerms } from '../packages/server/src/billing/rules/invoice-schedule-rules.ts';
import { statusOfSettlement } from '../packages/server/src/billing/rules/invoice-state-rules.ts';
import { doesSuspend, isOverdue } from '../packages/server/src/billing/rules/overdue-rules.ts';
import {
  type Allocated,
  allocateOldestFirst,
  allocateTo,
  type OpenInvoice,
  receiptOfRequest,
  refusalOfPayment,
} from '../packages/server/src/billing/rules/payment-rules.ts';
import { continueService, restartService } from '../packages/server/src/billing/rules/reactivation-rules.ts';
import {
  outcomeOfRefund,
  type RefundOutcome,
  refusalOfRefund,
} from '../packages/server/src/billing/rules/refund-rules.ts';
import {
  type SubscriptionEvent,
  type SubscriptionStatus,
  type SuspendReason,
  type SuspendScope,
  transitionOfSubscription,
} from '../packages/server/src/billing/rules/suspension-rules.ts';
import { burntAfter, daysOfService, useWallets } from '../packages/server/src/billing/rules/wallet-rules.ts';
import { daysBetween } from '../packages/server/src/platform/dates.ts';
import { absolute, sumMinor } from '../packages/server/src/platform/money.ts';
import { Alternatives, lineOf } from './exam-compare.ts';
import type { Answer, Given, Json, JsonObject } from './exam-given.ts';
import { accepted, wordFor } from './exam-words.ts';

export const paymentAnswers: Record<string, Answer> = {
  'payment.allocate': (given) => allocationAnswer(given),

  'account.balance': (given) => ({
    balanceMinor: accountBalance({
      chargesMinor: [...given.minors('invoiceLines'), ...given.minors('invoices')],
      paymentsMinor: [...given.minors('payments'), ...given.minors('credits')],
      // What goes the other way is written with a minus sign or without.
      creditNotesMinor: [...given.minors('creditNotes'), ...given.minors('adjustments')].map(absolute),
      refundsMinor: [...given.minors('refunds'), ...given.minors('chargebacks')].map(absolute),
    }),
  }),

  'refund.create': (given) => {
    const [refunds, invoice] = [given.amounts('refundMinor', 'refundsMinor', 'refundsInOrder'), paidInvoiceIn(given)];
    // Each on what those before it left.
    const [earlier, last] = [refunds.slice(0, -1), refunds.at(-1) ?? 0n];
    const hasNote = given.flag('withCreditNote');
    const before = { ...invoice, refundedMinor: invoice.refundedMinor + sumMinor(earlier) };
    const refusal = refusalOfRefund(before, last);
    if (refusal) return accepted(refusal);
    const creditedMinor = hasNote ? sumMinor(earlier) : 0n;
    return refundAnswer(outcomeOfRefund({ ...before, creditedMinor }, last, hasNote));
  },

  'chargeback.create': (given) => chargebackAnswer(given),
  'chargeback.record': (given) => chargebackAnswer(given),
  'payment.chargeback': (given) => chargebackAnswer(given),

  'credit.autoApply': (given) => {
    const creditMinor = given.minorOr('creditMinor', 0n);
    const invoiceMinor = given.minor(given.named('newInvoiceMinor', 'openInvoiceMinor'));
    const {
      settledMinor: appliedMinor,
      balancesMinor,
      leftMinor: creditLeftMinor,
    } = paidBy(creditMinor, [invoiceMinor]);
    const [balanceMinor] = balancesMinor;
    return {
      appliedMinor,
      creditLeftMinor,
      invoiceBalanceMinor: balanceMinor,
      invoiceStatus: statusAnswer(statusOfSettlement(invoiceMinor, appliedMinor)),
      amountDueMinor: balanceMinor,
      statementBalanceMinor: accountBalance({ chargesMinor: [invoiceMinor], paymentsMinor: [creditMinor] }),
    };
  },

  'payment.record': (given) => {
    const requests = given.each('requests');
    // What a provider tells has its number there for a key.
    const keyNames = requests.some((one) => one.has('idempotencyKey'))
      ? ['idempotencyKey']
      : ['provider', 'providerRef'];
    const receipts = receiptsOf(requests, keyNames, ({ fields }) => fields);
    const responses = receipts.map((receipt) => (receipt === 'idempotency_key_reuse' ? `error:${receipt}` : receipt));
    return { payments: countRecorded(receipts), firstResponse: responses[0], secondResponse: responses[1], responses };
  },

  'webhook.payment': (given) => {
    // When and how often it was told is no part of what was told.
    const receipts = receiptsOf(given.each('deliveries'), ['provider', 'providerRef'], ({ fields }) => {
      const { minor, amountMinor = minor, currency, payer, reference, invoice } = fields;
      return { amountMinor, currency, payer, reference, invoice } as JsonObject;
    });
    const responses = receipts.map((receipt) => (receipt === 'idempotency_key_reuse' ? 409 : 200));
    return { payments: countRecorded(receipts), responses };
  },

  'invoice.settle': (given) => {
    const totalMinor = given.minor('invoiceTotalMinor');
    const paidMinor = sumMinor(given.minors(given.named('paymentMinor', 'paymentsMinor', 'payments')));
    const { settledMinor: appliedMinor, balancesMinor, leftMinor: creditLeftMinor } = paidBy(paidMinor, [totalMinor]);
    const balanceMinor = sumMinor(balancesMinor);
    const yesterday = Temporal.PlainDate.from('2026-01-01');
    return {
      invoiceStatus: statusAnswer(statusOfSettlement(totalMinor, appliedMinor)),
      balanceMinor,
      creditMinor: creditLeftMinor,
      // Once its due date has passed.
      suspend: doesSuspend({ status: 'open', dueOn: yesterday, balanceMinor }, yesterday.add({ days: 1 }), {
        graceDays: 0,
        toleranceMinor: toleranceOf(given),
      }),
    };
  },

  'invoice.overdue': (given) => {
    const today = given.dayOrNow('today');
    const invoice = {
      status: given.textOr('status', 'open'),
      dueOn: given.day('dueOn'),
      balanceMinor: given.findMinor('balanceMinor') ?? given.minor('totalMinor') - given.minorOr('settledMinor', 0n),
      holdUntil: given.findDay(given.named('suspendHoldUntil', 'holdUntil')),
    };
    const policy = { graceDays: given.countOr('graceDays', 0), toleranceMinor: toleranceOf(given) };
    return {
      overdue: isOverdue(invoice, today, policy.toleranceMinor),
      suspend: doesSuspend(invoice, today, policy),
    };
  },

  'subscription.transition': (given) => {
    const transition = transitionOfSubscription(
      {
        status: subscriptionStatusIn(given.text('from')),
        reason: given.has('suspendReason') ? reasonIn(given.text('suspendReason')) : undefined,
      },
      subscriptionEventIn(given.text('event')),
      given.textOr('suspendScope', 'subscription') as SuspendScope,
    );
    if (!transition) return accepted('illegal_transition');
    const { status, reason, command } = transition;
    return {
      to: status,
      reason: reason === 'staff' ? 'manual' : reason,
      networkCommand: command,
      // A command is queued, and stays so for as long as the router has not confirmed it (R-SUS-3).
      networkState: command ? 'pending_until_router_confirms' : 'confirmed',
    };
  },

  'subscription.reactivate': (given) => {
    const leadDays = given.countOr('leadDays', defaultInvoiceTerms.leadDays);
    const back =
      given.textOr('policy', 'continue') === 'restart' ? restarted(given, leadDays) : continued(given, leadDays);
    const { nextIssueOn, ...rest } = back;
    return { ...rest, nextInvoiceIssueOn: nextIssueOn };
  },

  'wallet.dailyBurn': (given) => {
    const [priceMinor, monthDays] = [given.minor('planMinor'), given.count('monthDays')];
    return {
      dailyMinor: burntAfter(1, priceMinor, monthDays),
      daysOfService: daysOfService(given.minorOr('walletMinor', 0n), priceMinor, monthDays),
      monthTotalMinor: burntAfter(monthDays, priceMinor, monthDays),
    };
  },

  'wallet.prepay': (given) => {
    const invoices = [given.minor('invoiceMinor'), ...given.minors('futureInvoicesMinor')];
    const { balancesMinor, leftMinor } = paidBy(given.minor('paymentMinor'), invoices);
    const firstUnpaid = balancesMinor.findIndex((balanceMinor) => balanceMinor > 0n);
    return {
      invoicesSettledAtIssue: balancesMinor.slice(1).filter((balanceMinor) => balanceMinor === 0n).length,
      firstUnpaidIndex: firstUnpaid < 0 ? undefined : firstUnpaid,
      creditLeftMinor: leftMinor,
    };
  },

  'wallet.apply': (given) => {
    const wallets = given.each('wallets').map((wallet) => ({
      name: wallet.text('name'),
      priority: wallet.countOr('priority', 50),
      balanceMinor: wallet.minor('minor'),
    }));
    const { uses, balanceMinor } = useWallets(wallets, given.minor('invoiceMinor'));
    const used = uses.map(({ wallet, usedMinor, leftMinor }) => ({
      name: wallet.name,
      minor: usedMinor,
      amountMinor: usedMinor,
      walletAfterMinor: leftMinor,
    }));
    return {
      usedWallet: used[0]?.name,
      walletAfterMinor: used[0]?.walletAfterMinor,
      used,
      usedWallets: new Alternatives(
        used.map(({ name }) => name),
        used,
      ),
      invoiceBalanceMinor: balanceMinor,
      remainingMinor: balanceMinor,
    };
  },
};

/** Money for invoices that fall due one after the other, as the oldest come first. */
function paidBy(amountMinor: bigint, invoicesMinor: readonly bigint[]) {
  const firstDay = Temporal.PlainDate.from('2026-01-01');
  const invoices = invoicesMinor.map((balanceMinor, index) => {
    const day = firstDay.add({ days: index });
    return { no: BigInt(index), issuedOn: day, dueOn: day, balanceMinor };
  });
  const allocated = allocateOldestFirst(amountMinor, invoices);
  const balancesMinor = invoices.map((invoice) => invoice.balanceMinor - allocatedTo(invoice, allocated));
  return { settledMinor: amountMinor - allocated.unappliedMinor, balancesMinor, leftMinor: allocated.unappliedMinor };
}

function paidInvoiceIn(given: Given) {
  const paidMinor = given.minor('paymentMinor');
  return {
    totalMinor: given.minorOr('invoiceTotalMinor', paidMinor),
    paidMinor,
    refundedMinor: sumMinor(given.minorsLike(/^refunded|(already|previous|earlier).*refund/i)),
  };
}

function chargebackAnswer(given: Given): unknown {
  const invoice = paidInvoiceIn(given);
  const amountMinor = given.findMinor(given.named('chargebackMinor', 'amountMinor')) ?? invoice.paidMinor;
  const refusal = refusalOfRefund(invoice, amountMinor);
  if (refusal) return accepted(refusal);
  // Nobody here decided it: the debt is as old as it was.
  const dueOn = given.findDay(given.named('dueOn', 'originalDueOn', 'invoiceDueOn'));
  const outcome = outcomeOfRefund(invoice, amountMinor, false);
  const today = given.findDay(given.named('today', 'chargebackOn', 'on'));
  const owed = dueOn && { status: 'open', dueOn, balanceMinor: outcome.invoiceBalanceMinor };
  return { ...refundAnswer(outcome), dueOn, overdue: owed && today && isOverdue(owed, today) };
}

function refundAnswer({ status, ...outcome }: RefundOutcome) {
  return { accepted: true, ...outcome, invoiceStatus: statusAnswer(status) };
}

type Shown = ReturnType<typeof statusOfSettlement>;

/** An invoice that is partly paid is stored as open, and shown as partially paid. */
function statusAnswer(status: Shown): unknown {
  return status === 'partially_paid' ? new Alternatives(status, 'open') : status;
}

function toleranceOf(given: Given): bigint {
  return given.minorOr(given.named('overdueToleranceMinor', 'toleranceMinor'), 0n);
}

type ExamInvoice = OpenInvoice & { number: Json; totalMinor: bigint };

function openInvoicesIn(given: Given): ExamInvoice[] {
  return given.each('openInvoices').map((invoice) => {
    const lines = invoice.each('lines').map((line) => ({
      isFee: /fee/.test(line.textOr('kind', '')),
      minor: line.minor(line.named('balanceMinor', 'minor', 'amountMinor')),
    }));
    const sumOf = (some: typeof lines) => sumMinor(some.map(({ minor }) => minor));
    const balanceMinor = invoice.findMinor('balanceMinor') ?? sumOf(lines);
    const feesOfLines = sumOf(lines.filter(({ isFee }) => isFee));
    const isFee = /fee/.test(invoice.textOr('kind', '')) || invoice.flag(invoice.named('isLateFee', 'isFee'));
    const number = invoice.fields.number ?? null;
    return {
      number,
      // "INV-2026-000007" comes after "INV-2026-000006".
      no: typeof number === 'string' ? BigInt(/[0-9]*$/.exec(number)![0]) : invoice.minor('number'),
      issuedOn: invoice.findDay('issuedOn') ?? invoice.day('dueOn'),
      dueOn: invoice.day('dueOn'),
      balanceMinor,
      totalMinor: invoice.minorOr('totalMinor', balanceMinor),
      feesMinor: isFee
        ? balanceMinor
        : invoice.minorOr(invoice.named('feesMinor', 'feeMinor', 'lateFeeMinor'), feesOfLines),
    };
  });
}

function allocationAnswer(given: Given): unknown {
  const invoices = openInvoicesIn(given);
  const currencies = given.each('openInvoices').map((invoice) => invoice.textOr('currency', ''));
  if (given.has('invoiceCurrency')) currencies.push(given.text('invoiceCurrency'));
  const currency = given.textOr(given.named('currency', 'paymentCurrency'), '') || undefined;
  if (given.has('paymentsInOrder')) return paidInTurn(invoices, given.minors('paymentsInOrder'));
  const amountMinor = given.minor('paymentMinor');
  const refusal = refusalOfPayment(
    { amountMinor, currency },
    currencies.filter((code) => code !== ''),
  );
  if (refusal) return accepted(refusal);
  const target = given.fields.targetInvoice;
  const chosen = invoices.find(({ number }) => number === target);
  if (given.has('targetInvoice') && !chosen) return accepted('invoice_not_open');
  const allocated = chosen ? allocateTo(amountMinor, chosen) : allocateOldestFirst(amountMinor, invoices);
  return {
    accepted: true,
    allocations: allocated.allocations.map((part) => ({ number: part.invoice.number, amountMinor: part.amountMinor })),
    unappliedMinor: allocated.unappliedMinor,
  };
}

/** One payment after the other, each on what the one before left open. */
function paidInTurn(invoices: readonly ExamInvoice[], paymentsMinor: readonly bigint[]): unknown {
  const balancesAfterEach: bigint[] = [];
  const statusAfterEach: unknown[] = [];
  let open = [...invoices];
  let unappliedMinor = 0n;
  for (const paymentMinor of paymentsMinor) {
    const allocated = allocateOldestFirst(paymentMinor, open);
    unappliedMinor += allocated.unappliedMinor;
    open = open.map((invoice) => ({
      ...invoice,
      balanceMinor: invoice.balanceMinor - allocatedTo(invoice, allocated),
    }));
    const balanceMinor = sumMinor(open.map((invoice) => invoice.balanceMinor));
    const totalMinor = sumMinor(open.map((invoice) => invoice.totalMinor));
    balancesAfterEach.push(balanceMinor);
    statusAfterEach.push(statusAnswer(statusOfSettlement(totalMinor, totalMinor - balanceMinor)));
  }
  return { number: invoices[0]?.number, balancesAfterEach, statusAfterEach, unappliedMinor };
}

function allocatedTo<I extends OpenInvoice>(invoice: I, { allocations }: Allocated<I>): bigint {
  return sumMinor(allocations.filter((part) => part.invoice.no === invoice.no).map((part) => part.amountMinor));
}

type Receipt = ReturnType<typeof receiptOfRequest>;

/** What was recorded under a key is found again, as in the table. Two requests are the same when their contents are. */
function receiptsOf(
  requests: readonly Given[],
  keyNames: readonly string[],
  contentsOf: (request: Given) => JsonObject,
): Receipt[] {
  const known = new Map<string, string>();
  return requests.map((request) => {
    // Without a key each request is a request of its own.
    if (!keyNames.some((name) => request.has(name))) return 'recorded';
    const key = keyNames.map((name) => request.textOr(name, '')).join(' ');
    const contents = lineOf(
      Object.fromEntries(Object.entries(contentsOf(request)).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    const receipt = receiptOfRequest(known.get(key), contents);
    if (receipt === 'recorded') known.set(key, contents);
    return receipt;
  });
}

function countRecorded(receipts: readonly Receipt[]): number {
  return receipts.filter((receipt) => receipt === 'recorded').length;
}

function restarted(given: Given, leadDays: number) {
  const period = given.findRange('unpaidPeriod');
  const suspendedOn = given.findDay('suspendedOn');
  const servedDays = period && suspendedOn ? daysBetween(period.startsOn, suspendedOn) : 0;
  return restartService(
    {
      interval: given.interval(),
      priceMinor: given.minorOr('priceMinor', 0n),
      paidOn: given.day('paidOn'),
      paidThrough: given.findDay('lastExpiry') ?? period?.startsOn,
      unpaid: period && { period, usedDays: given.countOr('usedDaysBeforeSuspension', servedDays) },
    },
    leadDays,
  );
}

function continued(given: Given, leadDays: number) {
  const startsOn = given.findDay('lastExpiry') ?? given.range(given.named('unpaidPeriod', 'period')).startsOn;
  const plan = { startsOn, anchorDay: given.countOr('anchorDay', startsOn.day), interval: given.interval() };
  return continueService(plan, given.day('paidOn'), leadDays);
}

function subscriptionStatusIn(word: string): SubscriptionStatus {
  return wordFor<SubscriptionStatus>(word, [
    [/^active$/, 'active'],
    [/^suspended$/, 'suspended'],
    [/^pending$/, 'pending'],
    [/^cancell?ed$/, 'cancelled'],
  ]);
}

function reasonIn(word: string): SuspendReason {
  return wordFor<SuspendReason>(word, [
    [/^overdue$/, 'overdue'],
    [/^(manual|staff)/, 'staff'],
    [/^(vacation|pause)/, 'vacation'],
  ]);
}

function subscriptionEventIn(word: string): SubscriptionEvent {
  return wordFor<SubscriptionEvent>(word, [
    [/other_service/, 'other_service_overdue'],
    [/^(invoice_)?paid.*(other|still)/, 'paid_still_overdue'],
    [/^(invoice_|payment_)?(paid|received)/, 'paid_nothing_overdue_left'],
    [/^grace_expired|^overdue/, 'grace_expired'],
    [/^activat/, 'activate'],
    [/cancel|^terminat/, 'cancel'],
    [
      /(manual|staff).*(resume|reactivat|lift|unsuspend|unblock)|(resume|reactivat|lift|unsuspend|unblock).*(manual|staff)/,
      'resume_by_staff',
    ],
    [/^unsuspend|^reactivat|^resume/, 'resume_by_staff'],
    [/vacation_(end|over)|^unpause/, 'resume'],
    [/vacation|^pause/, 'pause'],
    [/manual|staff|^suspend/, 'suspend_by_staff'],
  ]);
}
