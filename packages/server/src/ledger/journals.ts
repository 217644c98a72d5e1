// Double entry by transfers (billing.md section 5). A business event is one journal; mistakes are reversed by another.
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { rowSet } from '#platform/row-set.ts';
import { findClosedThrough, holdClosing } from './closing.ts';
import { refusalOfPosting, refusalOfReversal, refusalOfTransfers, reversalOf } from './journal-rules.ts';

/** The kinds of the chart of accounts, as the table lists them (billing.md section 5). */
export type AccountKind =
  | 'receivable'
  | 'customer_credit'
  | 'revenue'
  | 'deferred_revenue'
  | 'late_fee_revenue'
  | 'tax_payable'
  | 'cash'
  | 'bank'
  | 'provider'
  | 'bad_debt'
  | 'refund_clearing'
  | 'opening_balance'
  | 'cash_over_short'
  | 'voucher_liability'
  | 'fee_expense'
  | 'cash_drawer'
  | 'safe'
  | 'cash_in_transit'
  | 'cash_expense'
  | 'breakage';

/** Where money is: a kind, and for some kinds whose. */
export type LedgerAccount = {
  kind: AccountKind;
  customerId?: string;
  /** The shift of a drawer, the location of a safe. */
  ownerId?: string | undefined;
};

export type Transfer = { debit: LedgerAccount; credit: LedgerAccount; amountMinor: bigint };

export type NewJournal = {
  /** Unique together with `refId`, so that an event is booked once (R-LED-4). */
  kind: string;
  refId: string;
  postedOn: Temporal.PlainDate;
  currency: string;
  transfers: readonly Transfer[];
  /** The journal that it undoes, by its id. */
  reversalOf?: string | undefined;
};

export async function postJournal(work: Work, journal: NewJournal): Promise<string> {
  const [id] = await postJournals(work, [journal]);
  assert(id !== undefined);
  return id;
}

/**
 * Undoes what an event booked, once, as far as it is told to: a payment's money, and not what it settled, which may have moved on
 * since (R-LED-2). What else the event of the reversal books goes with it.
 */
export async function reverseJournal(
  work: Work,
  reversed: { kind: string; refId: string; transfers: readonly Transfer[] },
  reversal: NewJournal,
): Promise<string> {
  const original = await work.db
    .selectFrom('ledger.journals as journal')
    .leftJoin('ledger.journals as undone', 'undone.reversal_of', 'journal.id')
    .select(['journal.id', 'journal.reversal_of as reversalOf', 'undone.id as undoneBy'])
    .where('journal.kind', '=', reversed.kind)
    .where('journal.ref_id', '=', reversed.refId)
    .executeTakeFirst();
  assert(original, `there is no journal ${reversed.kind} of ${reversed.refId}`);
  const refusal = refusalOfReversal({
    isReversed: original.undoneBy !== null,
    isReversal: original.reversalOf !== null,
  });
  if (refusal) throw new DomainError('journal_reversed', { kind: reversed.kind, reason: refusal });
  const transfers = [...reversal.transfers, ...reversalOf(reversed.transfers)];
  return postJournal(work, { ...reversal, transfers, reversalOf: original.id });
}

/** Posts any number of journals with as many statements as one. Returns their ids in the same order. */
export async function postJournals(work: Work, journals: readonly NewJournal[]): Promise<string[]> {
  if (journals.length === 0) return [];
  for (const { currency, transfers } of journals) refuseNonsense(transfers, currency);
  await refuseClosedDays(work, journals);
  const ids = journals.map(() => newId());
  const postings = journals.flatMap(({ currency, transfers }, index) =>
    transfers.map((transfer) => ({ ...transfer, currency, journalId: ids[index]! })),
  );
  const idOf = await openAccounts(
    work,
    postings.flatMap(({ debit, credit, currency }) => [
      { ...debit, currency },
      { ...credit, currency },
    ]),
  );
  await sql`
    insert into ledger.journals (id, kind, ref_id, posted_on, reversal_of, created_at)
    select id, kind, ref_id, posted_on, reversal_of, ${work.now} from ${rowSet(journals, {
      id: ['uuid', (_, index) => ids[index]],
      kind: ['text', ({ kind }) => kind],
      ref_id: ['uuid', ({ refId }) => refId],
      posted_on: ['date', ({ postedOn }) => postedOn],
      reversal_of: ['uuid', ({ reversalOf }) => reversalOf],
    })} as journal`.execute(work.db);
  await sql`
    insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
    select * from ${rowSet(postings, {
      journal_id: ['uuid', ({ journalId }) => journalId],
      debit_id: ['bigint', idOf('debit')],
      credit_id: ['bigint', idOf('credit')],
      currency: ['text', ({ currency }) => currency],
      amount_minor: ['bigint', ({ amountMinor }) => amountMinor],
    })} as posting`.execute(work.db);
  return ids;
}

async function refuseClosedDays(work: Work, journals: readonly NewJournal[]): Promise<void> {
  await holdClosing(work);
  const closedThrough = await findClosedThrough(work.db);
  const closed = journals.find(({ postedOn }) => refusalOfPosting(postedOn, closedThrough));
  if (closed)
    throw new DomainError(
      'month_closed',
      { postedOn: closed.postedOn.toString(), closedThrough: closedThrough?.toString() },
      `the books are closed through ${closedThrough}: nothing is booked on ${closed.postedOn}`,
    );
}

/** What the tables refuse, said before they are asked, and with its reason. */
function refuseNonsense(transfers: readonly Transfer[], currency: string): void {
  const sideOf = (account: LedgerAccount) => ({ name: nameOf({ ...account, currency }), currency });
  const refusal = refusalOfTransfers(
    transfers.map(({ debit, credit, amountMinor }) => ({ debit: sideOf(debit), credit: sideOf(credit), amountMinor })),
  );
  if (refusal) throw new RangeError(`these transfers cannot be posted: ${refusal}`);
}

type CurrencyAccount = LedgerAccount & { currency: string };
type Posting = Transfer & { currency: string };

/** The ids of accounts; those that are new come into being with their first entry. */
async function openAccounts(
  work: Work,
  accounts: readonly CurrencyAccount[],
): Promise<(side: 'debit' | 'credit') => (posting: Posting) => bigint> {
  // In one order everywhere, so that two who open the same accounts do not wait for each other.
  const wanted = [...new Map(accounts.map((account) => [nameOf(account), account])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, account]) => account);
  const known = await findAccountIds(work.db, wanted);
  const missing = wanted.filter((account) => !known.has(nameOf(account)));
  if (missing.length > 0) {
    await sql`
      insert into ledger.accounts (kind, customer_id, owner_id, currency)
      select * from ${accountRows(missing)} as missing
      on conflict (kind, customer_id, owner_id, currency) do nothing`.execute(work.db);
    // Read again: somebody else may have opened one of them at the same moment.
    for (const [name, id] of await findAccountIds(work.db, missing)) known.set(name, id);
  }
  return (side) => (posting) => {
    const name = nameOf({ ...posting[side], currency: posting.currency });
    const id = known.get(name);
    assert(id !== undefined, `the ledger account ${name} was not opened`);
    return id;
  };
}

function nameOf({ kind, customerId, ownerId, currency }: CurrencyAccount): string {
  return `${kind}:${customerId ?? ''}:${ownerId ?? ''}:${currency}`;
}

function accountRows(accounts: readonly CurrencyAccount[]) {
  return rowSet(accounts, {
    kind: ['text', ({ kind }) => kind],
    customer_id: ['uuid', ({ customerId }) => customerId],
    owner_id: ['uuid', ({ ownerId }) => ownerId],
    currency: ['text', ({ currency }) => currency],
  });
}

type AccountRow = {
  id: bigint;
  kind: AccountKind;
  customerId: string | null;
  ownerId: string | null;
  currency: string;
};

/** Those of customers, of owners and of the house are looked for apart: a comparison that also knows null would use no index. */
async function findAccountIds(db: Db, accounts: readonly CurrencyAccount[]): Promise<Map<string, bigint>> {
  const columns = sql`a.id, a.kind, a.customer_id as "customerId", a.owner_id as "ownerId", a.currency`;
  const { rows } = await sql<AccountRow>`
    with wanted as (select * from ${accountRows(accounts)} as wanted)
    select ${columns} from wanted
    join ledger.accounts a on a.kind = wanted.kind and a.customer_id = wanted.customer_id and a.currency = wanted.currency
    union all
    select ${columns} from wanted
    join ledger.accounts a on a.kind = wanted.kind and a.customer_id is null and a.owner_id = wanted.owner_id
      and a.currency = wanted.currency
    union all
    select ${columns} from wanted
    join ledger.accounts a on a.kind = wanted.kind and a.customer_id is null and wanted.customer_id is null
      and a.owner_id is null and wanted.owner_id is null and a.currency = wanted.currency`.execute(db);
  return new Map(
    rows.map(({ id, kind, customerId, ownerId, currency }) => [
      nameOf({ kind, currency, ...(customerId ? { customerId } : {}), ...(ownerId ? { ownerId } : {}) }),
      id,
    ]),
  );
}
