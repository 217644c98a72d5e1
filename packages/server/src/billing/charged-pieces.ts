// The days of a subscription that were charged, on which lines, and how they are given back.
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { creditInvoice } from './correct-invoices.ts';
import { type ChargedPiece, type EffectivePiece, effectivePieces, unusedPieces } from './subscription-rules.ts';

/** Charged for days from a day on, and not taken back since. */
export async function listChargedPieces(
  db: Db,
  subscriptionId: string,
  from: Temporal.PlainDate,
): Promise<EffectivePiece[]> {
  const { rows } = await sql<ChargedPiece>`
    select line.invoice_id as "invoiceId", line.line_no as "lineNo", line.starts_on as "startsOn", line.ends_on as "endsOn",
      line.amount_minor - coalesce((select sum(credit.amount_minor)::bigint from billing.credit_note_lines credit
        where credit.invoice_id = line.invoice_id and credit.invoice_line_no = line.line_no), 0) as "amountMinor"
    from billing.invoice_lines line
    join billing.invoices invoice on invoice.id = line.invoice_id and invoice.status in ('open', 'paid')
    where line.subscription_id = ${subscriptionId} and line.kind in ('recurring', 'stub', 'proration_charge')
      and line.credited_by is null and line.ends_on > ${from}
    order by line.invoice_id, line.line_no`.execute(db);
  return effectivePieces(rows);
}

/** Credits the charged days of a range on the invoices that charged them. Returns what that was, before tax where prices are so. */
export async function creditCharged(
  work: Work,
  subscriptionId: string,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate | undefined,
  reason: string,
): Promise<bigint> {
  const pieces = await listChargedPieces(work.db, subscriptionId, from);
  const credits = unusedPieces(pieces, from, until).filter(({ creditMinor }) => creditMinor > 0n);
  for (const [invoiceId, own] of Map.groupBy(credits, ({ piece }) => piece.invoiceId)) {
    const lines = own.map(({ piece, creditMinor }) => ({ lineNo: piece.lineNo, amountMinor: creditMinor }));
    await creditInvoice(work, invoiceId, { reason, lines });
  }
  return sumMinor(credits.map(({ creditMinor }) => creditMinor));
}
