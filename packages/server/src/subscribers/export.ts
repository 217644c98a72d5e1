// Customers and their accounts as a CSV file, written while it is read: a line for each account, one for who has none.
import { stringify } from 'csv-stringify/sync';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { listFields } from '#customers/fields.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { matching, type SubscriberFilter } from './subscriber-list.ts';

const plainColumns = [
  'number',
  'name',
  'phone',
  'email',
  'address',
  'billing address',
  'latitude',
  'longitude',
  'tags',
  'notes',
  'state',
  'username',
  'service',
  'router',
  'plan',
  'static address',
  'mac address',
] as const;

type ExportRow = Record<(typeof plainColumns)[number], string | null> & {
  accountId: string | null;
  passwordSealed: Buffer | null;
  custom: Record<string, unknown>;
};

/** Written down before the first line leaves: who took what with him. */
export async function recordExport(work: Work, filter: SubscriberFilter, isWithPasswords: boolean): Promise<void> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const details = { ...Object.fromEntries(given), ...(isWithPasswords ? { withLogins: true } : {}) };
  await audit(work, 'customer.exported', [], details);
}

const atOnce = 500;
// Spreadsheets take a file without this mark for one in their own encoding.
const byteOrderMark = '\uFEFF';

export type ExportOrder = { filter: SubscriberFilter; now: Temporal.Instant; scope: Scope; passwords?: Sealer };

export async function* exportCustomers(db: Db, order: ExportOrder): AsyncGenerator<string> {
  const fields = await listFields(db);
  const { passwords } = order;
  const columns = [...plainColumns, ...fields.map(({ name }) => name), ...(passwords ? ['password'] : [])];
  yield byteOrderMark + linesOf([columns]);
  const conditions = await matching(db, order.filter, order.now, order.scope);
  for (let last = 0; ; ) {
    const { rows } = await sql<ExportRow & { customerNumber: number }>`
      ${selectRows}
      where customer.number in (select customer.number from customers.customers customer
        where ${sql.join(conditions, sql` and `)} and customer.number > ${last} order by customer.number limit ${atOnce})
      order by customer.number, account.id`.execute(db);
    if (rows.length === 0) return;
    last = rows.at(-1)?.customerNumber ?? last;
    yield linesOf(
      rows.map((row) => [
        ...plainColumns.map((column) => row[column]),
        ...fields.map(({ id }) => textOf(row.custom[id])),
        ...(passwords ? [passwordOf(passwords, row)] : []),
      ]),
    );
  }
}

const selectRows = sql`
  select customer.number as "customerNumber", customer.number::text as number, customer.name, customer.phone, customer.email,
    customer.address, customer.billing_address as "billing address", customer.latitude::text, customer.longitude::text,
    array_to_string(customer.tags, ', ') as tags, customer.notes, customer.custom,
    case when customer.removed_at is not null then 'removed' when account.id is null then 'no account'
      when exists (select from provisioning.blocks b where b.account_id = account.id and b.lifted_at is null) then 'suspended'
      else 'active' end as state,
    account.id as "accountId", account.name as username, account.service, router.label as router, plan.name as plan,
    account.static_address as "static address", account.mac_address as "mac address", account.password_sealed as "passwordSealed"
  from customers.customers customer
  left join provisioning.accounts account on account.customer_id = customer.id and account.removed_at is null
  left join routers.routers router on router.id = account.router_id
  left join plans.plans plan on plan.profile_id = account.profile_id`;

/** What begins like a formula is kept from being one. */
function linesOf(rows: readonly (readonly (string | null)[])[]): string {
  return stringify([...rows], { escape_formulas: true, record_delimiter: 'windows' });
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

function passwordOf(sealer: Sealer, { accountId, passwordSealed }: ExportRow): string | null {
  return accountId && passwordSealed ? sealer.openOrPlain(passwordSealed, accountId) : null;
}
