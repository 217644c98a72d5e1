// The days of a subscription that were charged, on which lines, and how they are given back.
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { rowSet } from '#platform/row-set.ts';
import { creditInvoice } from './credit-invoices.ts';
import { type ChargedLine, type ChargedPiece, chargedPieces } from './rules/charged-days-rules.ts';
import { type UnusedDays, unusedDays } from './rules/proration-rules.ts';
import type { Term } from './rules/subscription-rules.ts';

type LineRow = Omit<ChargedLine, 'creditedDays'> & { subscriptionId: string; creditedDays: [string, string][] | null };

/** Charged for days from a day on, and not taken back since: of each subscription that is asked for. */
export async function listPiecesOfMany(
  db: Db,
  wanted: readonly { term: Term; from: Temporal.PlainDate }[],
): Promise<Map<string, ChargedPiece[]>> {
  const { rows } = await sql<LineRow>`
    select line.subscription_id as "subscriptionId", line.invoice_id as "invoiceId", line.line_no as "lineNo",
      line.starts_on as "startsOn", line.ends_on as "endsOn",
      period.price_minor as "priceMinor", invoice.status = 'uncollectible' as "isGivenUp",
      line.amount_minor + coalesce(old_plan.amount_minor, 0) - coalesce(credited.amount_minor, 0) as "amountMinor",
      credited.days as "creditedDays", old_plan.amount_minor is not null as "isDifference"
    from ${rowSet(wanted, {
      subscription_id: ['uuid', ({ term }) => term.id],
      day: ['date', ({ from }) => from],
    })} as wanted
    join billing.invoice_lines line on line.subscription_id = wanted.subscription_id and line.ends_on > wanted.day
    join billing.invoices invoice on invoice.id = line.invoice_id and invoice.status in ('open', 'paid', 'uncollectible')
    left join billing.periods period on period.subscription_id = line.subscription_id and period.starts_on = line.period_on
    left join lateral (
      select sum(credit.amount_minor)::bigint as amount_minor,
        json_agg(json_build_array(credit.starts_on, credit.ends_on)) filter (where credit.starts_on is not null) as days
      from billing.credit_note_lines credit
      where credit.invoice_id = line.invoice_id and credit.invoice_line_no = line.line_no) credited on true
    -- A dearer plan is charged with the rest of the old one taken off: its invoice bears no more than the difference.
    left join lateral (select sum(credit.amount_minor)::bigint as amount_minor from billing.invoice_lines credit
      where line.kind = 'proration_charge' and credit.kind = 'proration_credit' and credit.invoice_id = line.invoice_id
        and credit.subscription_id = line.subscription_id and credit.starts_on = line.starts_on and credit.ends_on = line.ends_on) old_plan on true
    where line.kind in ('recurring', 'stub', 'proration_charge') and line.credited_by is null
    order by line.invoice_id, line.line_no`.execute(db);
  const lines = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId);
  return new Map(wanted.map(({ term }) => [term.id, chargedPieces(term, (lines.get(term.id) ?? []).map(lineOf))]));
}

function lineOf({ creditedDays, ...line }: LineRow): ChargedLine {
  const ranges = (creditedDays ?? []).map(([startsOn, endsOn]) => ({
    startsOn: Temporal.PlainDate.from(startsOn),
    endsOn: Temporal.PlainDate.from(endsOn),
  }));
  return { ...line, creditedDays: ranges };
}

export async function listChargedPieces(db: Db, term: Term, from: Temporal.PlainDate): Promise<ChargedPiece[]> {
  return (await listPiecesOfMany(db, [{ term, from }])).get(term.id) ?? [];
}

/** Credits charged days that are not used on the invoices that charged them. */
export async function creditUnused(
  work: Work,
  unused: readonly UnusedDays<ChargedPiece>[],
  reason: string,
): Promise<void> {
  const credits = unused.filter(({ charged, creditMinor }) => creditMinor > 0n && !charged.isGivenUp);
  for (const [invoiceId, own] of Map.groupBy(credits, ({ charged }) => charged.invoiceId)) {
    const lines = own.map(({ charged, range, creditMinor }) => ({
      lineNo: charged.lineNo,
      amountMinor: creditMinor,
      days: range,
    }));
    await creditInvoice(work, invoiceId, { reason, lines });
  }
}

/** Credits the charged days of a range. */
export async function creditCharged(
  work: Work,
  term: Term,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate | undefined,
  reason: string,
): Promise<void> {
  const pieces = await listChargedPieces(work.db, term, from);
  await creditUnused(work, unusedDays(pieces, from, until), reason);
}
