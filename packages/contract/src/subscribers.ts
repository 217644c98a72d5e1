// A customer as the office knows him: the person, his accounts on routers, his plan and his money.
import { z } from 'zod';
import { AuditEntry } from './audit.ts';
import { CustomValues, Position, Tag, Tags } from './customers.ts';
import type { EndpointRecord } from './endpoint.ts';
import {
  AccountName,
  AccountPassword,
  accountFields,
  Block,
  PastSession,
  Pending,
  Session,
  serviceKinds,
} from './provisioning.ts';
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
    /** Somebody else changed it on the router, and nobody has dealt with that yet. */
    hasDrift: z.boolean(),
    /** All data of its plan is used: it has the slow speed of that. */
    slowedSince: Instant.nullable(),
    session: Session.nullable(),
    revision: Revision,
  })
  .meta({ id: 'Account' });

export const customerStatuses = ['active', 'suspended', 'no_account'] as const;

export const Customer = z
  .object({
    id: Id,
    /** Short enough to say on the phone. */
    number: z.int(),
    name: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    /** As it is dialled from abroad; null where the phone is not understood. */
    phoneE164: z.string().nullable(),
    /** Where the line is. */
    address: z.string().nullable(),
    /** Where invoices go, if not there. */
    billingAddress: z.string().nullable(),
    position: Position.nullable(),
    tags: z.array(z.string()),
    custom: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
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
    number: z.int(),
    name: z.string(),
    phone: z.string().nullable(),
    tags: z.array(z.string()),
    status: z.enum(customerStatuses),
    accountCount: z.int(),
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

export const customerSorts = ['name', 'name_desc', 'newest', 'oldest'] as const;

/** Which customers: all that match every part that is given. */
export const CustomerFilter = z.object({
  search: SearchText.optional(),
  status: z.enum([...customerStatuses, 'overdue', 'pending', 'online', 'offline', 'removed']).optional(),
  routerId: Id.optional(),
  locationId: Id.optional(),
  planId: Id.optional(),
  tag: Tag.optional(),
});

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
  billingAddress: optionalText(300),
  position: Position.nullish().transform((value) => value ?? null),
  tags: Tags.default([]),
  custom: CustomValues.default({}),
  notes: optionalText(2000),
};

/** Left out it stays, emptied it is gone. */
function clearableText(maxLength: number) {
  return text(maxLength)
    .nullable()
    .transform((value) => value || null);
}

const customerId = z.object({ customerId: Id });
const accountId = z.object({ accountId: Id });

export const timelineKinds = ['staff', 'money', 'network'] as const;

export const TimelineEntry = z
  .object({
    id: z.string(),
    at: Instant,
    kind: z.enum(timelineKinds),
    /** null: the network itself. */
    actor: AuditEntry.shape.actor.pick({ kind: true, name: true }).nullable(),
    action: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEntry' });

/** An account of a router, with whose it is. */
export const RouterAccount = Account.omit({
  session: true,
  blocks: true,
  hasDrift: true,
  slowedSince: true,
  revision: true,
})
  .extend({
    customerId: Id,
    customerName: z.string(),
    isBlocked: z.boolean(),
    isOnline: z.boolean(),
  })
  .meta({ id: 'RouterAccount' });

export const sessionSorts = ['account', 'newest', 'oldest', 'data', 'rate'] as const;

export const subscribers = {
  'GET /api/sessions': {
    name: 'listSessions',
    summary: 'Who is online now, on all routers, and who was when a router that does not answer was last heard.',
    permission: 'session:read',
    query: PageQuery.extend({
      routerId: Id.optional(),
      locationId: Id.optional(),
      planId: Id.optional(),
      service: z.enum(serviceKinds).optional(),
      state: z.enum(['live', 'last_seen']).optional(),
      search: SearchText.optional(),
      sort: z.enum(sessionSorts).default('account'),
    }),
    /** How many are online, and of how many that is only known that they were. */
    reply: page(Session).extend({ total: z.int(), lastSeenTotal: z.int() }),
  },
  'GET /api/routers/:routerId/accounts': {
    name: 'listRouterAccounts',
    summary: 'The accounts of a router by name, with whose they are. The search looks at account names and customers.',
    permission: 'customer:read',
    params: z.object({ routerId: Id }),
    query: PageQuery.extend({
      service: z.enum(serviceKinds).optional(),
      state: z.enum(['online', 'offline', 'blocked', 'pending']).optional(),
      search: SearchText.optional(),
    }),
    reply: page(RouterAccount).extend({ total: z.int() }),
  },
  'GET /api/customers/:customerId/sessions': {
    name: 'listCustomerSessions',
    summary: 'The sessions of a customer, the latest first, and how each ended.',
    permission: 'customer:read',
    params: customerId,
    query: PageQuery,
    reply: page(PastSession),
  },
  'GET /api/customers': {
    name: 'listCustomers',
    summary:
      'Customers. The search looks at number, name, phone, e-mail, addresses, tags and own fields, at account names, and at the IP and MAC addresses of sessions; several words must all be found.',
    permission: 'customer:read',
    query: CustomerFilter.extend({ ...PageQuery.shape, sort: z.enum(customerSorts).default('name') }),
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
        /** Left out, one is made. */
        password: AccountPassword.optional(),
        routerId: Id,
        planId: Id,
        staticAddress: accountFields.staticAddress.optional(),
        macAddress: accountFields.macAddress.optional(),
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
        billingAddress: clearableText(300),
        position: Position.nullable(),
        tags: Tags,
        /** The fields that are left out stay. */
        custom: CustomValues,
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
  'POST /api/customers/:customerId/accounts': {
    name: 'addAccount',
    summary: 'Give a customer another account; its kind is that of the plan. Without a password one is made.',
    permission: 'customer:write',
    params: customerId,
    body: z
      .object({
        username: AccountName,
        password: AccountPassword.optional(),
        routerId: Id,
        planId: Id,
        staticAddress: accountFields.staticAddress.optional(),
        macAddress: accountFields.macAddress.optional(),
      })
      .meta({ id: 'NewAccount' }),
    reply: Customer,
    status: 201,
  },
  'PUT /api/accounts/:accountId': {
    name: 'changeAccount',
    summary: 'Change an account; what is left out stays. On another router it is made anew there, with its blocks.',
    permission: 'customer:write',
    params: accountId,
    body: z
      .object({ username: AccountName, password: AccountPassword, routerId: Id, planId: Id, ...accountFields })
      .partial()
      .extend({ revision: Revision }),
    reply: Customer,
  },
  'DELETE /api/accounts/:accountId': {
    name: 'removeAccount',
    summary: 'Remove an account: it leaves its router and its session ends. The customer stays.',
    permission: 'customer:write',
    params: accountId,
  },
  'GET /api/customers/:customerId/timeline': {
    name: 'listTimeline',
    summary: 'What happened to a customer, newest first: acts of staff, money and sessions in one list.',
    permission: 'customer:read',
    params: customerId,
    query: PageQuery.extend({ kind: z.enum(timelineKinds).optional() }),
    reply: page(TimelineEntry),
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
