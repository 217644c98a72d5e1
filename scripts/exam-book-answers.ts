// The books: ledger, vouchers, cash shifts, reconciliation and the audit log.
import { canonicalJson } from '../packages/server/src/audit/canonical-json-rules.ts';
import {
  type Anchor,
  chainOf,
  genesisHash,
  isSameHash,
  sha256,
  verifyChain,
} from '../packages/server/src/audit/chain-rules.ts';
import { consistencyProof, inclusionProof, merkleRoot } from '../packages/server/src/audit/merkle-rules.ts';
import {
  type JournalEntry,
  refusalOfEntries,
  refusalOfPosting,
  refusalOfReversal,
  refusalOfTransfers,
  reversalOf,
  sumOfEntries,
  type TransferSide,
} from '../packages/server/src/ledger/journal-rules.ts';
import { localDate } from '../packages/server/src/platform/dates.ts';
import { sumMinor } from '../packages/server/src/platform/money.ts';
import {
  expectedOfSales,
  type Reconciliation,
  reconcile,
  reconcileAsKnownOn,
  reconcileThreeWays,
  usedWithoutSale,
} from '../packages/server/src/vouchers/rules/reconciliation-rules.ts';
import {
  closingOf,
  countedCash,
  expectedCash,
  refusalOfShiftRequest,
  type ShiftRefusal,
  type ShiftRequest,
  type ShiftState,
} from '../packages/server/src/vouchers/rules/shift-rules.ts';
import {
  expiryOf,
  type RenewalPolicy,
  refusalOfRedemption,
  type VoucherState,
} from '../packages/server/src/vouchers/rules/voucher-rules.ts';
import { Alternatives } from './exam-compare.ts';
import { type Answer, Given, type Json } from './exam-given.ts';
import { accepted, wordFor } from './exam-words.ts';

export const bookAnswers: Record<string, Answer> = {
  'ledger.post': (given) => {
    if (given.has('entries')) return accepted(refusalOfEntries(given.each('entries').map(entryOf)));
    const transfers = given.each('postings').map((posting) => ({
      debit: sideOf(posting, 'debit'),
      credit: sideOf(posting, 'credit'),
      amountMinor: posting.minor('minor'),
    }));
    return accepted(refusalOfTransfers(transfers));
  },

  'ledger.reverse': (given) => {
    const refusal = refusalOfReversal({
      // Said by a flag, or by the number of the journal that did it.
      isReversed: given.namesLike(/reversed/i).some((name) => given.fields[name] !== false),
      isReversal: given.flag('isReversal'),
    });
    if (refusal) return accepted(refusal);
    const journal = given.each('journal').map(entryOf);
    const sides = journal.map(({ debitMinor: debit, creditMinor: credit, ...rest }) => ({ ...rest, debit, credit }));
    const reversal = reversalOf(sides).map(({ debit, credit, ...rest }) => ({
      ...rest,
      debitMinor: debit,
      creditMinor: credit,
    }));
    return { accepted: true, newJournal: reversal, sumOfBoth: sumOfEntries([...journal, ...reversal]) };
  },

  'ledger.periodLock': (given) => accepted(refusalOfPosting(given.day('postedOn'), given.findDay('closedThrough'))),

  'voucher.redeem': (given) => {
    // A code that was never printed.
    if (!given.has('voucher')) return accepted('unknown_code');
    const voucher = given.within('voucher');
    const expiresOn = voucher.findDay('expiresOn');
    const today = given.has('now') ? localDate(given.instant('now'), given.textOr('tz', 'UTC')) : expiresOn;
    const redeem = (state: VoucherState) =>
      refusalOfRedemption({ state, expiresOn }, today ?? Temporal.PlainDate.from('1970-01-01'));
    const refusal = redeem(voucherStateIn(voucher.text('state')));
    const several = given
      .namesLike(/parallel|simultaneous|concurrent|attempts|requests/i)
      .find((name) => typeof given.fields[name] === 'number');
    if (several !== undefined) {
      // One UPDATE of the row after the other: who comes second finds it redeemed.
      const others = Array.from({ length: given.size(several) - 1 }, () => refusal ?? redeem('redeemed'));
      const refusals = [refusal, ...others].filter((one) => one !== undefined);
      const redeemed = given.size(several) - refusals.length;
      return {
        accepted: redeemed,
        redeemed,
        succeeded: redeemed,
        rejected: refusals.length,
        failed: refusals.length,
        error: refusals[0],
      };
    }
    return { ...accepted(refusal), ...(refusal ? {} : { state: 'redeemed', to: 'redeemed', newState: 'redeemed' }) };
  },

  'voucher.expiry': (given) => {
    const policy = wordFor<RenewalPolicy>(given.textOr('policy', 'replace'), [
      [/^extend/, 'extend_if_active'],
      [/^replace|^restart/, 'replace'],
    ]);
    const purchase = {
      at: given.wallTime(given.named('purchasedAt', 'redeemedAt', 'boughtAt')),
      duration: durationOf(given.within('plan')),
      runningUntil: given.has('previousExpiry') ? given.wallTime('previousExpiry') : undefined,
    };
    return { expiresAt: expiryOf(purchase, policy) };
  },

  'shift.close': (given) => {
    const expectedMinor = expectedCash({
      openedMinor: given.minorOr(given.named('openedMinor', 'openingMinor', 'openingFloatMinor', 'floatMinor'), 0n),
      paymentsMinor: given.minors('cashPayments'),
      refundsMinor: given.minorsLike(/refund/i),
      paidInMinor: given.minorsLike(/(paid|cash|pay)_?in/i),
      paidOutMinor: given.minorsLike(/(paid|cash|pay)_?out/i),
    });
    const countedMinor = given.minor('countedMinor');
    return {
      expectedMinor,
      countedMinor,
      ...closingOf(expectedMinor, countedMinor, given.minorOr('toleranceMinor', 0n)),
    };
  },

  'shift.count': (given) => {
    const counts = given.within('counts');
    const denominations = Object.keys(counts.fields).map((faceValue) => ({
      faceValue,
      count: counts.count(faceValue),
    }));
    return { countedMinor: countedCash(denominations, given.text('currency')) };
  },

  'shift.api': (given) => {
    const request = shiftRequestIn(given.text('request'));
    const isManager = /manager|owner|admin|supervisor/.test(given.text('role'));
    const isCashier = given.has('approverIsCashier')
      ? given.flag('approverIsCashier')
      : given.has('isCashier')
        ? given.flag('isCashier')
        : !isManager;
    const state = given.textOr('shiftState', request === 'approve_variance' ? 'counted' : 'open');
    const refusal = request && refusalOfShiftRequest(request, { isManager, isCashier }, shiftStateIn(state));
    if (refusal) return { status: statusOfShiftRefusal[refusal], error: refusal };
    return { status: /^GET/i.test(given.text('request')) ? 200 : 201 };
  },

  'recon.daily': (given) => ({ ...reconciliationOf(given), ...usageOf(given) }),

  'merkle.root': (given) => ({ rootHex: merkleRoot(given.bytesList('leavesHex')) }),

  'merkle.inclusion': (given) => {
    const path = inclusionProof(given.bytesList('leavesHex'), given.count(given.named('index', 'leafIndex')));
    return { pathHex: path, proofHex: path };
  },

  'merkle.consistency': (given) => {
    const leaves = given.bytesList('leavesHex');
    const earlier = given.count(given.named('first', 'm', 'oldSize', 'from', 'size1', 'first_size', 'firstSize'));
    const later = given.countOr(given.named('second', 'n', 'newSize', 'to', 'size2', 'secondSize'), leaves.length);
    const proof = consistencyProof(leaves.slice(0, later), earlier);
    return { proofHex: proof, pathHex: proof };
  },

  'audit.chain': (given) => ({ hashesHex: chainOf(payloadsOf(given), genesisOf(given)) }),

  'audit.verify': (given) => {
    const hashes = given.bytesList('storedHashesHex');
    const seqs = given.has('seq') ? given.minors('seq') : hashes.map((_, index) => BigInt(index) + 1n);
    const payloads = payloadsOf(given);
    const length = Math.max(hashes.length, payloads.length);
    // A record without its hash, and a hash without its record, fit to nothing.
    const records = Array.from({ length }, (_, index) => ({
      seq: seqs[index] ?? BigInt(index) + 1n,
      payload: payloads[index] ?? new Uint8Array(),
      hash: hashes[index] ?? new Uint8Array(),
    }));
    const anchors = given
      .each('anchors')
      .map((anchor): Anchor => ({ seq: anchor.minor('seq'), hash: anchor.bytes('hashHex') }));
    const verdict = verifyChain(records, anchors, genesisOf(given));
    if (verdict.isValid) return { valid: true };
    return { valid: false, reason: verdict.reason, firstBadSeq: verdict.firstBadSeq };
  },

  'audit.canonical': (given) => {
    const a = canonicalBytes(given.fields[given.named('a', 'value')] ?? null);
    const b = given.has('b') ? canonicalBytes(given.fields.b!) : a;
    return { sameHash: isSameHash(sha256(a), sha256(b)), canonical: Buffer.from(a).toString() };
  },
};

/** `{"hours": 24}`, or an interval, `{"unit": "day", "count": 30}`. */
function durationOf(plan: Given): Temporal.Duration {
  if (plan.has('unit')) return Temporal.Duration.from({ [`${plan.text('unit')}s`]: plan.countOr('count', 1) });
  const names = plan.namesLike(/^(minutes|hours|days|weeks|months)$/);
  return Temporal.Duration.from(Object.fromEntries(names.map((name) => [name, plan.count(name)])));
}

function voucherStateIn(word: string): VoucherState {
  return wordFor<VoucherState>(word, [
    [/^generated$|^new$/, 'generated'],
    [/^sold$/, 'sold'],
    [/^(redeemed|used)$/, 'redeemed'],
    [/^expired$/, 'expired'],
    [/^void(ed)?$/, 'void'],
  ]);
}

function entryOf(entry: Given): JournalEntry {
  return {
    account: entry.text('account'),
    debitMinor: entry.minorOr('debitMinor', 0n),
    creditMinor: entry.minorOr('creditMinor', 0n),
    currency: entry.textOr('currency', ''),
  };
}

/** "receivable:42:USD": an account says its currency at its end, unless the transfer says it for both. */
function sideOf(posting: Given, side: 'debit' | 'credit'): TransferSide {
  const name = posting.text(side);
  return { name, currency: posting.textOr('currency', name.slice(name.lastIndexOf(':') + 1)) };
}

const statusOfShiftRefusal: Record<ShiftRefusal, number> = {
  blind_count: 403,
  approval_forbidden: 403,
  self_approval: 403,
  no_open_shift: 409,
  shift_already_open: 409,
  not_counted: 409,
};

/** undefined: no shift is asked for money that passes no drawer. */
function shiftRequestIn(words: string): ShiftRequest | undefined {
  return wordFor<ShiftRequest | undefined>(words, [
    [/(mobile money|card|transfer|bank).*payment/i, undefined],
    [/approve/i, 'approve_variance'],
    [/expected/i, 'see_expected'],
    [/count|close/i, 'count'],
    [/payment|refund|sale|sell|cash/i, 'take_cash'],
    [/open|shift/i, 'open_shift'],
  ]);
}

function shiftStateIn(word: string): ShiftState {
  return wordFor<ShiftState>(word, [
    [/^none$/, 'none'],
    [/^open$/, 'open'],
    [/^counted|needs_approval/, 'counted'],
    [/^(closed|balanced)/, 'closed'],
  ]);
}

function reconciliationOf(given: Given): Reconciliation {
  if (given.has('dayExpectedMinor')) {
    const expected = given.within('dayExpectedMinor');
    return reconcileAsKnownOn(
      given.day('reportDay'),
      Object.keys(expected.fields).map((day) => ({
        day: Temporal.PlainDate.from(day),
        amountMinor: expected.minor(day),
      })),
      given.each('confirmations').map((confirmation) => ({
        forDay: confirmation.day('forDay'),
        confirmedOn: confirmation.day('confirmedOn'),
        amountMinor: confirmation.minor('minor'),
      })),
    );
  }
  if (given.has('ledgerCashMinor') || given.has('providerFeesMinor')) {
    const invoicesPaidMinor = given.minor('invoicesPaidMinor');
    return reconcileThreeWays({
      invoicesPaidMinor,
      ledgerMinor: given.minorOr(given.named('ledgerCashMinor', 'ledgerMinor'), invoicesPaidMinor),
      statementMinor: given.minor('providerStatementMinor'),
      feesMinor: given.minorOr('providerFeesMinor', 0n),
    });
  }
  const day = given.findDay(given.named('day', 'reportDay'));
  const isOfDay = (voucher: Given) =>
    !day || !voucher.has('soldAt') || localDate(voucher.instant('soldAt'), given.textOr('tz', 'UTC')).equals(day);
  const sales = given.each('vouchersSold').filter(isOfDay);
  const sold = sales.map((voucher) => ({
    amountMinor: voucher.minor('minor'),
    isVoidedInShift: voucher.flag(voucher.named('voidedSameShift', 'voidedInShift', 'voided')),
  }));
  const confirmed = given.minorsLike(/confirmed|statement|handedOver/i);
  return reconcile(expectedOfSales(sold) + sumMinor(given.minorsLike(/invoice/i)), sumMinor(confirmed));
}

function usageOf(given: Given): Record<string, unknown> {
  const [name] = given.namesLike(/used|usage|router/i);
  if (name === undefined) return {};
  const sold = given.each('vouchersSold').map((voucher) => voucher.textOr('code', ''));
  const used = given.list(name).map((item) => (typeof item === 'string' ? item : new Given(item, name).text('code')));
  const unsold = usedWithoutSale(used, sold);
  const said = new Alternatives(unsold, unsold.length);
  return {
    usageWithoutSale: said,
    usedWithoutSale: said,
    ...(unsold.length > 0 ? { flag: 'usage_without_sale' } : {}),
  };
}

function payloadsOf(given: Given): Uint8Array[] {
  return given.texts('payloads').map((text) => new TextEncoder().encode(text));
}

function genesisOf(given: Given): Uint8Array {
  return given.has('genesisHex') ? given.bytes('genesisHex') : genesisHash;
}

/** RFC 8785 knows only the numbers of JavaScript, so a large one is read as one. */
function canonicalBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalJson(withNumbers(value)));
}

function withNumbers(value: Json): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withNumbers(part)]));
}
