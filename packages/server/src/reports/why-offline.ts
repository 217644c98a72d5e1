// One customer, everything that decides whether he is online, and what follows from it.
import type { WhyOffline } from '@lastmile/contract/why-offline.ts';
import type { z } from 'zod';
import { listAccountsCutForMoney, listReturns } from '#billing/restart-services.ts';
import { doesCut, listCuttingInvoices } from '#billing/suspension.ts';
import type { Db, Scope } from '#platform/db.ts';
import { listCustomerSessions } from '#subscribers/session-list.ts';
import { getSubscriber } from '#subscribers/subscribers.ts';
import { whyOffline } from './why-offline-rules.ts';

type View = z.output<typeof WhyOffline>;
type RouterView = View['accounts'][number]['router'];

// Enough to see a habit: a line that drops each evening, a device that was exchanged.
const shownSessions = 5;
const heardStates = ['online', 'unknown'];

export async function getWhyOffline(db: Db, customerId: string, now: Temporal.Instant, scope: Scope): Promise<View> {
  const { accounts, balanceMinor, overdueMinor, currency } = await getSubscriber(db, customerId, now, scope);
  const routers = await getRouters(
    db,
    accounts.map(({ routerId }) => routerId),
  );
  const invoices = await listCuttingInvoices(db, customerId, now);
  const returns = await listReturns(db, now, await listAccountsCutForMoney(db, customerId));
  const sessions = (await listCustomerSessions(db, customerId, { limit: 100 }, scope)).items;
  return {
    balanceMinor,
    overdueMinor,
    currency,
    accounts: accounts.flatMap(({ id, name, blocks, pending, hasDrift, session, routerId }) => {
      const router = routers.get(routerId);
      if (!router) return [];
      const own = sessions.filter(({ accountName }) => accountName === name);
      const past = own.find(({ endedAt }) => endedAt !== null) ?? own[0] ?? null;
      const answer = whyOffline({
        blocks,
        pending,
        hasDrift,
        session,
        lastSession: past,
        router: {
          isHeard: heardStates.includes(router.state),
          isManaged: router.mode === 'manage',
          stateSince: router.stateSince,
        },
      });
      const cutting = invoices.find((invoice) => doesCut(invoice, id));
      const cutFor = cutting ? { invoiceId: cutting.id, number: cutting.number, dueOn: cutting.dueOn } : null;
      const whenPaid = returns.find(({ accountId }) => accountId === id) ?? null;
      const shown = own.slice(0, shownSessions);
      return [
        { accountId: id, accountName: name, ...answer, cutFor, whenPaid, blocks, pending, router, sessions: shown },
      ];
    }),
  };
}

async function getRouters(db: Db, routerIds: readonly string[]): Promise<Map<string, RouterView>> {
  if (routerIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('routers.routers as router')
    .leftJoin('routers.locations as location', 'location.id', 'router.location_id')
    .select([
      'router.id',
      'router.label',
      'router.mode',
      'router.state',
      'router.state_since as stateSince',
      'router.trouble_code as troubleCode',
      'router.trouble_message as troubleMessage',
      'location.name as locationName',
    ])
    .where('router.id', 'in', [...new Set(routerIds)])
    .execute();
  return new Map(
    rows.map(({ troubleCode, troubleMessage, mode, state, ...row }) => [
      row.id,
      {
        ...row,
        mode: mode as RouterView['mode'],
        state: state as RouterView['state'],
        trouble: troubleCode ? { code: troubleCode, message: troubleMessage ?? '' } : null,
      },
    ]),
  );
}
