// Whose money a line of a bank statement is. Two facts must fit before it is certain: who, and how much.
import type { matchConfidences, matchReasons } from '@lastmile/contract/bank.ts';

export type Confidence = (typeof matchConfidences)[number];
export type Reason = (typeof matchReasons)[number];

export type OpenItem = { id: string; number: string; balanceMinor: bigint };

/** Somebody whom the line names, and by what. */
export type Candidate = {
  customerId: string;
  customerNumber: number;
  customerName: string;
  by: ReadonlySet<'invoice_number' | 'customer_number' | 'account_name' | 'payer_name'>;
  /** Of the invoices that the line names; paid ones are not here. */
  named: readonly OpenItem[];
  /** All that is open. */
  open: readonly OpenItem[];
  /** A transfer of this amount was recorded by hand in these days. */
  isRecorded: boolean;
};

export type Suggestion = {
  confidence: Confidence;
  reasons: Reason[];
  customerId: string;
  customerNumber: number;
  customerName: string;
  invoices: { id: string; number: string }[];
};

/** Whom the line may be of, the best first. */
export function suggestionsFor(amountMinor: bigint, candidates: readonly Candidate[]): Suggestion[] {
  const strong = candidates.filter(({ by }) => hasStrongSign(by));
  return candidates
    .map((candidate) => suggestionOf(amountMinor, candidate, hasStrongSign(candidate.by) ? strong : candidates))
    .toSorted((a, b) => rank[a.confidence] - rank[b.confidence] || b.reasons.length - a.reasons.length);
}

const rank: Record<Confidence, number> = { certain: 0, likely: 1, possible: 2 };

/** A name is anybody's; a number of ours is not written by chance. */
function hasStrongSign(by: Candidate['by']): boolean {
  return by.has('invoice_number') || by.has('customer_number') || by.has('account_name');
}

function suggestionOf(amountMinor: bigint, candidate: Candidate, rivals: readonly Candidate[]): Suggestion {
  const { customerId, customerNumber, customerName, by, named, open, isRecorded } = candidate;
  const isAmount =
    fits(amountMinor, named) || fits(amountMinor, open) || open.some((item) => item.balanceMinor === amountMinor);
  const isAlone = rivals.length === 1;
  const isPaid = by.has('invoice_number') && named.length === 0;
  const reasons: Reason[] = [...by];
  if (isAmount) reasons.push('amount');
  if (isPaid) reasons.push('invoice_paid');
  if (!isAlone) reasons.push('several_customers');
  if (isRecorded) reasons.push('recorded_already');
  return {
    confidence: confidenceOf({ isStrong: hasStrongSign(by), isAmount, isAlone, isDoubtful: isRecorded || isPaid }),
    reasons,
    customerId,
    customerNumber,
    customerName,
    // Named invoices are paid first; where one has just this amount and none is named, it is meant.
    invoices: (named.length > 0
      ? named
      : open.filter(({ balanceMinor }) => balanceMinor === amountMinor).slice(0, 1)
    ).map(({ id, number }) => ({ id, number })),
  };
}

function fits(amountMinor: bigint, items: readonly OpenItem[]): boolean {
  return items.length > 0 && items.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n) === amountMinor;
}

type Signs = { isStrong: boolean; isAmount: boolean; isAlone: boolean; isDoubtful: boolean };

function confidenceOf({ isStrong, isAmount, isAlone, isDoubtful }: Signs): Confidence {
  if (!isAlone || isDoubtful) return 'possible';
  if (isStrong) return isAmount ? 'certain' : 'likely';
  return isAmount ? 'likely' : 'possible';
}

/** Words of a line that may be numbers or logins of ours; as many as one would ever write. */
export function signsIn(text: string): { words: string[]; customerNumbers: number[] } {
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}/_.@-]*[\p{L}\p{N}]|\p{N}/gu)) {
    words.add(word);
    if (words.size >= 60) break;
  }
  const customerNumbers = [
    ...text.matchAll(/(?:#|\b(?:customer|client|cust|account|acct|kunde|kd|cliente)\D{0,6})(\d{1,8})\b/gi),
  ].map(([, digits]) => Number(digits));
  return { words: [...words], customerNumbers: [...new Set(customerNumbers)].slice(0, 10) };
}

/** A name as a bank may turn it: as it is, with the last word first, and with the first word last. */
export function namesOf(payer: string): string[] {
  const words = payer.replace(/[,;]/g, ' ').split(/\s+/).filter(Boolean);
  const [first = '', ...rest] = words;
  const turned = words.length > 1 ? [[...rest, first].join(' '), [words.at(-1), ...words.slice(0, -1)].join(' ')] : [];
  return [...new Set([words.join(' '), ...turned])].filter(Boolean);
}
