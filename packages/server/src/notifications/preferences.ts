// How somebody wants to be written to: in which language, at which address, and about what not.
import type { mailCategories } from '@lastmile/contract/notifications.ts';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { type Language, languageOf } from '#platform/languages.ts';

export type MailCategory = (typeof mailCategories)[number];

export type Preferences = { language: Language | null; email: string | null; optedOut: MailCategory[] };

export async function getPreferences(db: Db, customerId: string): Promise<Preferences> {
  const row = await db
    .selectFrom('notifications.preferences')
    .select(['language', 'email', sql<MailCategory[]>`opted_out`.as('optedOut')])
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  if (!row) return { language: null, email: null, optedOut: [] };
  return { ...row, language: row.language === null ? null : languageOf(row.language) };
}

/** The customer is locked by the caller. */
export async function changePreferences(work: Work, customerId: string, change: Preferences): Promise<void> {
  const values = {
    language: change.language,
    email: change.email,
    opted_out: [...new Set(change.optedOut)].toSorted(),
  };
  await work.db
    .insertInto('notifications.preferences')
    .values({ customer_id: customerId, ...values })
    .onConflict((conflict) => conflict.column('customer_id').doUpdateSet(values))
    .execute();
  await audit(work, 'customer.contact_changed', [customerId], {
    language: change.language,
    optedOut: values.opted_out,
    hasOwnAddress: change.email !== null,
  });
  work.announce('customer', customerId);
}
