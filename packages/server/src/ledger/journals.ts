// Double entry by transfers (billing.md section 5). A business event is one journal; mistakes are reversed by another.
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';

export type AccountKind = 'receivable' | 'revenue' | 'cash' | 'bank';

/** Where money is: a kind, and for some kinds whose. */
export type LedgerAccount = { kind: AccountKind; customerId?: string };

export type Transfer = { debit: LedgerAccount; credit: LedgerAccount; amountMinor: bigint };

export type NewJournal = {
  /** Unique together with `refId`, so that an event is booked once (R-LED-4). */
  kind: string;
  refId: string;
  postedOn: Temporal.PlainDate;
  currency: string;
  transfers: readonly Transfer[];
};

export async function postJournal(work: Work, journal: NewJournal): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('ledger.journals')
    .values({ id, kind: journal.kind, ref_id: journal.refId, posted_on: journal.postedOn, created_at: work.now })
    .execute();
  for (const { debit, credit, amountMinor } of journal.transfers) {
    await work.db
      .insertInto('ledger.postings')
      .values({
        journal_id: id,
        debit_id: await accountId(work, debit, journal.currency),
        credit_id: await accountId(work, credit, journal.currency),
        currency: journal.currency,
        amount_minor: amountMinor,
      })
      .execute();
  }
  return id;
}

async function accountId(work: Work, account: LedgerAccount, currency: string): Promise<bigint> {
  const wanted = { kind: account.kind, customer_id: account.customerId ?? null, currency };
  // The update that changes nothing is there to get the id back also when the account exists.
  const row = await work.db
    .insertInto('ledger.accounts')
    .values(wanted)
    .onConflict((conflict) => conflict.columns(['kind', 'customer_id', 'currency']).doUpdateSet({ kind: account.kind }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Debits less credits of an account. */
export async function sumBalance(db: Db, account: LedgerAccount, currency: string): Promise<bigint> {
  const { rows } = await sql<{ balance: string }>`
    select coalesce(sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end), 0)::text as balance
    from ledger.accounts a
    join ledger.postings p on p.debit_id = a.id or p.credit_id = a.id
    where a.kind = ${account.kind} and a.currency = ${currency}
      and a.customer_id is not distinct from ${account.customerId ?? null}`.execute(db);
  return BigInt(rows[0]?.balance ?? 0);
}
