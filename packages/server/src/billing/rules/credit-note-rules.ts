// An issued invoice is corrected by credit notes, which together never exceed it (R-CN-1).
import { largerOf, smallerOf, sumMinor } from '#platform/money.ts';
import { type TaxAmounts, type TaxedLine, type TaxGroup, type TaxPolicy, taxesOf } from './tax-rules.ts';

export function refusalOfCreditNote(
  invoice: { totalMinor: bigint; creditedMinor: bigint },
  amountMinor: bigint,
): 'invalid_amount' | 'exceeds_invoice' | undefined {
  if (amountMinor <= 0n) return 'invalid_amount';
  return invoice.creditedMinor + amountMinor > invoice.totalMinor ? 'exceeds_invoice' : undefined;
}

type ChargedLine = {
  lineNo: number;
  amountMinor: bigint;
  rateBp: number;
  subscriptionId: string | null;
  startsOn: Temporal.PlainDate | null;
  endsOn: Temporal.PlainDate | null;
};

/** What a credit note took back, of no line in particular where that is not said. */
export type CreditedLine = { lineNo: number | null; amountMinor: bigint; rateBp: number };

const amountOf = (some: readonly { amountMinor: bigint }[]) => sumMinor(some.map(({ amountMinor }) => amountMinor));

const daysOf = ({ subscriptionId, startsOn, endsOn }: ChargedLine) => `${subscriptionId} ${startsOn} ${endsOn}`;

/**
 * What may still be credited of a line by itself: what it charges less what a negative line of the same days takes off it and what
 * was credited, and never more than is left of its rate.
 */
export function creditableOf(
  line: ChargedLine,
  lines: readonly ChargedLine[],
  credited: readonly CreditedLine[],
): bigint {
  const takenOff = lines.filter((other) => other.amountMinor < 0n && daysOf(other) === daysOf(line));
  const own = credited.filter(({ lineNo }) => lineNo === line.lineNo);
  const leftOfLine = line.amountMinor + amountOf(takenOff) - amountOf(own);
  const ofRate = ({ rateBp }: { rateBp: number }) => rateBp === line.rateBp;
  const leftOfItsRate = amountOf(lines.filter(ofRate)) - amountOf(credited.filter(ofRate));
  return largerOf(0n, smallerOf(leftOfLine, leftOfItsRate));
}

/**
 * All that is left of an invoice: of each rate what is left of it, so that the taxes close. What a line took off is set against
 * others of its rate, those of its own days first. Where that leaves less than nothing of a rate, as when a plan gave way to one
 * that is taxed otherwise, it is taken back with the rest: a line below zero.
 */
export function wholeCredit<L extends ChargedLine>(
  lines: readonly L[],
  credited: readonly CreditedLine[],
): { line: L; amountMinor: bigint }[] {
  const ofLines = lines.map((line) => {
    const own = credited.filter(({ lineNo }) => lineNo === line.lineNo);
    return { line, rateBp: line.rateBp, amountMinor: line.amountMinor - amountOf(own) };
  });
  const ofNoLine = credited
    .filter(({ lineNo }) => lineNo === null)
    .map(({ rateBp, amountMinor }) => ({ line: undefined, rateBp, amountMinor: -amountMinor }));
  for (const rest of Map.groupBy([...ofLines, ...ofNoLine], ({ rateBp }) => rateBp).values())
    for (const less of rest.filter(({ amountMinor }) => amountMinor < 0n)) setOff(less, rest);
  return ofLines.filter(({ amountMinor }) => amountMinor !== 0n);
}

type Rest = { line: ChargedLine | undefined; amountMinor: bigint };

function setOff(less: Rest, rest: readonly Rest[]): void {
  const isOfOtherDays = ({ line }: Rest) => Number(!line || !less.line || daysOf(line) !== daysOf(less.line));
  for (const more of rest.toSorted((a, b) => isOfOtherDays(a) - isOfOtherDays(b))) {
    const set = smallerOf(largerOf(0n, more.amountMinor), -less.amountMinor);
    more.amountMinor -= set;
    less.amountMinor += set;
  }
}

export type CreditNote =
  | { ok: true; groups: TaxGroup[]; totals: TaxAmounts }
  | { ok: false; reason: 'exceeds_invoice' };

/**
 * The taxes of a credit note. The one that credits the rest of a rate takes the tax that is left of it, so that the cents close;
 * the others are rounded as the invoice was, and take no more than is left (R-CN-2).
 */
export function taxesOfCreditNote(
  invoiceGroups: readonly TaxGroup[],
  earlier: readonly TaxGroup[],
  lines: readonly TaxedLine[],
  policy: TaxPolicy,
): CreditNote {
  const groups: TaxGroup[] = [];
  for (const wanted of taxesOf(lines, policy).groups) {
    const { rateBp } = wanted;
    const left = leftOfRate(invoiceGroups, earlier, rateBp);
    // With inclusive prices it is the gross that a line says and that must close.
    const [asked, available] =
      policy.mode === 'inclusive' ? [wanted.totalMinor, left.totalMinor] : [wanted.netMinor, left.netMinor];
    // Of less than nothing there is no part.
    if (asked > available || (asked < 0n && asked !== available)) return { ok: false, reason: 'exceeds_invoice' };
    groups.push({ rateBp, ...(asked === available ? left : cappedBy(wanted, left, policy)) });
  }
  const sumOf = (part: keyof TaxAmounts) => sumMinor(groups.map((group) => group[part]));
  return {
    ok: true,
    groups,
    totals: { netMinor: sumOf('netMinor'), taxMinor: sumOf('taxMinor'), totalMinor: sumOf('totalMinor') },
  };
}

function leftOfRate(invoice: readonly TaxGroup[], earlier: readonly TaxGroup[], rateBp: number): TaxAmounts {
  const sumOf = (groups: readonly TaxGroup[], part: keyof TaxAmounts) =>
    sumMinor(groups.filter((group) => group.rateBp === rateBp).map((group) => group[part]));
  const left = (part: keyof TaxAmounts) => sumOf(invoice, part) - sumOf(earlier, part);
  return { netMinor: left('netMinor'), taxMinor: left('taxMinor'), totalMinor: left('totalMinor') };
}

function cappedBy(wanted: TaxAmounts, left: TaxAmounts, policy: TaxPolicy): TaxAmounts {
  const taxMinor = smallerOf(wanted.taxMinor, left.taxMinor);
  return policy.mode === 'inclusive'
    ? { netMinor: wanted.totalMinor - taxMinor, taxMinor, totalMinor: wanted.totalMinor }
    : { netMinor: wanted.netMinor, taxMinor, totalMinor: wanted.netMinor + taxMinor };
}

/** A credit note cancels what is not paid; beyond that it gives back what was paid and not used (R-CN-3). */
export function splitOfCredit(
  { totalMinor, paidMinor }: { totalMinor: bigint; paidMinor: bigint },
  creditNoteMinor: bigint,
): { cancelledMinor: bigint; returnableMinor: bigint } {
  const usedMinor = totalMinor - creditNoteMinor;
  const returnableMinor = largerOf(0n, smallerOf(paidMinor - usedMinor, creditNoteMinor));
  return { cancelledMinor: creditNoteMinor - returnableMinor, returnableMinor };
}
