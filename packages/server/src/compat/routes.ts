import assert from 'node:assert/strict';
import { compat, mikronet, mikrotik, routerDoors } from '@lastmile/contract/compat.ts';
import { tokenDoors } from '@lastmile/contract/token-doors.ts';
import { register } from '#auth/registration.ts';
import { signIn, signOut } from '#auth/sign-in.ts';
import { runInvoicing } from '#billing/invoice-runs.ts';
import { recordPayment } from '#billing/receive-payments.ts';
import { listPlans } from '#plans/plans.ts';
import { type Database, inTransaction, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Call, type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import { removeAccount } from '#provisioning/accounts.ts';
import { disconnectSession } from '#provisioning/disconnect.ts';
import type { Reconciler } from '#provisioning/reconciler.ts';
import { getRouterOverview } from '#provisioning/router-overview.ts';
import { syncRouter } from '#provisioning/sync.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { getRouter } from '#routers/routers.ts';
import { listSessions } from '#subscribers/session-list.ts';
import {
  activateSubscriber,
  changeSubscriber,
  removeSubscriber,
  suspendSubscriber,
} from '#subscribers/subscriber-acts.ts';
import { getSubscriber } from '#subscribers/subscribers.ts';
import { createCounter, sell } from '#vouchers/sell.ts';
import { personOf } from '#vouchers/shifts.ts';
import { listOwnVouchers, listVouchers } from '#vouchers/vouchers.ts';
import { findClient, getClient, getClientDetails, listClients, registerClient } from './clients.ts';
import { addPackagePlan, type SyncTools, syncCustomers } from './customer-sync.ts';
import { listMeantSessionIds, listUsers, lockMeantAccount } from './mikrotik-users.ts';
import { readRouter, tryRouter } from './router-readings.ts';

export type CompatParts = { sealer: Sealer; connections: RouterConnections; reconciler: Reconciler };

export function compatRoutes(http: Http, parts: CompatParts): void {
  const { database } = http;
  mountSeedA(http, parts);
  mountRouterDoors(http, parts);
  mountMikronet(http, parts);
  mountTokenDoors(http, parts);
  mount(http, mikrotik, {
    'GET /api/mikrotik/test': {
      live: (call, { query }) => tryRouter(database.db, parts.connections, query.routerId, scopeOf(call.actor)),
    },
    'GET /api/mikrotik/users': { read: (db, { query }, scope) => listUsers(db, query, scope) },
    'DELETE /api/mikrotik/users': {
      act: async (work, { query, body }) => {
        const account = await lockMeantAccount(work, { ...query, ...body });
        await removeAccount(work, account);
        work.announce('customer', account.customerId);
        return { success: true as const, id: account.id, username: account.name };
      },
    },
    'GET /api/mikrotik/sessions': {
      read: (db, { query: { type, ...query } }, scope, may) =>
        listSessions(db, { ...query, service: type }, scope, may('voucher:read')),
    },
    'DELETE /api/mikrotik/sessions': {
      live: async (call, { query, body }) => {
        const ids = await listMeantSessionIds(database.db, { ...query, ...body }, scopeOf(call.actor));
        for (const id of ids) await disconnectSession(database, parts.connections, call.actor, id);
        return { success: true as const, disconnectedCount: ids.length };
      },
    },
    'GET /api/mikrotik/profiles': {
      read: (db, { query: { type, ...query } }) => listPlans(db, { ...query, status: 'active', service: type }),
    },
    'POST /api/mikrotik/profiles': { act: (work, { body }) => addPackagePlan(work, body.package, body.type) },
    'POST /api/mikrotik/sync': {
      live: async (call, { body: { customer, package: chosen, ...rest } }) => {
        const tools = syncTools(database, parts, call);
        const [result] = await syncCustomers(tools, { customers: [customer], packages: [chosen], ...rest });
        if (!result) throw new Error('one customer has one result');
        return result;
      },
    },
    'PUT /api/mikrotik/sync': {
      live: async (call, { body }) => {
        const results = await syncCustomers(syncTools(database, parts, call), body);
        const successful = results.filter(({ success }) => success).length;
        return { total: results.length, successful, failed: results.length - successful, results };
      },
    },
  });
}

function syncTools(database: Database, { sealer, reconciler }: CompatParts, call: Call): SyncTools {
  // A plan reaches all locations: who is limited to some, or sells only, uses those that are there.
  const mayAddPlans = Boolean(call.caller?.permissions.has('plan:write')) && scopeOf(call.actor) === 'everywhere';
  return { database, sealer, reconciler, actor: call.actor, mayAddPlans };
}

function mountSeedA(http: Http, { reconciler }: CompatParts): void {
  mount(http, compat, {
    'POST /api/routers/:routerId': {
      live: (call, { params }) => syncRouter(http.database, reconciler, call.actor, params.routerId),
    },
    'POST /api/customers/:customerId': {
      act: async (work, { params, body }) => {
        const act = body.action === 'suspend' ? suspendSubscriber : activateSubscriber;
        await act(work, params.customerId, body.note);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
    'POST /api/invoices/:invoiceId': {
      act: (work, { params, body }) => recordPayment(work, params.invoiceId, body ?? { method: 'cash', note: null }),
    },
  });
}

function mountRouterDoors(http: Http, { connections }: CompatParts): void {
  const { database } = http;
  mount(http, routerDoors, {
    'GET /api/routers/:routerId/info': {
      live: async (call, { params }) => {
        const { router, facts } = await readRouter(database, connections, params.routerId, scopeOf(call.actor));
        const { identity, model, rosVersion, uptimeSeconds } = facts;
        return { routerId: router.id, name: router.label, identity, model, firmware: rosVersion, uptimeSeconds };
      },
    },
    'GET /api/routers/:routerId/stats': {
      live: async (call, { params }) => {
        const scope = scopeOf(call.actor);
        const { router, facts, latencyMs } = await readRouter(database, connections, params.routerId, scope);
        const { onlineCount, lastSyncAt } = await getRouterOverview(database.db, router.id, scope);
        return {
          routerId: router.id,
          cpuLoadPercent: facts.cpuLoadPercent,
          freeMemoryBytes: facts.freeMemoryBytes.toString(),
          totalMemoryBytes: facts.totalMemoryBytes.toString(),
          uptimeSeconds: facts.uptimeSeconds,
          latencyMs,
          activeUsers: onlineCount,
          lastSyncAt,
        };
      },
    },
    'GET /api/routers/:routerId/active-users': {
      read: async (db, { params, query: { type, ...query } }, scope, may) => {
        const of = { ...query, routerId: params.routerId, service: type };
        const sessions = await listSessions(db, of, scope, may('voucher:read'));
        // Nobody online there, and no such router, are two answers.
        await getRouter(db, params.routerId, scope);
        return sessions;
      },
    },
  });
}

function mountMikronet(http: Http, { sealer }: CompatParts): void {
  mount(http, mikronet, {
    'POST /auth/register': {
      live: async ({ database, ...registrar }, { body }) => ({
        message: 'User registered successfully',
        data: await register(database, registrar, { ...body, fullName: '' }),
      }),
    },
    'POST /auth/login': {
      live: async ({ database, address, agent, isLocal }, { body }) => {
        const attempt = { ...body, kind: 'token' as const, address, agent, isLocal };
        const { token, expiresAt } = await signIn(database, sealer, attempt);
        return { message: 'Login successful', data: { token, username: body.username, expires_at: expiresAt } };
      },
    },
    'POST /auth/logout': {
      live: async ({ database, caller, actor, setSessionCookie }) => {
        if (!caller) throw new DomainError('signed_out');
        await inTransaction(database, actor, (work) => signOut(work, caller.sessionHash));
        setSessionCookie(null);
        return { message: 'Logout successful' };
      },
    },
    'GET /client': { read: (db, { query }, scope) => listClients(db, query, scope) },
    'GET /client/:clientId/details': { read: (db, { params }, scope) => getClientDetails(db, params.clientId, scope) },
    'POST /client/register': {
      act: async (work, { body }) => ({
        message: 'Client registered successfully',
        data: await registerClient(work, sealer, body),
      }),
    },
    'PUT /client/update/:clientId': {
      act: async (work, { params, body }) => {
        const { id, revision } = await findClient(work, params.clientId);
        const { phone_number: phone, ppp_secret_name: username, ppp_secret_password: password, ...person } = body;
        await changeSubscriber(work, sealer, id, { ...person, phone, username, password, revision });
        return { message: 'Client updated successfully', data: await getClient(work, id) };
      },
    },
    'DELETE /client/delete/:clientId': {
      act: async (work, { params }) => {
        const { id, client } = await findClient(work, params.clientId);
        await removeSubscriber(work, id);
        return { message: 'Client deleted successfully', data: client };
      },
    },
    'GET /invoices/generate': {
      live: async ({ database, actor }) => ({
        message: 'Invoices generated successfully',
        data: await runInvoicing(database, actor),
      }),
    },
    'POST /client/:clientId/enable': { act: (work, { params }) => toggleClient(work, params.clientId, true) },
    'POST /client/:clientId/disable': { act: (work, { params }) => toggleClient(work, params.clientId, false) },
  });
}

async function toggleClient(work: Work, clientId: number, isEnabled: boolean) {
  const { id, client } = await findClient(work, clientId);
  await (isEnabled ? activateSubscriber : suspendSubscriber)(work, id, null);
  return { message: `Client ${isEnabled ? 'enabled' : 'disabled'} successfully`, data: client };
}

/** Seeds C and D: a token is a voucher. */
function mountTokenDoors(http: Http, { sealer, connections }: CompatParts): void {
  const counter = createCounter(http.database, connections);
  mount(http, tokenDoors, {
    'POST /api/auth/login': {
      live: async (call, { body }) => {
        const { token, expiresAt, staff } = await signIn(call.database, sealer, {
          ...body,
          kind: 'token',
          address: call.address,
          agent: call.agent,
          isLocal: call.isLocal,
        });
        return { token, expiresAt, user: { id: staff.id, username: staff.username, role: staff.role } };
      },
    },
    'POST /api/tokens/generate': {
      live: async ({ actor }, { body }) => {
        const { idempotencyKey = crypto.randomUUID(), ...order } = body;
        const { vouchers } = await sell(counter, actor, { ...order, quantity: 1, idempotencyKey });
        const [token] = vouchers;
        assert(token, 'a complete sale has its code');
        return { success: true as const, voucherCode: token.code, token };
      },
    },
    'GET /api/tokens/my-tokens': {
      live: ({ database, actor }, { query }) => listOwnVouchers(database.db, personOf(actor), query),
    },
    'GET /api/tokens/all': { read: (db, { query }, scope) => listVouchers(db, query, scope) },
  });
}
