// Reads what decides what a subscription is charged: for the run by the thousand, for the pages one at a time.
import { type RawBuilder, sql } from 'kysely';
import { localDate } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import type { Interval } from './rules/period-rules.ts';
import type { SoldPlan, Term } from './rules/subscription-rules.ts';

type VersionColumns<P extends string> = {
  [K in `${P}VersionId`]: string;
} & { [K in `${P}PlanName`]: string } & { [K in `${P}PriceMinor`]: bigint } & {
  [K in `${P}Unit`]: Interval['unit'];
} & {
  [K in `${P}Count`]: number;
} & { [K in `${P}TaxName`]: string | null } & { [K in `${P}RateBp`]: number | null };

type Nullable<T> = { [K in keyof T]: T[K] | null };

export type TermRow = VersionColumns<'now'> &
  Nullable<VersionColumns<'then'>> & {
    id: string;
    customerId: string;
    accountId: string | null;
    currency: string;
    paymentMode: Term['paymentMode'];
    anchorDay: number;
    periodUnit: Interval['unit'];
    periodCount: number;
    dayCount: Term['dayCount'];
    chargedFrom: Temporal.PlainDate;
    chargedThrough: Temporal.PlainDate;
    endsOn: Temporal.PlainDate | null;
    priceOverrideMinor: bigint | null;
    discountBp: number | null;
    discountMinor: bigint | null;
    discountEndsOn: Temporal.PlainDate | null;
    setupFeeMinor: bigint;
    isSetupCharged: boolean;
    pendingOn: Temporal.PlainDate | null;
    pausedFrom: Temporal.PlainDate | null;
    pausedUntil: Temporal.PlainDate | null;
    off: [from: string, until: string | null][] | null;
    openRecurringCount: number;
    nextInvoiceOn: Temporal.PlainDate | null;
  };

const version = (alias: string, prefix: string) => sql`
  ${sql.ref(`${alias}.id`)} as ${sql.ref(`${prefix}VersionId`)},
  ${sql.ref(`${alias}_plan.name`)} as ${sql.ref(`${prefix}PlanName`)},
  ${sql.ref(`${alias}.price_minor`)} as ${sql.ref(`${prefix}PriceMinor`)},
  ${sql.ref(`${alias}.period_unit`)} as ${sql.ref(`${prefix}Unit`)},
  ${sql.ref(`${alias}.period_count`)} as ${sql.ref(`${prefix}Count`)},
  ${sql.ref(`${alias}_tax.name`)} as ${sql.ref(`${prefix}TaxName`)},
  ${sql.ref(`${alias}_tax.rate_bp`)} as ${sql.ref(`${prefix}RateBp`)}`;

/** `which` ends the query: its conditions, its order, its locks on `subscription` and `customer`. */
export async function selectTerms(db: Db, which: RawBuilder<unknown>): Promise<TermRow[]> {
  const { rows } = await sql<TermRow>`
    select subscription.id, subscription.customer_id as "customerId", subscription.account_id as "accountId", subscription.currency,
      subscription.payment_mode as "paymentMode", subscription.anchor_day as "anchorDay",
      subscription.period_unit as "periodUnit", subscription.period_count as "periodCount", policy.day_count as "dayCount",
      subscription.charged_from as "chargedFrom", subscription.charged_through as "chargedThrough", subscription.ends_on as "endsOn",
      subscription.price_override_minor as "priceOverrideMinor", subscription.discount_bp as "discountBp",
      subscription.discount_minor as "discountMinor", subscription.discount_ends_on as "discountEndsOn",
      subscription.setup_fee_minor as "setupFeeMinor", subscription.is_setup_charged as "isSetupCharged",
      subscription.pending_on as "pendingOn", subscription.paused_from as "pausedFrom", subscription.paused_until as "pausedUntil",
      subscription.next_invoice_on as "nextInvoiceOn",
      (select json_agg(json_build_array(block.since, block.lifted_at) order by block.since) from provisioning.blocks block
       where block.account_id = subscription.account_id and block.reason in ('overdue', 'staff')
         -- A day more than enough, whatever the zone.
         and (block.lifted_at is null or block.lifted_at > subscription.charged_through - interval '2 days')) as "off",
      case when policy.bill_while_suspended then (
        select count(*)::int from billing.invoice_lines line join billing.invoices invoice on invoice.id = line.invoice_id
        where line.subscription_id = subscription.id and line.kind in ('recurring', 'stub') and line.credited_by is null and invoice.status = 'open'
      ) else 0 end as "openRecurringCount",
      ${version('now', 'now')}, ${version('later', 'then')}
    from billing.subscriptions subscription
    join customers.customers customer on customer.id = subscription.customer_id
    join plans.versions now on now.id = subscription.plan_version_id
    join plans.plans now_plan on now_plan.id = now.plan_id
    left join plans.taxes now_tax on now_tax.id = now.tax_id
    left join plans.versions later on later.id = subscription.pending_version_id
    left join plans.plans later_plan on later_plan.id = later.plan_id
    left join plans.taxes later_tax on later_tax.id = later.tax_id
    cross join billing.policy policy
    ${which}`.execute(db);
  return rows;
}

/** A row as the rules want it. The day on which it was switched off is one in the operator's zone. */
export function termOf(row: TermRow, timeZone: string): Term {
  const { pausedFrom, pausedUntil } = row;
  const pending = pendingPlanOf(row);
  return {
    id: row.id,
    paymentMode: row.paymentMode,
    plan: {
      versionId: row.nowVersionId,
      planName: row.nowPlanName,
      priceMinor: row.nowPriceMinor,
      interval: { unit: row.nowUnit, count: row.nowCount },
      tax: row.nowTaxName === null ? undefined : { name: row.nowTaxName, rateBp: row.nowRateBp ?? 0 },
    },
    anchorDay: row.anchorDay,
    interval: { unit: row.periodUnit, count: row.periodCount },
    dayCount: row.dayCount,
    chargedFrom: row.chargedFrom,
    chargedThrough: row.chargedThrough,
    endsOn: row.endsOn ?? undefined,
    priceOverrideMinor: row.priceOverrideMinor ?? undefined,
    discount: discountOf(row),
    discountEndsOn: row.discountEndsOn ?? undefined,
    setupFeeMinor: row.isSetupCharged ? 0n : row.setupFeeMinor,
    pending: pending && row.pendingOn ? { plan: pending, on: row.pendingOn } : undefined,
    pause: pausedFrom ? { from: pausedFrom, until: pausedUntil ?? undefined } : undefined,
    off: (row.off ?? []).map(([from, until]) => ({
      from: dayOf(from, timeZone),
      until: until === null ? undefined : dayOf(until, timeZone),
    })),
    openRecurringCount: row.openRecurringCount,
  };
}

export function discountOf({
  discountBp,
  discountMinor,
}: Pick<TermRow, 'discountBp' | 'discountMinor'>): Term['discount'] {
  if (discountBp !== null) return { kind: 'percent', basisPoints: discountBp };
  return discountMinor === null ? undefined : { kind: 'fixed', amountMinor: discountMinor };
}

function dayOf(instant: string, timeZone: string): Temporal.PlainDate {
  return localDate(Temporal.Instant.from(instant), timeZone);
}

function pendingPlanOf(row: TermRow): SoldPlan | undefined {
  const { thenVersionId, thenPlanName, thenPriceMinor, thenUnit, thenCount, thenTaxName, thenRateBp } = row;
  if (thenVersionId === null || thenPlanName === null || thenPriceMinor === null) return undefined;
  return {
    versionId: thenVersionId,
    planName: thenPlanName,
    priceMinor: thenPriceMinor,
    interval: { unit: thenUnit ?? 'month', count: thenCount ?? 1 },
    tax: thenTaxName === null ? undefined : { name: thenTaxName, rateBp: thenRateBp ?? 0 },
  };
}
