// What the books hold at the end of a day, by kinds of accounts.
import type { accountKinds, TrialBalance } from '@lastmile/contract/books.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { largerOf, sumMinor } from '#platform/money.ts';
import { refusalOfEntries, sumOfEntries } from './journal-rules.ts';

type AccountKind = (typeof accountKinds)[number];
export type TrialBalanceView = z.output<typeof TrialBalance>;

export async function getTrialBalance(db: Db, on: Temporal.PlainDate): Promise<TrialBalanceView> {
  const { rows } = await sql<{ kind: AccountKind; currency: string; balanceMinor: bigint }>`
    with moved as (
      select posting.debit_id, posting.credit_id, sum(posting.amount_minor) as amount
      from ledger.postings posting join ledger.journals journal on journal.id = posting.journal_id
      where journal.posted_on <= ${on} group by 1, 2
    ), sides as (
      select debit_id as account_id, amount from moved
      union all select credit_id, -amount from moved
    )
    select account.kind, account.currency, sum(sides.amount)::bigint as "balanceMinor"
    from sides join ledger.accounts account on account.id = sides.account_id
    group by account.kind, account.currency having sum(sides.amount) <> 0
    order by account.currency, account.kind`.execute(db);
  const currencies = [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, own]) => {
    const entries = own.map(({ kind, balanceMinor }) => ({
      account: kind,
      currency,
      debitMinor: largerOf(0n, balanceMinor),
      creditMinor: largerOf(0n, -balanceMinor),
    }));
    return {
      currency,
      rows: own.map(({ kind }, index) => ({
        kind,
        debitMinor: entries[index]!.debitMinor,
        creditMinor: entries[index]!.creditMinor,
      })),
      debitMinor: sumMinor(entries.map(({ debitMinor }) => debitMinor)),
      creditMinor: sumMinor(entries.map(({ creditMinor }) => creditMinor)),
      isBalanced: sumOfEntries(entries) === 0n && refusalOfEntries(entries) === undefined,
    };
  });
  return { on, currencies };
}
