// One row of a file, against what is there: would it add a customer, add an account to one, or is it there already?
import { subscribers } from '@lastmile/contract/subscribers.ts';
import { sql } from 'kysely';
import { addPerson, lockPresentCustomer, phoneWordsOf } from '#customers/customers.ts';
import { type FieldView, listFields } from '#customers/fields.ts';
import { customerInScope } from '#customers/scope.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { addAccountToCustomer, type NewAccountOf } from '#subscribers/account-acts.ts';
import { addSubscriber } from '#subscribers/subscriber-acts.ts';
import { type Cells, isSamePerson, wishOf } from './import-rules.ts';

export type ImportSetup = {
  mapping: (string | null)[];
  columns: string[];
  routerId: string | null;
  planId: string | null;
};

const NewCustomer = subscribers['POST /api/customers'].body;
const NewPersonOnly = NewCustomer.omit({ username: true, password: true, routerId: true, planId: true });

type Person = ReturnType<typeof NewPersonOnly.parse>;
type Row = { person: Person; phoneWords: string; account: (NewAccountOf & { service: string }) | undefined };

/** What rows are read with: asked for once, used for all of them. */
export type Known = {
  fields: FieldView[];
  country: string;
  routers: ReadonlyMap<string, string>;
  plans: ReadonlyMap<string, { id: string; service: string }>;
};

// More than anybody has; bounds, not pages.
const mostRouters = 5000;
const mostPlans = 2000;

export async function readKnown(db: Db, scope: Scope): Promise<Known> {
  const routers = await db
    .selectFrom('routers.routers')
    .select(['id', 'label'])
    .where('removed_at', 'is', null)
    .where(routerInScope(scope, 'routers.routers.id'))
    .limit(mostRouters)
    .execute();
  const plans = await db
    .selectFrom('plans.plans as plan')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'plan.profile_id')
    .select(['plan.id', 'plan.name', 'profile.service'])
    .where('plan.archived_at', 'is', null)
    .limit(mostPlans)
    .execute();
  return {
    fields: await listFields(db),
    country: (await getSettings(db)).country,
    routers: new Map(routers.flatMap(({ id, label }) => [[label.toLowerCase(), id] as const, [id, id] as const])),
    plans: new Map(plans.flatMap((plan) => [[plan.name.toLowerCase(), plan] as const, [plan.id, plan] as const])),
  };
}

export type Faulty = { faults: string };

/** Reads a row by the shapes of the contract; faults name the column, as the person who made the file knows it. */
export function readRow(cells: Cells, setup: ImportSetup, known: Known): Row | Faulty {
  const wish = wishOf(cells, known.fields);
  const hasAccount = cells.has('username');
  const chosen = hasAccount ? chosenOf(cells, setup, known) : { faults: [] };
  const shape = hasAccount ? NewCustomer : NewPersonOnly;
  const parsed = shape.safeParse('routerId' in chosen ? { ...wish, ...chosen } : wish);
  const columnOf = (field: string) => setup.columns[setup.mapping.indexOf(field)] ?? field;
  const faults = [
    ...chosen.faults,
    ...(parsed.error?.issues ?? [])
      .filter(({ path }) => !(chosen.faults.length > 0 && ['routerId', 'planId'].includes(String(path[0]))))
      .map(({ path, message }) => `${columnOf(fieldOf(path, known))}: ${message}`),
  ];
  if (!parsed.success || faults.length > 0) return { faults: faults.join('; ') || 'cannot be read' };
  const person = NewPersonOnly.parse(wish);
  const phoneWords = phoneWordsOf(person.phone, known.country);
  if (!('routerId' in chosen)) return { person, phoneWords, account: undefined };
  const { username, password, staticAddress, macAddress } = NewCustomer.parse({ ...wish, ...chosen });
  const { routerId, planId, service } = chosen;
  return { person, phoneWords, account: { username, password, staticAddress, macAddress, routerId, planId, service } };
}

function fieldOf([first, second]: readonly PropertyKey[], { fields }: Known): string {
  if (first === 'position') return String(second ?? 'latitude');
  if (first === 'custom') return fields.find(({ id }) => id === second)?.name ?? String(second);
  return String(first);
}

type Chosen = { routerId: string; planId: string; service: string; faults: string[] } | { faults: string[] };

function chosenOf(cells: Cells, setup: ImportSetup, { routers, plans }: Known): Chosen {
  const named = { router: cells.get('router'), plan: cells.get('plan') };
  const routerId = routers.get(named.router?.toLowerCase() ?? setup.routerId ?? '');
  const plan = plans.get(named.plan?.toLowerCase() ?? setup.planId ?? '');
  const faults = [
    ...(routerId ? [] : [named.router ? `there is no router "${named.router}"` : 'an account needs a router']),
    ...(plan ? [] : [named.plan ? `there is no plan "${named.plan}" on sale` : 'an account needs a plan']),
  ];
  return routerId && plan ? { routerId, planId: plan.id, service: plan.service, faults } : { faults };
}

export type Verdict =
  | { kind: 'add' }
  | { kind: 'add_account'; customerId: string; customerName: string }
  | { kind: 'exists'; customerId: string }
  | { kind: 'refused'; code: 'account_address_taken'; message: string };

type Accounts = Map<string, string>;
type NamedPerson = { customerId: string; customerName: string; phoneWords: string; email: string | null };

/** Many rows at once, with a question for all of them and not for each. */
export async function judgeRows(db: Db, rows: readonly Row[], scope: Scope): Promise<Verdict[]> {
  const accounts = await findAccounts(db, rows);
  const addresses = await findAddresses(db, rows);
  const people = await findPeople(db, rows, scope);
  return rows.map((row, at) => {
    const { account } = row;
    const owner = account && accounts.get(accountKey(account.routerId, account.service, account.username));
    if (owner) return { kind: 'exists', customerId: owner };
    if (account?.staticAddress && addresses.has(`${account.routerId} ${account.staticAddress}`))
      return {
        kind: 'refused',
        code: 'account_address_taken',
        message: `${account.staticAddress} is the address of another account on this router`,
      };
    const contact = { phoneWords: row.phoneWords, email: row.person.email };
    // Nothing but a name is no reason to give a namesake an account.
    const isTold = row.phoneWords !== '' || row.person.email !== null;
    const same = (people.get(at) ?? []).filter((known) => isSamePerson(contact, known));
    const [one] = same;
    if (!one || (account && !isTold)) return { kind: 'add' };
    if (!account) return { kind: 'exists', customerId: one.customerId };
    return { kind: 'add_account', customerId: one.customerId, customerName: one.customerName };
  });
}

function accountKey(routerId: string, service: string, name: string): string {
  return JSON.stringify([routerId, service, name]);
}

async function findAccounts(db: Db, rows: readonly Row[]): Promise<Accounts> {
  const accounts = rows.flatMap(({ account }) => account ?? []);
  const { rows: found } = await sql<{ customerId: string; routerId: string; service: string; name: string }>`
    select account.customer_id as "customerId", account.router_id as "routerId", account.service, account.name
    from unnest(${accounts.map(({ routerId }) => routerId)}::uuid[], ${accounts.map(({ username }) => username)}::text[]) wanted (router_id, name)
    join provisioning.accounts account on account.router_id = wanted.router_id and account.name = wanted.name
    where account.removed_at is null`.execute(db);
  return new Map(
    found.map(({ customerId, routerId, service, name }) => [accountKey(routerId, service, name), customerId]),
  );
}

async function findAddresses(db: Db, rows: readonly Row[]): Promise<Set<string>> {
  const bound = rows.flatMap(({ account }) => (account?.staticAddress ? [account] : []));
  const { rows: found } = await sql<{ routerId: string; address: string }>`
    select account.router_id as "routerId", host(account.static_address) as address
    from unnest(${bound.map(({ routerId }) => routerId)}::uuid[], ${bound.map(({ staticAddress }) => staticAddress)}::inet[]) wanted (router_id, address)
    join provisioning.accounts account on account.router_id = wanted.router_id and account.static_address = wanted.address
    where account.removed_at is null`.execute(db);
  return new Set(found.map(({ routerId, address }) => `${routerId} ${address}`));
}

async function findPeople(db: Db, rows: readonly Row[], scope: Scope): Promise<Map<number, NamedPerson[]>> {
  const { rows: found } = await sql<NamedPerson & { at: number }>`
    select (wanted.at - 1)::int as at, customer.id as "customerId", customer.name as "customerName",
      customer.phone_words as "phoneWords", customer.email
    from unnest(${rows.map(({ person }) => person.name)}::text[]) with ordinality wanted (name, at)
    join customers.customers customer on customer.sort_name = customers.plain(wanted.name) and customer.removed_at is null
    where ${customerInScope(scope, 'customer.id')}
    limit 200000`.execute(db);
  return Map.groupBy(found, ({ at }) => at);
}

export type Imported = { state: 'done' | 'unchanged'; customerId: string };

/** Judged once more, now that its turn has come: whoever was added meanwhile is there already. */
export async function importRow(work: Work, sealer: Sealer, cells: Cells, setup: ImportSetup): Promise<Imported> {
  // One after another, in all processes: two rows of one person are one customer.
  await sql`select pg_advisory_xact_lock(hashtextextended('bulk.import', 0))`.execute(work.db);
  const scope = scopeOf(work.actor);
  const row = readRow(cells, setup, await readKnown(work.db, scope));
  if ('faults' in row) throw new DomainError('invalid_input', {}, row.faults);
  const [verdict] = await judgeRows(work.db, [row], scope);
  if (!verdict) throw new Error('a row has a verdict');
  if (verdict.kind === 'refused') throw new DomainError(verdict.code, {}, verdict.message);
  if (verdict.kind === 'exists') return { state: 'unchanged', customerId: verdict.customerId };
  const { person, account } = row;
  if (verdict.kind === 'add_account' && account) {
    await lockPresentCustomer(work, verdict.customerId);
    await addAccountToCustomer(work, sealer, verdict.customerId, account);
    return { state: 'done', customerId: verdict.customerId };
  }
  const customerId = account
    ? await addSubscriber(work, sealer, { ...person, ...account })
    : await addPerson(work, person);
  return { state: 'done', customerId };
}
