// Accounts and sessions as one sees them who thinks of a router's users: by name and kind.
import { sql } from 'kysely';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { type LockedAccount, lockAccount } from '#provisioning/accounts.ts';
import type { ServiceKind } from '#provisioning/profiles.ts';
import { routerInScope } from '#routers/scope.ts';

type UserQuery = PageRequest & { type?: ServiceKind | undefined; routerId?: string | undefined };

export type MikrotikUser = {
  id: string;
  username: string;
  type: ServiceKind;
  profile: string;
  disabled: boolean;
  pending: boolean;
  ipAddress: string | null;
  macAddress: string | null;
  routerId: string;
  router: string;
  customerId: string;
  customer: string;
};

/** In the order in which they were added: their ids grow. */
export async function listUsers(db: Db, query: UserQuery, scope: Scope): Promise<Page<MikrotikUser>> {
  const key = keyOf(query.after, 'uuid');
  const rows = await db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'account.profile_id')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .innerJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .select([
      'account.id',
      'account.name as username',
      'account.service as type',
      'profile.name as profile',
      sql<boolean>`exists (select from provisioning.blocks b where b.account_id = account.id and b.lifted_at is null)`.as(
        'disabled',
      ),
      sql<boolean>`account.applied_version <> account.version`.as('pending'),
      'account.static_address as ipAddress',
      'account.mac_address as macAddress',
      'account.router_id as routerId',
      'router.label as router',
      'account.customer_id as customerId',
      'customer.name as customer',
    ])
    .where('account.removed_at', 'is', null)
    .where(routerInScope(scope, 'account.router_id'))
    .$if(query.type !== undefined, (q) => q.where('account.service', '=', query.type ?? ''))
    .$if(query.routerId !== undefined, (q) => q.where('account.router_id', '=', query.routerId ?? ''))
    .$if(key !== undefined, (q) => q.where('account.id', '>', key?.[0] ?? ''))
    .orderBy('account.id')
    .limit(query.limit + 1)
    .execute();
  return pageOf(
    rows.map((row) => ({ ...row, type: row.type as ServiceKind })),
    query.limit,
    (row) => [row.id],
  );
}

export type Meant = {
  id?: string | undefined;
  username?: string | undefined;
  type?: ServiceKind | undefined;
  routerId?: string | undefined;
};

/** The account that is meant; one name may stand on several routers, and then the router must be said, too. */
export async function lockMeantAccount(work: Work, meant: Meant): Promise<LockedAccount> {
  refuseNobody(meant);
  const rows = await work.db
    .selectFrom('provisioning.accounts as account')
    .select('account.id')
    .where('account.removed_at', 'is', null)
    .where(routerInScope(scopeOf(work.actor), 'account.router_id'))
    .$if(meant.id !== undefined, (q) => q.where('account.id', '=', meant.id ?? ''))
    .$if(meant.username !== undefined, (q) => q.where('account.name', '=', meant.username ?? ''))
    .$if(meant.type !== undefined, (q) => q.where('account.service', '=', meant.type ?? ''))
    .$if(meant.routerId !== undefined, (q) => q.where('account.router_id', '=', meant.routerId ?? ''))
    .limit(2)
    .execute();
  const [found, another] = rows;
  if (!found) throw new DomainError('account_not_found', meant);
  if (another) throw fieldError('invalid_input', 'routerId', 'is needed: several accounts have this name');
  return lockAccount(work, found.id);
}

/** A session by its id, or all that an account has. */
export async function listMeantSessionIds(db: Db, meant: Meant, scope: Scope): Promise<string[]> {
  refuseNobody(meant);
  const rows = await db
    .selectFrom('provisioning.sessions as session')
    .select('session.id')
    .where('session.ended_at', 'is', null)
    .where(routerInScope(scope, 'session.router_id'))
    .$if(meant.id !== undefined, (q) => q.where('session.id', '=', meant.id ?? ''))
    .$if(meant.username !== undefined, (q) => q.where('session.account_name', '=', meant.username ?? ''))
    .$if(meant.type !== undefined, (q) => q.where('session.service', '=', meant.type ?? ''))
    .$if(meant.routerId !== undefined, (q) => q.where('session.router_id', '=', meant.routerId ?? ''))
    .limit(100)
    .execute();
  if (rows.length === 0) throw new DomainError('session_not_found', meant);
  return rows.map(({ id }) => id);
}

function refuseNobody({ id, username }: Meant): void {
  if (id === undefined && username === undefined) throw fieldError('invalid_input', 'username', 'or id must be given');
}
