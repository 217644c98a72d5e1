// What the books hold at the end of a day, by kinds of accounts.
import type { accountKinds, TrialBalance } from '@lastmile/contract/books.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { largerOf, sumMinor } from '#platform/money.ts';
import { bookedByDay } from './daily-sums.ts';
import { refusalOfEntries, sumOfEntries } from './journal-rules.ts';

type AccountKind = (typeof accountKinds)[number];
export type TrialBalanceView = z.output<typeof TrialBalance>;

export async function getTrialBalance(db: Db, on: Temporal.PlainDate): Promise<TrialBalanceView> {
  const { rows } = await sql<{ kind: AccountKind; currency: string; balanceMinor: bigint }>`
    with booked as (${await bookedByDay(db)}), sides as (
      select debit_kind as kind, currency, amount_minor as amount from booked where posted_on <= ${on}
      union all select credit_kind, currency, -amount_minor from booked where posted_on <= ${on}
    )
    select kind, currency, sum(amount)::bigint as "balanceMinor" from sides
    group by kind, currency having sum(amount) <> 0 order by currency, kind`.execute(db);
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
