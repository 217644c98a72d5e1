// Holds the books against the audit log: against what was done, whatever stands on documents. Nothing is changed.
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import {
  type LoggedAct,
  replayBooks,
  replayedActions,
  replayedJournals,
  replayedKindOf,
} from './rules/replay-rules.ts';

export type LogDifference = { account: string; bookedMinor: bigint; loggedMinor: bigint };

type Booked = { kind: string; currency: string; amountMinor: string };

const minors = [
  'amountMinor',
  'taxMinor',
  'creditMinor',
  'recoveredMinor',
  'appliedMinor',
  'reopenedMinor',
  'givenUpMinor',
];

/** One statement: it sees one moment. Acts of a kind in a currency come to the same all together as one by one. */
export async function replayLog(db: Db): Promise<LogDifference[]> {
  const sums = sql.join(minors.map((name) => sql`${sql.lit(name)}, sum((details->>${sql.lit(name)})::numeric)::text`));
  const { rows } = await sql<{ acts: LoggedAct[]; booked: Booked[] }>`
    select (select coalesce(json_agg(act), '[]') from (
        select action, json_build_object('currency', details->>'currency',
          'wasWrittenOff', (details->>'wasWrittenOff')::boolean, ${sums}) as details
        from audit.entries where action = any(${replayedActions}) group by action, details->>'currency', details->>'wasWrittenOff') act) as acts,
      (select coalesce(json_agg(side), '[]') from (
        select account.kind, account.currency, sum(amount)::text as "amountMinor" from (
          select journal_id, debit_id as account_id, amount_minor as amount from ledger.postings
          union all select journal_id, credit_id, -amount_minor from ledger.postings) moved
        join ledger.journals journal on journal.id = moved.journal_id and journal.kind = any(${replayedJournals})
        join ledger.accounts account on account.id = moved.account_id group by 1, 2) side) as booked`.execute(db);
  const { acts, booked } = rows[0]!;
  const logged = replayBooks(acts);
  const inBooks = new Map<string, bigint>();
  for (const { kind, currency, amountMinor } of booked) {
    const account = `${currency} ${replayedKindOf(kind)}`;
    inBooks.set(account, (inBooks.get(account) ?? 0n) + BigInt(amountMinor));
  }
  return [...new Set([...logged.keys(), ...inBooks.keys()])]
    .sort()
    .map((account) => ({
      account,
      bookedMinor: inBooks.get(account) ?? 0n,
      loggedMinor: logged.get(account) ?? 0n,
    }))
    .filter(({ bookedMinor, loggedMinor }) => bookedMinor !== loggedMinor);
}
