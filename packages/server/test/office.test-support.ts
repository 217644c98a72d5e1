// For tests and benchmarks only: a provider of any size, written straight into the tables in a few seconds.
import type { Database } from '../src/platform/db.ts';
import { asOwner } from '../src/platform/program-role.ts';

/** Customers with one account each on routers of 1,000; the first `onlineCount` are online; some owe, are blocked or wait. */
export async function writeOffice({ pool }: Database, customerCount: number, onlineCount: number): Promise<void> {
  await asOwner(pool, async (client) => {
    // What triggers count and check one by one is written as a whole here.
    await client.query('set session_replication_role = replica');
    // An index over all words is built in a fraction of the time that it takes to grow.
    const { rows } = await client.query(`select pg_get_indexdef('customers.customers_search'::regclass) as definition`);
    await client.query('drop index customers.customers_search');
    await writeAll((statement, values = []) => client.query(statement, values), customerCount, onlineCount);
    await client.query(rows[0].definition);
    await client.query('vacuum analyze');
  });
}

type Write = (statement: string, values?: unknown[]) => Promise<unknown>;

async function writeAll(write: Write, customerCount: number, onlineCount: number): Promise<void> {
  await write(
    `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, state, state_since, created_at)
    select gen_random_uuid(), 'Tower ' || n, 'host-' || n, 8728, 'off', 'x', '\\x00', 'manage', 'online', now(), now()
    from generate_series(1, greatest(1, $1 / 1000)) n`,
    [customerCount],
  );
  await write(`insert into provisioning.profiles (id, service, name, down_kbps, up_kbps)
    select gen_random_uuid(), 'pppoe', 'profile-' || n, n * 1024, n * 1024 from generate_series(1, 5) n`);
  await write(`with sold as (
      insert into plans.plans (id, name, profile_id, created_at)
      select gen_random_uuid(), 'Plan ' || name, id, now() from provisioning.profiles returning id)
    insert into plans.versions (id, plan_id, version, price_minor, currency, period_unit, period_count, created_at)
    select gen_random_uuid(), id, 1, 2999, 'USD', 'month', 1, now() from sold`);
  await write(
    `insert into customers.customers (id, name, phone, phone_words, email, address, tags, created_at, keywords)
    select gen_random_uuid(), f || ' ' || l, '0712' || lpad(n::text, 6, '0'), '0712' || lpad(n::text, 6, '0') || ' 254712' || lpad(n::text, 6, '0'),
      lower(f) || n || '@example.net', n % 180 || ' ' || s, case when n % 50 = 0 then array['fibre'] else '{}' end, now(), 'acc' || n
    from (select n,
      (array['Ana','Ben','Chipo','Dmitri','Eunice','Faraji','Grace','Hana','Ivan','Joseph','Kofi','Lena','Mariana','Njeri','Omar','Priya','Quentin','Rosa','Samir','Thandi','Uche','Vera','Wanjiru','Ximena','Yusuf','Zoë'])[1 + n % 26] f,
      (array['Abubakar','Banda','Castillo','Diallo','Eze','Fernandes','García','Horvat','Ibrahim','Jovanović','Kamau','Lopez','Mwangi','Ndlovu','Okafor','Petrović','Quispe','Rahman','Silva','Tshabalala','Usman','Vargas','Wambui','Żukowski'])[1 + (n / 26) % 24] l,
      (array['Market Road','Hill Street','Old Mill Lane','Station Avenue','Lake View','Church Street','Harbour Road','Acacia Close'])[1 + n % 8] s
      from generate_series(1, $1::int) n) people`,
    [customerCount],
  );
  await write(`insert into customers.currencies select id, 'USD' from customers.customers`);
  await write(`with r as (select id, row_number() over (order by label) - 1 as at, count(*) over () as many from routers.routers),
      p as (select id, row_number() over (order by name) - 1 as at from provisioning.profiles)
    insert into provisioning.accounts (id, customer_id, router_id, profile_id, service, name, password_sealed, applied_version, pending_since, created_at)
    select gen_random_uuid(), c.id, r.id, p.id, 'pppoe', c.keywords, '\\x00',
      case when c.number % 300 = 0 then 0 else 1 end, case when c.number % 300 = 0 then now() end, now()
    from customers.customers c join r on r.at = c.number % r.many join p on p.at = c.number % 5
    where c.number % 100 <> 1`);
  await write(`update customers.customers customer set account_count = 1
    where exists (select from provisioning.accounts account where account.customer_id = customer.id)`);
  await write(`insert into provisioning.blocks (account_id, reason, since, by_name)
    select a.id, 'overdue', now(), 'test' from provisioning.accounts a join customers.customers c on c.id = a.customer_id where c.number % 40 = 0`);
  await write(
    `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, address, caller_id, started_at, down_bytes, up_bytes, seen_at, customer_words)
    select gen_random_uuid(), a.router_id, '*' || a.name, a.id, a.name, '10.64.' || c.number / 250 % 250 || '.' || c.number % 250,
      'AA:' || upper(regexp_replace(lpad(to_hex(c.number), 10, '0'), '(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5')),
      now() - c.number * interval '1 second', c.number * 1000, c.number * 100, now(), c.name
    from provisioning.accounts a join customers.customers c on c.id = a.customer_id where c.number <= $1`,
    [onlineCount],
  );
  // The series and what was drawn from it in one statement: a gap is refused.
  await write(
    `with drawn as (
      insert into billing.number_series (prefix, year, kind, last_no)
      select 'INV', 2026, 'invoice', count(*) from customers.customers where number % 40 = 0)
    insert into billing.invoices (id, series_prefix, series_year, series_no, number, customer_id, currency, net_minor, issued_on, due_on, description, created_at)
    select gen_random_uuid(), 'INV', 2026, no, 'INV-2026-' || no, id, 'USD', 2999, current_date - 40, current_date - 10, 'One month', now()
    from (select id, row_number() over (order by number) as no from customers.customers where number % 40 = 0) owing`,
  );
}
