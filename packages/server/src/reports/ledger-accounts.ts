// The accounts of the books, each with what it holds.
import type { accountKinds, LedgerAccount } from '@lastmile/contract/books.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';

export type LedgerAccountView = z.output<typeof LedgerAccount>;

export type AccountQuery = PageRequest & {
  kind?: (typeof accountKinds)[number] | undefined;
  customerId?: string | undefined;
};

export async function listLedgerAccounts(db: Db, query: AccountQuery): Promise<Page<LedgerAccountView>> {
  const key = keyOf(query.after, 'number');
  const { rows } = await sql<LedgerAccountView>`
    select account.id::text, account.kind, account.customer_id as "customerId", customer.name as "customerName", account.currency,
      (coalesce((select sum(amount_minor) from ledger.postings where debit_id = account.id), 0)
       - coalesce((select sum(amount_minor) from ledger.postings where credit_id = account.id), 0))::bigint as "balanceMinor"
    from ledger.accounts account
    left join customers.customers customer on customer.id = account.customer_id
    where account.id > ${key?.[0] ?? '0'}::bigint
      ${query.kind ? sql`and account.kind = ${query.kind}` : sql``}
      ${query.customerId ? sql`and account.customer_id = ${query.customerId}` : sql``}
    order by account.id limit ${query.limit + 1}`.execute(db);
  return pageOf(rows, query.limit, ({ id }) => [id]);
}
