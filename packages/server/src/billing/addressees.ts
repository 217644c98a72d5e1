// To whom a letter may go, for queries over `customers.customers as customer` and `notifications.preferences as preference`.
import { type SqlBool, sql } from 'kysely';
import type { MailCategory } from '#notifications/preferences.ts';
import type { Db } from '#platform/db.ts';

export type Addressee = {
  customerId: string;
  customerName: string;
  customerNumber: number;
  toAddress: string;
  language: string | null;
};

export const addressColumns = sql`customer.id as "customerId", customer.name as "customerName", customer.number as "customerNumber",
      coalesce(preference.email, customer.email) as "toAddress", preference.language`;

/** Nothing is written to who has no address or does not want it. */
export const addressee = (category: MailCategory) => sql<SqlBool>`
  customer.removed_at is null and coalesce(preference.email, customer.email) is not null
  and not ${category} = any(coalesce(preference.opted_out, '{}'))`;

/** Those of some customers to whom a letter of this kind may go, by customer. */
export async function listAddressees(
  db: Db,
  customerIds: readonly string[],
  category: MailCategory,
): Promise<Map<string, Addressee>> {
  const { rows } = await sql<Addressee>`
    select ${addressColumns} from customers.customers customer
    left join notifications.preferences preference on preference.customer_id = customer.id
    where customer.id = any(${customerIds}::uuid[]) and ${addressee(category)}`.execute(db);
  return new Map(rows.map((row) => [row.customerId, row]));
}
