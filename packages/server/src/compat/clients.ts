// Customers as seed E tells them: clients by number, with one PPP secret, in snake case and with amounts as decimals.
import { sql } from 'kysely';
import { customerInScope } from '#customers/scope.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { keyOf, type PageRequest, pageOf } from '#platform/paging.ts';
import type { Sealer } from '#platform/secrets.ts';
import { newAccountPassword } from '#provisioning/accounts.ts';
import { addSubscriber } from '#subscribers/subscriber-acts.ts';
import { listSubscriptionsOf } from './client-details.ts';
import { chooseRouter } from './router-readings.ts';

export type Client = {
  client_id: number;
  name: string;
  phone_number: string | null;
  address: string | null;
  ppp_secret_name: string | null;
};

function selectClients(db: Db, scope: Scope) {
  return db
    .selectFrom('customers.customers as customer')
    .select([
      'customer.id',
      'customer.number',
      'customer.revision',
      'customer.name',
      'customer.phone',
      'customer.address',
      sql<string | null>`(select account.name from provisioning.accounts account
        where account.customer_id = customer.id and account.removed_at is null order by account.id limit 1)`.as(
        'secret',
      ),
    ])
    .where('customer.removed_at', 'is', null)
    .where(customerInScope(scope, 'customer.id'));
}

type Row = Awaited<ReturnType<ReturnType<typeof selectClients>['executeTakeFirstOrThrow']>>;

function clientOf({ number, name, phone, address, secret }: Row): Client {
  return { client_id: Number(number), name, phone_number: phone, address, ppp_secret_name: secret };
}

export async function listClients(
  db: Db,
  query: PageRequest,
  scope: Scope,
): Promise<{ message: string; data: Client[]; next: string | null }> {
  const key = keyOf(query.after, 'number');
  const rows = await selectClients(db, scope)
    .$if(key !== undefined, (q) => q.where('customer.number', '>', Number(key?.[0])))
    .orderBy('customer.number')
    .limit(query.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, query.limit, ({ number }) => [String(number)]);
  return { message: 'Clients retrieved successfully', data: items.map(clientOf), next };
}

async function findRow(db: Db, number: number, scope: Scope): Promise<Row> {
  const row = await selectClients(db, scope).where('customer.number', '=', number).executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { clientId: number });
  return row;
}

/** What the acts on customers need to know of a client. */
export async function findClient(
  work: Work,
  number: number,
): Promise<{ id: string; revision: number; client: Client }> {
  const row = await findRow(work.db, number, scopeOf(work.actor));
  return { id: row.id, revision: row.revision, client: clientOf(row) };
}

export async function getClient(work: Work, customerId: string): Promise<Client> {
  const clients = selectClients(work.db, 'everywhere');
  return clientOf(await clients.where('customer.id', '=', customerId).executeTakeFirstOrThrow());
}

export type NewClient = {
  name: string;
  phone_number: string | null;
  address: string | null;
  ppp_secret_name: string;
  ppp_secret_password?: string | undefined;
  plan_id?: string | undefined;
  router_id?: string | undefined;
};

/** The seed knows neither plans nor routers: who names none gets the cheapest plan, on the router that was added first. */
export async function registerClient(work: Work, sealer: Sealer, client: NewClient): Promise<Client> {
  const router = await chooseRouter(work.db, client.router_id, scopeOf(work.actor));
  const customerId = await addSubscriber(work, sealer, {
    name: client.name,
    phone: client.phone_number,
    address: client.address,
    username: client.ppp_secret_name,
    password: client.ppp_secret_password ?? newAccountPassword(),
    planId: client.plan_id ?? (await cheapestPlanId(work.db)),
    routerId: router.id,
  });
  return getClient(work, customerId);
}

async function cheapestPlanId(db: Db): Promise<string> {
  const plan = await db
    .selectFrom('plans.plans as plan')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'plan.profile_id')
    .innerJoin('plans.versions as version', (join) =>
      join.onRef('version.plan_id', '=', 'plan.id').onRef('version.version', '=', 'plan.sold_version'),
    )
    .select('plan.id')
    .where('plan.archived_at', 'is', null)
    .where('profile.service', '=', 'pppoe')
    .orderBy('version.price_minor')
    .orderBy('plan.name')
    .limit(1)
    .executeTakeFirst();
  if (!plan) throw fieldError('plan_not_found', 'plan_id', 'must be given: no PPPoE plan is sold');
  return plan.id;
}

export async function getClientDetails(db: Db, number: number, scope: Scope) {
  const row = await findRow(db, number, scope);
  return {
    message: 'Client details retrieved successfully',
    data: { client: clientOf(row), ...(await listSubscriptionsOf(db, row.id)) },
  };
}
