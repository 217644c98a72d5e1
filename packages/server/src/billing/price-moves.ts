// A new price is a new version, and whoever has an older one keeps it until he is moved: one, or all of a plan (R-PLAN-1).
import type { PlanVersion } from '@lastmile/contract/subscriptions.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { customerInScope } from '#customers/scope.ts';
import { getPlan } from '#plans/plans.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { getToday } from './invoices.ts';

// The prices of many years; a bound, not a page.
const mostVersions = 200;

export async function listPlanVersions(db: Db, planId: string, scope: Scope): Promise<z.output<typeof PlanVersion>[]> {
  await getPlan(db, planId);
  const { rows } = await sql<z.output<typeof PlanVersion>>`
    select version.id, version.version, version.price_minor as "priceMinor", version.currency, version.period_unit as "periodUnit",
      version.period_count as "periodCount", tax.name as "taxName", tax.rate_bp as "taxRateBp", version.created_at as "createdAt",
      version.version = plan.sold_version as "isSold", own.count as "subscriptionCount", own.agreed as "agreedCount",
      (select count(*)::integer from billing.subscriptions subscription
       where subscription.pending_version_id = version.id and subscription.status = 'active'
         and ${customerInScope(scope, 'subscription.customer_id')}) as "comingCount"
    from plans.versions version
    join plans.plans plan on plan.id = version.plan_id
    left join plans.taxes tax on tax.id = version.tax_id
    cross join lateral (
      select count(*)::integer as count, (count(*) filter (where price_override_minor is not null))::integer as agreed
      from billing.subscriptions subscription
      where subscription.plan_version_id = version.id and subscription.status = 'active'
        and ${customerInScope(scope, 'subscription.customer_id')}
    ) own
    where version.plan_id = ${planId} order by version.version desc limit ${mostVersions}`.execute(db);
  return rows;
}

/**
 * Each with the first period that is not charged yet. Where the new price is for another interval, the run looks at once: it knows
 * when the next invoice is then. Who ends, pays an agreed price or awaits another plan is left as he is.
 */
export async function moveToSoldPrice(work: Work, planId: string): Promise<{ movedCount: number }> {
  const plan = await getPlan(work.db, planId);
  if (plan.archivedAt) throw new DomainError('plan_archived', { planId });
  const today = await getToday(work.db, work.now);
  const { rows } = await sql<{ customerId: string }>`
    update billing.subscriptions subscription
    set pending_version_id = ${plan.versionId}, pending_on = greatest(subscription.charged_through, ${today}::date),
      next_invoice_on = case
        when (subscription.period_unit, subscription.period_count) = (${plan.periodUnit}, ${plan.periodCount}::integer)
        then subscription.next_invoice_on else least(subscription.next_invoice_on, ${today}::date) end,
      revision = subscription.revision + 1
    from plans.versions version
    where version.id = subscription.plan_version_id and version.plan_id = ${planId} and version.id <> ${plan.versionId}
      and version.currency = ${plan.currency} and subscription.status = 'active' and subscription.ends_on is null
      and subscription.price_override_minor is null and subscription.pending_version_id is null
    returning subscription.customer_id as "customerId"`.execute(work.db);
  await audit(work, 'plan.price_moved', [planId], {
    plan: plan.name,
    version: plan.version,
    priceMinor: plan.priceMinor.toString(),
    currency: plan.currency,
    count: rows.length,
  });
  work.announce('plan', planId);
  work.announce('subscription', '*');
  work.announce('customer', '*');
  return { movedCount: rows.length };
}
