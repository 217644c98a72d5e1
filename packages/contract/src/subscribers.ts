// A customer as the office knows him: the person, his accounts on routers, his plan and his money.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { AccountName, AccountPassword, Block, Pending, Session, serviceKinds } from './provisioning.ts';
import { Currency, Id, Instant, Minor, optionalText, PageQuery, page, Revision, SearchText, text } from './shapes.ts';

export const Account = z
  .object({
    id: Id,
    service: z.enum(serviceKinds),
    name: z.string(),
    staticAddress: z.string().nullable(),
    macAddress: z.string().nullable(),
    routerId: Id,
    routerLabel: z.string(),
    planId: Id.nullable(),
    planName: z.string().nullable(),
    blocks: z.array(Block),
    /** null: the router is known to be as wanted. */
    pending: Pending.nullable(),
    session: Session.nullable(),
  })
  .meta({ id: 'Account' });

export const customerStatuses = ['active', 'suspended', 'no_account'] as const;

export const Customer = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
    notes: z.string().nullable(),
    status: z.enum(customerStatuses),
    accounts: z.array(Account),
    /** What the customer owes; negative: credit. */
    balanceMinor: Minor,
    currency: Currency,
    overdueMinor: Minor,
    createdAt: Instant,
    removedAt: Instant.nullable(),
    revision: Revision,
  })
  .meta({ id: 'Customer' });

export const CustomerRow = z
  .object({
    id: Id,
    name: z.string(),
    phone: z.string().nullable(),
    status: z.enum(customerStatuses),
    isPending: z.boolean(),
    isOnline: z.boolean(),
    accountName: z.string().nullable(),
    routerLabel: z.string().nullable(),
    planName: z.string().nullable(),
    balanceMinor: Minor,
    overdueMinor: Minor,
    currency: Currency,
  })
  .meta({ id: 'CustomerRow' });

const person = {
  name: text(120, 1),
  email: z
    .email('must be an e-mail address')
    .max(254)
    .nullish()
    .or(z.literal(''))
    .transform((value) => value || null),
  phone: optionalText(40),
  address: optionalText(300),
  notes: optionalText(2000),
};

/** Left out it stays, emptied it is gone. */
function clearableText(maxLength: number) {
  return text(maxLength)
    .nullable()
    .transform((value) => value || null);
}

const customerId = z.object({ customerId: Id });

export const subscribers = {
  'GET /api/customers': {
    name: 'listCustomers',
    summary: 'Customers by name. The search looks at name, phone, e-mail, address and account name.',
    permission: 'customer:read',
    query: PageQuery.extend({
      search: SearchText.optional(),
      status: z.enum([...customerStatuses, 'overdue', 'pending']).optional(),
      routerId: Id.optional(),
      planId: Id.optional(),
    }),
    reply: page(CustomerRow),
  },
  'POST /api/customers': {
    name: 'addCustomer',
    summary: 'Add a customer with an account; it appears on the router by itself.',
    permission: 'customer:write',
    body: z
      .object({
        ...person,
        username: AccountName,
        password: AccountPassword,
        routerId: Id,
        planId: Id,
      })
      .meta({ id: 'NewCustomer' }),
    reply: Customer,
    status: 201,
  },
  'GET /api/customers/:customerId': {
    name: 'getCustomer',
    summary: 'One customer with accounts, state on the routers and balance.',
    permission: 'customer:read',
    params: customerId,
    reply: Customer,
  },
  'PUT /api/customers/:customerId': {
    name: 'changeCustomer',
    summary: 'Change a customer, his account or his plan; what is left out stays. The router follows by itself.',
    permission: 'customer:write',
    params: customerId,
    body: z
      .object({
        name: person.name,
        email: z
          .email('must be an e-mail address')
          .max(254)
          .or(z.literal(''))
          .nullable()
          .transform((value) => value || null),
        phone: clearableText(40),
        address: clearableText(300),
        notes: clearableText(2000),
        username: AccountName,
        password: AccountPassword,
        routerId: Id,
        planId: Id,
      })
      .partial()
      .extend({ revision: Revision }),
    reply: Customer,
  },
  'DELETE /api/customers/:customerId': {
    name: 'removeCustomer',
    summary: 'Remove a customer: the accounts leave the routers, the books stay.',
    permission: 'customer:write',
    params: customerId,
  },
  'POST /api/customers/:customerId/suspend': {
    name: 'suspendCustomer',
    summary: 'Block all accounts of a customer by hand. Paying does not lift this block.',
    permission: 'customer:block',
    params: customerId,
    body: z.object({ note: optionalText(300) }).prefault({}),
    reply: Customer,
  },
  'POST /api/customers/:customerId/activate': {
    name: 'activateCustomer',
    summary: 'Lift all blocks of a customer. Who owes past grace is exempt from suspension for the days of the policy.',
    permission: 'customer:block',
    params: customerId,
    body: z.object({ note: optionalText(300) }).prefault({}),
    reply: Customer,
  },
} satisfies EndpointRecord;
