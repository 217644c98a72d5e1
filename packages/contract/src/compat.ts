// Doors that the seeds promised under their own paths. Each is a thin alias of an endpoint elsewhere.
import { z } from 'zod';
import { InvoiceDetail, InvoiceRun, NewPayment } from './billing.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Plan } from './plans.ts';
import { AccountName, AccountPassword, accountFields, Session, serviceKinds } from './provisioning.ts';
import { Router, RouterFacts, Trouble } from './routers.ts';
import { Day, Id, Instant, Kbps, Minor, optionalText, PageQuery, page, text } from './shapes.ts';
import { Customer } from './subscribers.ts';

const routerId = z.object({ routerId: Id });
const ServiceType = z.enum(serviceKinds);

/** Seed A. */
export const compat = {
  'POST /api/routers/:routerId': {
    name: 'syncRouterAlias',
    summary: 'Alias of POST /api/routers/:routerId/sync.',
    permission: 'router:write',
    params: routerId,
    body: z.unknown(),
    reply: Router,
  },
  'POST /api/customers/:customerId': {
    name: 'suspendOrActivateCustomerAlias',
    summary: 'Alias of POST /api/customers/:customerId/suspend and /activate.',
    permission: 'customer:block',
    params: z.object({ customerId: Id }),
    body: z.object({ action: z.enum(['suspend', 'activate']), note: optionalText(300) }),
    reply: Customer,
  },
  'POST /api/invoices/:invoiceId': {
    name: 'markInvoicePaidAlias',
    summary: 'Alias of POST /api/invoices/:invoiceId/payments: marks the invoice as paid.',
    permission: 'payment:record',
    params: z.object({ invoiceId: Id }),
    body: NewPayment.nullish(),
    reply: InvoiceDetail,
  },
} satisfies EndpointRecord;

/** What a router says of itself and how it does, asked of it now. */
const RouterReading = z.object({
  routerId: Id,
  name: z.string(),
  identity: z.string(),
  model: z.string(),
  /** The version of RouterOS. */
  firmware: z.string(),
  uptimeSeconds: z.int(),
});

const RouterStats = z
  .object({
    routerId: Id,
    cpuLoadPercent: z.int(),
    freeMemoryBytes: z.string(),
    totalMemoryBytes: z.string(),
    uptimeSeconds: z.int(),
    latencyMs: z.int(),
    /** Sessions of both kinds. */
    activeUsers: z.int(),
    lastSyncAt: Instant.nullable(),
  })
  .meta({ id: 'RouterStats' });

/** Seed D: what a router tells, asked of it at this moment. */
export const routerDoors = {
  'GET /api/routers/:routerId/info': {
    name: 'getRouterInfo',
    summary: 'Ask a router now for its identity, model and version.',
    permission: 'router:read',
    params: routerId,
    reply: RouterReading.meta({ id: 'RouterInfo' }),
  },
  'GET /api/routers/:routerId/stats': {
    name: 'getRouterStats',
    summary: 'Ask a router now for its CPU and memory, and who is online there.',
    permission: 'router:read',
    params: routerId,
    reply: RouterStats,
  },
  'GET /api/routers/:routerId/active-users': {
    name: 'listActiveUsers',
    summary: 'Who is online by hotspot on a router now; `type=pppoe` for the others.',
    permission: 'session:read',
    params: routerId,
    query: PageQuery.extend({ type: ServiceType.default('hotspot') }),
    reply: page(Session).extend({ total: z.int() }),
  },
} satisfies EndpointRecord;

const MikrotikUser = z
  .object({
    /** The account's. */
    id: Id,
    username: z.string(),
    type: ServiceType,
    profile: z.string(),
    /** Off on the router, because some block stands. */
    disabled: z.boolean(),
    pending: z.boolean(),
    ipAddress: z.string().nullable(),
    macAddress: z.string().nullable(),
    routerId: Id,
    router: z.string(),
    customerId: Id,
    customer: z.string(),
  })
  .meta({ id: 'MikrotikUser' });

const speed = { download: Kbps, upload: Kbps };

/** A package is named, or told so that it can be made: speeds as "10M" or kbps, 1 Mbps = 1024 kbps. */
const Package = z
  .object({
    id: Id.optional(),
    name: text(80, 1).optional(),
    priceMinor: Minor.refine((price) => price >= 0n, 'must not be negative').optional(),
    downloadSpeed: speed.download.optional(),
    uploadSpeed: speed.upload.optional(),
    burstDownloadSpeed: speed.download.optional(),
    burstUploadSpeed: speed.upload.optional(),
    sessionTimeout: z.int().min(0).max(31_622_400).optional(),
    idleTimeout: z.int().min(0).max(31_622_400).optional(),
    sharedUsers: z.int().min(1).max(1000).optional(),
  })
  .refine(({ id, name }) => id !== undefined || name !== undefined, { path: ['name'], message: 'or id must be given' })
  .meta({ id: 'MikrotikPackage' });

const SyncedCustomer = z
  .object({
    /** Of a customer who is here already. */
    id: Id.optional(),
    name: text(120, 1).optional(),
    username: AccountName.optional(),
    password: AccountPassword.optional(),
    email: z.email('must be an e-mail address').max(254).optional(),
    phone: text(40).optional(),
    address: text(300).optional(),
    status: z.enum(['Active', 'Inactive']).default('Active'),
    ipAddress: accountFields.staticAddress.optional(),
    macAddress: accountFields.macAddress.optional(),
    /** Which of `packages`, by id or name; the only one where there is one. */
    package: text(80, 1).optional(),
  })
  .refine(({ id, username }) => id !== undefined || username !== undefined, {
    path: ['username'],
    message: 'or id must be given',
  })
  .meta({ id: 'MikrotikCustomer' });

const SyncResult = z
  .object({
    success: z.boolean(),
    username: z.string().nullable(),
    customerId: Id.nullable(),
    profile: z.string().nullable(),
    /** Not seen on the router yet: it is brought there as soon as the router answers. */
    pending: z.boolean(),
    error: Trouble.nullable(),
  })
  .meta({ id: 'MikrotikSyncResult' });

const onRouter = { routerId: Id.optional() };
/** Which one to remove or drop: by its id, or by the name that stands on the router. */
const Which = z.object({
  id: Id.optional(),
  username: AccountName.optional(),
  type: ServiceType.optional(),
  ...onRouter,
});

/** Seed B: one router is meant where none is named, the one that was added first. */
export const mikrotik = {
  'GET /api/mikrotik/test': {
    name: 'testMikrotik',
    summary: 'Try the connection to a router now; tells what it is and how it does.',
    // Not router:read, customer:read or plan:read: seed B opens to its office the sessions alone.
    permission: 'mikrotik:read',
    query: z.object(onRouter),
    reply: z.object({
      success: z.boolean(),
      /** null: there is none yet. */
      routerId: Id.nullable(),
      router: z.string().nullable(),
      latencyMs: z.int().nullable(),
      system: RouterFacts.extend({ uptimeSeconds: z.int(), cpuLoadPercent: z.int() }).nullable(),
      error: Trouble.nullable(),
    }),
  },
  'GET /api/mikrotik/users': {
    name: 'listMikrotikUsers',
    summary: 'Accounts of one kind, or of both, on all routers or one.',
    permission: 'mikrotik:read',
    query: PageQuery.extend({ type: ServiceType.optional(), ...onRouter }),
    reply: page(MikrotikUser),
  },
  'DELETE /api/mikrotik/users': {
    name: 'removeMikrotikUser',
    summary: 'Remove an account, named in the address or the body; it leaves the router by itself.',
    permission: 'customer:write',
    query: Which,
    body: Which.nullish(),
    reply: z.object({ success: z.literal(true), id: Id, username: z.string() }),
  },
  'GET /api/mikrotik/sessions': {
    name: 'listMikrotikSessions',
    summary: 'Alias of GET /api/sessions: who is online by PPPoE or hotspot.',
    permission: 'session:read',
    query: PageQuery.extend({ type: ServiceType.optional(), ...onRouter }),
    reply: page(Session).extend({ total: z.int() }),
  },
  'DELETE /api/mikrotik/sessions': {
    name: 'disconnectMikrotikSession',
    summary: 'Drop a session, or all of an account, named in the address or the body.',
    permission: 'session:disconnect',
    query: Which,
    body: Which.nullish(),
    reply: z.object({ success: z.literal(true), disconnectedCount: z.int() }),
  },
  'GET /api/mikrotik/profiles': {
    name: 'listMikrotikProfiles',
    summary: 'Alias of GET /api/plans: the plans of one kind, each with its profile on the routers.',
    permission: 'mikrotik:read',
    query: PageQuery.extend({ type: ServiceType.optional() }),
    reply: page(Plan),
  },
  'POST /api/mikrotik/profiles': {
    name: 'addMikrotikProfile',
    summary: 'Add a plan from a package; its profile is named NAME_pppoe or NAME_hotspot.',
    permission: 'plan:write',
    needsEverywhere: true,
    body: z.object({ type: ServiceType.default('pppoe'), package: Package }),
    reply: Plan,
    status: 201,
  },
  'POST /api/mikrotik/sync': {
    name: 'syncMikrotikCustomer',
    summary: 'Bring one customer to the router: the profile, the account, and whether it is on.',
    permission: 'customer:write',
    body: z.object({
      customer: SyncedCustomer,
      package: Package,
      serviceType: ServiceType.default('pppoe'),
      ...onRouter,
    }),
    reply: SyncResult,
  },
  'PUT /api/mikrotik/sync': {
    name: 'syncMikrotikCustomers',
    summary: 'The same for many, each by itself: one that fails does not keep the others back.',
    permission: 'customer:write',
    body: z.object({
      customers: z.array(SyncedCustomer).min(1).max(500, 'must be at most 500 at a time'),
      packages: z.array(Package).min(1).max(100),
      serviceType: ServiceType.default('pppoe'),
      ...onRouter,
    }),
    reply: z.object({
      total: z.int(),
      successful: z.int(),
      failed: z.int(),
      results: z.array(SyncResult),
    }),
  },
} satisfies EndpointRecord;

const Client = z
  .object({
    /** The customer's number. */
    client_id: z.int(),
    name: z.string(),
    phone_number: z.string().nullable(),
    address: z.string().nullable(),
    /** Of the first account. */
    ppp_secret_name: z.string().nullable(),
  })
  .meta({ id: 'Client' });

const ClientInvoice = z.object({
  invoice_id: Id,
  invoice_number: z.string().nullable(),
  invoice_date: Day.nullable(),
  due_date: Day,
  total_amount: z.number(),
  invoice_status: z.enum(['draft', 'pending', 'paid', 'void', 'uncollectible']),
  payments: z.array(
    z.object({
      payment_status: z.literal('success'),
      payment_date: Day,
      payment_method: z.string(),
      amount: z.number(),
    }),
  ),
});

const clientFields = {
  name: text(120, 1),
  phone_number: text(40).nullable(),
  address: text(300).nullable(),
  ppp_secret_name: AccountName,
  ppp_secret_password: AccountPassword,
};
const clientId = z.object({ clientId: z.coerce.number().int().min(1).max(2_147_483_647) });

function said<T extends z.ZodType>(data: T) {
  return z.object({ message: z.string(), data });
}

/** Seed E: customers as clients, by their numbers, each answer with its message. */
export const mikronet = {
  'POST /auth/register': {
    name: 'registerMikronet',
    summary: 'Alias of POST /api/auth/register: choose the first administrator, on this machine and while nobody did.',
    permission: 'public',
    body: z.object({ username: text(64, 1), password: z.string().max(200) }),
    reply: said(z.object({ id: Id, username: z.string() })),
    status: 201,
  },
  'POST /auth/login': {
    name: 'signInMikronet',
    summary: 'Alias of POST /api/auth/signin with a bearer token.',
    permission: 'public',
    body: z.object({
      username: text(64, 1),
      password: z.string().min(1).max(200),
      code: z.string().max(20).optional(),
    }),
    reply: said(z.object({ token: z.string(), username: z.string(), expires_at: Instant })),
  },
  'POST /auth/logout': {
    name: 'signOutMikronet',
    summary: 'Alias of POST /api/auth/signout.',
    permission: 'password_change',
    reply: z.object({ message: z.string() }),
  },
  'GET /client': {
    name: 'listClients',
    summary: 'Customers by their numbers.',
    permission: 'customer:read',
    query: PageQuery,
    reply: said(z.array(Client)).extend({ next: z.string().nullable() }),
  },
  'GET /client/:clientId/details': {
    name: 'getClientDetails',
    summary: 'A customer with his subscriptions, their invoices and the payments of each.',
    permission: 'invoice:read',
    params: clientId,
    reply: said(
      z.object({
        client: Client,
        subscriptions: z.array(
          z.object({
            subscription_id: Id,
            start_date: Day,
            end_date: Day,
            status: z.string(),
            invoices: z.array(ClientInvoice),
          }),
        ),
        /** Those that are of no subscription. */
        invoices: z.array(ClientInvoice),
      }),
    ),
  },
  'POST /client/register': {
    name: 'registerClient',
    summary: 'Add a customer with a PPP secret. Without a plan he gets the cheapest, without a router the first.',
    permission: 'customer:write',
    body: z.object({
      ...clientFields,
      phone_number: clientFields.phone_number.default(null),
      address: clientFields.address.default(null),
      ppp_secret_password: AccountPassword.optional(),
      plan_id: Id.optional(),
      router_id: Id.optional(),
    }),
    reply: said(Client),
    status: 201,
  },
  'PUT /client/update/:clientId': {
    name: 'updateClient',
    summary: 'Change a customer; what is left out stays.',
    permission: 'customer:write',
    params: clientId,
    body: z.object(clientFields).partial(),
    reply: said(Client),
  },
  'DELETE /client/delete/:clientId': {
    name: 'deleteClient',
    summary: 'Alias of DELETE /api/customers/:customerId: the PPP secret leaves the router, the books stay.',
    permission: 'customer:write',
    params: clientId,
    reply: said(Client),
  },
  'GET /invoices/generate': {
    name: 'generateInvoices',
    summary: 'Alias of POST /api/billing/invoice-runs: invoice all that is due. A second run finds nothing more.',
    permission: 'billing:run',
    needsEverywhere: true,
    reply: said(InvoiceRun),
  },
  'POST /client/:clientId/enable': {
    name: 'enableClient',
    summary: 'Alias of POST /api/customers/:customerId/activate.',
    permission: 'customer:block',
    params: clientId,
    reply: said(Client),
  },
  'POST /client/:clientId/disable': {
    name: 'disableClient',
    summary: 'Alias of POST /api/customers/:customerId/suspend.',
    permission: 'customer:block',
    params: clientId,
    reply: said(Client),
  },
} satisfies EndpointRecord;
