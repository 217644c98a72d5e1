// Double entry by transfers (billing.md section 5). A business event is one journal; mistakes are reversed by another.
import assert from 'node:assert/strict';
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
  const { currency, transfers } = journal;
  const idOf = await openAccounts(
    work,
    currency,
    transfers.flatMap(({ debit, credit }) => [debit, credit]),
  );
  await work.db
    .insertInto('ledger.journals')
    .values({ id, kind: journal.kind, ref_id: journal.refId, posted_on: journal.postedOn, created_at: work.now })
    .execute();
  const postings = transfers.map(({ debit, credit, amountMinor }) => ({
    journal_id: id,
    debit_id: idOf(debit),
    credit_id: idOf(credit),
    currency,
    amount_minor: amountMinor,
  }));
  await work.db.insertInto('ledger.postings').values(postings).execute();
  return id;
}

/** The ids of accounts; those that are new come into being with their first entry. */
async function openAccounts(
  work: Work,
  currency: string,
  accounts: readonly LedgerAccount[],
): Promise<(account: LedgerAccount) => bigint> {
  const known = await findAccountIds(work.db, currency, accounts);
  const missing = accounts.filter((account) => !known.has(nameOf(account)));
  if (missing.length > 0) {
    await work.db
      .insertInto('ledger.accounts')
      .values(missing.map(({ kind, customerId }) => ({ kind, customer_id: customerId ?? null, currency })))
      .onConflict((conflict) => conflict.columns(['kind', 'customer_id', 'currency']).doNothing())
      .execute();
    // Read again: somebody else may have opened one of them at the same moment.
    for (const [name, id] of await findAccountIds(work.db, currency, missing)) known.set(name, id);
  }
  return (account) => {
    const id = known.get(nameOf(account));
    assert(id !== undefined, `the ledger account ${nameOf(account)} was not opened`);
    return id;
  };
}

function nameOf({ kind, customerId }: LedgerAccount): string {
  return `${kind}:${customerId ?? ''}`;
}

async function findAccountIds(
  db: Db,
  currency: string,
  accounts: readonly LedgerAccount[],
): Promise<Map<string, bigint>> {
  const rows = await db
    .selectFrom('ledger.accounts')
    .select(['id', 'kind', 'customer_id as customerId'])
    .where('currency', '=', currency)
    .where((e) =>
      e.or(
        accounts.map(({ kind, customerId }) =>
          e.and([e('kind', '=', kind), customerId ? e('customer_id', '=', customerId) : e('customer_id', 'is', null)]),
        ),
      ),
    )
    .execute();
  return new Map(
    rows.map(({ id, kind, customerId }) => [
      nameOf({ kind: kind as AccountKind, ...(customerId ? { customerId } : {}) }),
      id,
    ]),
  );
}

/** Debits less credits of an account. */
export async function sumBalance(db: Db, account: LedgerAccount, currency: string): Promise<bigint> {
  const id = (await findAccountIds(db, currency, [account])).get(nameOf(account));
  if (id === undefined) return 0n;
  const { rows } = await sql<{ balance: string }>`
    select (coalesce((select sum(amount_minor) from ledger.postings where debit_id = ${id}), 0)
          - coalesce((select sum(amount_minor) from ledger.postings where credit_id = ${id}), 0))::text as balance`.execute(
    db,
  );
  return BigInt(rows[0]?.balance ?? 0);
}
