// The taxes that prices are subject to. A rate never changes: another rate is another tax, and the old one is archived.
import type { Tax } from '@lastmile/contract/plans.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';

export type TaxView = z.output<typeof Tax>;

const columns = ['id', 'name', 'rate_bp as rateBp', 'archived_at as archivedAt'] as const;

// A country has a handful; this is a bound, not a page.
const mostTaxes = 200;

export function listTaxes(db: Db): Promise<TaxView[]> {
  return db.selectFrom('plans.taxes').select(columns).orderBy('name').orderBy('id').limit(mostTaxes).execute();
}

export async function addTax(work: Work, tax: { name: string; rateBp: number }): Promise<TaxView> {
  const id = newId();
  await work.db
    .insertInto('plans.taxes')
    .values({ id, name: tax.name, rate_bp: tax.rateBp, created_at: work.now })
    .execute()
    .catch((error: unknown) => {
      if (violatedConstraint(error) === 'taxes_name')
        throw fieldError('tax_name_taken', 'name', 'is the name of another tax');
      throw error;
    });
  await audit(work, 'tax.added', [id], { ...tax });
  work.announce('plan', '*');
  return { id, ...tax, archivedAt: null };
}

/** No new price can have it from now on; those that have it keep it. */
export async function archiveTax(work: Work, taxId: string): Promise<TaxView> {
  const tax = await work.db
    .updateTable('plans.taxes')
    .set((e) => ({ archived_at: e.fn.coalesce('archived_at', e.val(work.now)) }))
    .where('id', '=', taxId)
    .returning(columns)
    .executeTakeFirst();
  if (!tax) throw new DomainError('tax_not_found', { taxId });
  await audit(work, 'tax.archived', [taxId], { name: tax.name });
  work.announce('plan', '*');
  return tax;
}

export async function refuseUnknownTax(work: Work, taxId: string): Promise<void> {
  const tax = await work.db
    .selectFrom('plans.taxes')
    .select('archived_at')
    .where('id', '=', taxId)
    .forShare()
    .executeTakeFirst();
  if (!tax || tax.archived_at) throw fieldError('tax_not_found', 'taxId', 'is not a tax');
}
