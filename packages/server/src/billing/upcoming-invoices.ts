// The invoices that come by themselves, said before they are made: by the rules that the runs make them by.
import { lastDay } from '@lastmile/contract/shapes.ts';
import type { UpcomingInvoice } from '@lastmile/contract/subscriptions.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireCustomer } from '#customers/scope.ts';
import { isBefore, laterOf } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday } from './invoices.ts';
import { billingTermsOf, getPolicy, type PolicyView, taxPolicyOf } from './policy.ts';
import { amountOfLine, composeInvoice, type WantedLine } from './rules/compose-invoice-rules.ts';
import { type Term, upcomingCharges } from './rules/subscription-rules.ts';
import { selectTerms, termOf } from './subscription-terms.ts';
import { mostSubscriptions } from './subscriptions.ts';

type UpcomingView = z.output<typeof UpcomingInvoice>;

const shownUpcoming = 3;

/** The next three invoices of each subscription of a customer. */
export async function listUpcomingInvoices(
  db: Db,
  now: Temporal.Instant,
  customerId: string,
  scope: Scope,
): Promise<(UpcomingView & { subscriptionId: string })[]> {
  await requireCustomer(db, scope, customerId);
  const { timeZone } = await getSettings(db);
  const conditions = { policy: await getPolicy(db), today: await getToday(db, now) };
  const rows = await selectTerms(
    db,
    sql`where subscription.customer_id = ${customerId} and subscription.status = 'active' order by subscription.id limit ${mostSubscriptions}`,
  );
  const upcoming = rows.flatMap((row) => {
    const own = upcomingOf(termOf(row, timeZone), row.currency, conditions);
    return own.map((invoice) => ({ subscriptionId: row.id, ...invoice }));
  });
  return upcoming.sort((a, b) => (isBefore(a.issueOn, b.issueOn) ? -1 : 1));
}

/** The next three invoices on these terms. */
export function upcomingOf(
  term: Term,
  currency: string,
  { policy, today }: { policy: PolicyView; today: Temporal.PlainDate },
): UpcomingView[] {
  return upcomingCharges(term, billingTermsOf(policy), shownUpcoming, today)
    .filter(({ part, dueOn }) => !isBefore(lastDay, laterOf(part.period.endsOn, dueOn)))
    .map(({ lines, part, plan, issueOn, dueOn }) => {
      const { netMinor, taxMinor, totalMinor } = composeInvoice(lines, taxPolicyOf(policy));
      // The days up to the first anchor may be on the same invoice.
      const startsOn = lines.find((line) => line.startsOn)?.startsOn ?? part.period.startsOn;
      return {
        issueOn,
        dueOn,
        startsOn,
        endsOn: part.period.endsOn,
        planName: plan.planName,
        lines: lines.map(previewLineOf),
        netMinor,
        taxMinor,
        amountMinor: totalMinor,
        currency,
      };
    });
}

export function previewLineOf(line: WantedLine): UpcomingView['lines'][number] {
  const { kind, description, startsOn = null, endsOn = null, discountMinor } = line;
  return { kind, description, startsOn, endsOn, discountMinor, amountMinor: amountOfLine(line) };
}
