// What a router has of one account now, and whom it refused: the facts behind "why is he offline". Only reads.
import type { RouterState } from '@lastmile/contract/provisioning.ts';
import type { z } from 'zod';
import { customerInScope } from '#customers/scope.ts';
import { type Actor, type Db, type Scope, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { getRouter } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';
import { type Looking, withRouter } from './preview.ts';
import { refusedLogins } from './rules/login-log-rules.ts';
import { compareAccount } from './rules/router-state-rules.ts';
import { getWanted } from './wanted.ts';

export async function getRouterState(
  looking: Looking,
  actor: Actor,
  accountId: string,
): Promise<z.output<typeof RouterState>> {
  const { database, sealer } = looking;
  const scope = scopeOf(actor);
  const router = await getRouter(database.db, await routerIdOf(database.db, accountId, scope), scope);
  const readAt = database.clock.now();
  const wanted = await getWanted(database.db, sealer, router.id, { accountId }, readAt);
  const [account] = wanted.accounts;
  if (!account) throw new DomainError('account_not_found', { accountId });
  const names = [
    ...new Set([account.name, ...(account.appliedName ? [account.appliedName] : []), ...account.formerNames]),
  ];
  const { observed, log } = await withRouter(looking, router, async (driver) => {
    const [observed, log] = await Promise.all([
      driver.observe({
        kinds: [
          { service: account.service, accounts: { names, ids: account.appliedName === null ? [] : [account.id] } },
        ],
        hasPools: false,
        walledList: undefined,
      }),
      driver.readLog(readAt),
    ]);
    return { observed, log };
  });
  const profile = wanted.profiles.find(({ id }) => id === account.profileId);
  const compared = compareAccount(account, profile, observed, wanted.adopted.accountIds.has(account.id));
  return {
    accountId,
    accountName: account.name,
    service: account.service,
    routerId: router.id,
    readAt,
    isOnRouter: compared.isOnRouter,
    isAsWanted: account.isRemoved ? !compared.isOnRouter : compared.fields.every(({ isSame }) => isSame !== false),
    fields: compared.fields,
    sessionCount: observed.sessions.filter(({ name, isCookie }) => !isCookie && names.includes(name)).length,
    refusedLogins: log ? refusedLogins(log.lines, { ...compared, service: account.service, names }, log.timeOf) : null,
  };
}

async function routerIdOf(db: Db, accountId: string, scope: Scope): Promise<string> {
  const row = await db
    .selectFrom('provisioning.accounts')
    .select('router_id as routerId')
    .where('id', '=', accountId)
    .where('removed_at', 'is', null)
    .where(customerInScope(scope, 'customer_id'))
    .where(routerInScope(scope, 'router_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('account_not_found', { accountId });
  return row.routerId;
}
