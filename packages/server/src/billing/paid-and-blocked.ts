// Who has paid all that was due, and whose router does not show it: counted for the dashboard, and told to the owner.
import { type RawBuilder, sql } from 'kysely';
import { type Actor, type Database, type Db, inTransaction, type Scope } from '#platform/db.ts';
import { counted } from '#platform/errors.ts';
import { routerInScope } from '#routers/scope.ts';
import { raiseAlarm } from '#system/events.ts';
import { getToday } from './invoices.ts';

// What a router that answers needs is far less.
const patienceSeconds = 30;

function isPaidAndBlocked(now: Temporal.Instant): RawBuilder<boolean> {
  const waitedSince = now.subtract({ seconds: patienceSeconds });
  return sql`account.removed_at is null and account.pending_since is not null and account.pending_since < ${waitedSince}
    and not exists (select from provisioning.blocks block where block.account_id = account.id and block.lifted_at is null)
    and exists (select from provisioning.blocks block join routers.routers router on router.id = account.router_id
      where block.account_id = account.id and block.reason = 'overdue'
        and block.lifted_at >= account.pending_since - interval '1 second' and block.lifted_at < ${waitedSince}
        -- Where we only look nobody was cut, unless that was before and was seen there.
        and (router.mode = 'manage' or block.since < account.pending_since))`;
}

export async function countPaidAndStillBlocked(db: Db, now: Temporal.Instant, scope: Scope): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from provisioning.accounts account
    where ${isPaidAndBlocked(now)} and ${routerInScope(scope, 'account.router_id')}`.execute(db);
  return rows[0]?.count ?? 0;
}

// More alarms than anybody reads at once; the next look finds the others.
const mostRouters = 50;

/** Rings once a day for each router that keeps somebody off: who has seen it must not be woken by each customer of it. */
export async function watchPaidAndBlocked(database: Database, actor: Actor): Promise<void> {
  await inTransaction(database, actor, async (work) => {
    const stem = 'billing.paid_and_blocked';
    const day = (await getToday(work.db, work.now)).toString();
    const { rows } = await sql<{ routerId: string; label: string; count: number; customerName: string }>`
      select router.id as "routerId", router.label, count(distinct customer.id)::integer as count, min(customer.name) as "customerName"
      from provisioning.accounts account
      join routers.routers router on router.id = account.router_id
      join customers.customers customer on customer.id = account.customer_id
      where ${isPaidAndBlocked(work.now)}
        and not exists (select from system.events event
          where event.dedupe_key = ${stem}::text || ' ' || router.id || ' ' || ${day}::text)
      group by router.id, router.label order by router.id limit ${mostRouters}`.execute(work.db);
    for (const { routerId, label, count, customerName } of rows) {
      const first = count === 1 ? customerName : `${counted(count, 'customer')}, ${customerName} among them,`;
      await raiseAlarm(work, {
        kind: 'router',
        name: stem,
        title: 'Paid and still blocked.',
        message: `${first} paid all that was due, and ${label} does not show it yet. It is tried again by itself: see why the router does not take it.`,
        subjectId: routerId,
        dedupeKey: `${stem} ${routerId} ${day}`,
      });
    }
  });
}
