// How the operator bills: one row.
import type { BillingPolicy } from '@lastmile/contract/billing.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { BillingTerms } from './rules/subscription-rules.ts';
import type { TaxPolicy } from './rules/tax-rules.ts';

export type PolicyView = z.output<typeof BillingPolicy>;

export async function getPolicy(db: Db): Promise<PolicyView> {
  const row = await db
    .selectFrom('billing.policy')
    .select([
      'is_automatic as isAutomatic',
      'lead_days as leadDays',
      'terms_days as termsDays',
      'min_days_to_pay as minDaysToPay',
      'tax_mode as taxMode',
      'tax_level as taxLevel',
      'tax_rounding as taxRounding',
      'bill_while_suspended as billWhileSuspended',
      'max_unpaid_recurring as maxUnpaidRecurring',
      'default_payment_mode as defaultPaymentMode',
      'default_anchor_day as defaultAnchorDay',
      'stub_policy as stubPolicy',
      'day_count as dayCount',
      'reactivation',
      'revision',
    ])
    .executeTakeFirstOrThrow();
  return {
    ...row,
    taxMode: row.taxMode as PolicyView['taxMode'],
    taxLevel: row.taxLevel as PolicyView['taxLevel'],
    taxRounding: row.taxRounding as PolicyView['taxRounding'],
    defaultPaymentMode: row.defaultPaymentMode as PolicyView['defaultPaymentMode'],
    stubPolicy: row.stubPolicy as PolicyView['stubPolicy'],
    dayCount: row.dayCount as PolicyView['dayCount'],
    reactivation: row.reactivation as PolicyView['reactivation'],
  };
}

export function taxPolicyOf({ taxMode, taxLevel, taxRounding }: PolicyView): TaxPolicy {
  return { mode: taxMode, level: taxLevel, rounding: taxRounding };
}

/** What the policy says about when and what is charged. */
export function billingTermsOf(policy: PolicyView): BillingTerms {
  const { leadDays, termsDays, minDaysToPay, billWhileSuspended, maxUnpaidRecurring, stubPolicy } = policy;
  return {
    terms: { leadDays, termsDays, minDaysToPay },
    suspended: { billWhileSuspended, maxUnpaidRecurring },
    stubPolicy,
  };
}

export type PolicyChange = { [K in keyof PolicyView]?: PolicyView[K] | undefined } & { revision: number };

/** For what is issued from now on; what was issued says itself how it was reckoned. */
export async function changePolicy(work: Work, change: PolicyChange): Promise<PolicyView> {
  const { revision, ...fields } = change;
  const { isUndecided } = await work.db
    .selectFrom('billing.policy')
    .select('is_invoicing_undecided as isUndecided')
    .forUpdate()
    .executeTakeFirstOrThrow();
  const before = await getPolicy(work.db);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const after: PolicyView = { ...before, ...given, revision: revision + 1 };
  await work.db
    .updateTable('billing.policy')
    .set({
      is_automatic: after.isAutomatic,
      // Said once, it is decided.
      ...(given.isAutomatic === undefined ? {} : { is_invoicing_undecided: false }),
      lead_days: after.leadDays,
      terms_days: after.termsDays,
      min_days_to_pay: after.minDaysToPay,
      tax_mode: after.taxMode,
      tax_level: after.taxLevel,
      tax_rounding: after.taxRounding,
      bill_while_suspended: after.billWhileSuspended,
      max_unpaid_recurring: after.maxUnpaidRecurring,
      default_payment_mode: after.defaultPaymentMode,
      default_anchor_day: after.defaultAnchorDay,
      stub_policy: after.stubPolicy,
      day_count: after.dayCount,
      reactivation: after.reactivation,
      revision: after.revision,
    })
    .execute();
  const isDecision = (key: string) => key === 'isAutomatic' && isUndecided;
  const changed = Object.keys(given).filter((key) => given[key] !== before[key as keyof PolicyView] || isDecision(key));
  const details = Object.fromEntries(changed.map((key) => [key, [before[key as keyof PolicyView], given[key]]]));
  if (changed.length > 0) await audit(work, 'billing.policy_changed', [], details);
  work.announce('settings', 'billing');
  return after;
}
