// A plan as a subscription gets it: only one that is sold.
import { getPlan, type PlanView } from '#plans/plans.ts';
import type { Db } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { SoldPlan } from './rules/subscription-rules.ts';

export async function getSellablePlan(db: Db, planId: string): Promise<PlanView> {
  const plan = await getPlan(db, planId).catch((error: unknown) => {
    if (error instanceof DomainError) throw fieldError('plan_not_found', 'planId', 'is not a plan');
    throw error;
  });
  if (plan.archivedAt) throw fieldError('plan_archived', 'planId', 'is an archived plan: choose one that is sold');
  return plan;
}

export function soldPlanOf(plan: PlanView): SoldPlan {
  return {
    versionId: plan.versionId,
    planName: plan.name,
    priceMinor: plan.priceMinor,
    interval: { unit: plan.periodUnit, count: plan.periodCount },
    tax: plan.taxName === null ? undefined : { name: plan.taxName, rateBp: plan.taxRateBp ?? 0 },
  };
}
