import { Readable } from 'node:stream';
import type { Permission } from '@lastmile/contract/permissions.ts';
import { CustomerFilter, subscribers } from '@lastmile/contract/subscribers.ts';
import { inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import { addAccountToCustomer, changeAccountOfCustomer, removeAccountOfCustomer } from './account-acts.ts';
import { exportCustomers, recordExport } from './export.ts';
import { listRouterAccounts } from './router-accounts.ts';
import { listCustomerSessions, listSessions } from './session-list.ts';
import {
  activateSubscriber,
  addSubscriber,
  changeSubscriber,
  removeSubscriber,
  suspendSubscriber,
} from './subscriber-acts.ts';
import { listSubscribers, type SubscriberFilter } from './subscriber-list.ts';
import { getSubscriber } from './subscribers.ts';
import { listTimeline } from './timeline.ts';

export function subscriberRoutes(http: Http, sealer: Sealer): void {
  const now = () => http.database.clock.now();
  mount(http, subscribers, {
    'GET /api/sessions': { read: (db, { query }, scope, may) => listSessions(db, query, scope, may('voucher:read')) },
    'GET /api/routers/:routerId/accounts': {
      read: (db, { params, query }, scope) => listRouterAccounts(db, params.routerId, query, scope),
    },
    'GET /api/customers/:customerId/sessions': {
      read: (db, { params, query }, scope) => listCustomerSessions(db, params.customerId, query, scope),
    },
    'GET /api/customers': { read: (db, { query }, scope) => listSubscribers(db, query, now(), scope) },
    'POST /api/customers': {
      act: async (work, { body }) => getSubscriber(work.db, await addSubscriber(work, sealer, body), work.now),
    },
    'GET /api/customers/:customerId': {
      read: (db, { params }, scope) => getSubscriber(db, params.customerId, now(), scope),
    },
    'PUT /api/customers/:customerId': {
      act: async (work, { params, body }) => {
        await changeSubscriber(work, sealer, params.customerId, body);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
    'DELETE /api/customers/:customerId': {
      act: async (work, { params }) => {
        await removeSubscriber(work, params.customerId);
        return undefined;
      },
    },
    'POST /api/customers/:customerId/accounts': {
      act: async (work, { params, body }) => {
        await addAccountToCustomer(work, sealer, params.customerId, body);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
    'PUT /api/accounts/:accountId': {
      act: async (work, { params, body }) => {
        const customerId = await changeAccountOfCustomer(work, sealer, params.accountId, body);
        return getSubscriber(work.db, customerId, work.now);
      },
    },
    'DELETE /api/accounts/:accountId': {
      act: async (work, { params }) => {
        await removeAccountOfCustomer(work, params.accountId);
        return undefined;
      },
    },
    'GET /api/customers/:customerId/timeline': {
      read: (db, { params, query }, scope) => listTimeline(db, params.customerId, query, scope),
    },
    'POST /api/customers/:customerId/suspend': {
      act: async (work, { params, body }) => {
        await suspendSubscriber(work, params.customerId, body.note);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
    'POST /api/customers/:customerId/activate': {
      act: async (work, { params, body }) => {
        await activateSubscriber(work, params.customerId, body.note);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
  });
  mountExports(http, sealer);
}

/** Files are not JSON, so their routes stand beside the contract. Passwords are a file of their own, for few. */
function mountExports(http: Http, sealer: Sealer): void {
  const { database } = http;
  const file = (url: string, permission: Permission, passwords?: Sealer) =>
    http.app.get(
      url,
      {
        config: { permission, isDangerous: passwords !== undefined, isEndpoint: true },
        schema: { querystring: CustomerFilter },
      },
      async (request, reply) => {
        const { caller } = request;
        if (!caller) throw new DomainError('signed_out');
        const filter = request.query as SubscriberFilter;
        const actor = { ...caller.actor, address: request.ip };
        await inTransaction(database, actor, (work) => recordExport(work, filter, passwords !== undefined));
        const order = { filter, now: database.clock.now(), scope: scopeOf(actor), ...(passwords ? { passwords } : {}) };
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="customers.csv"')
          .header('cache-control', 'no-store')
          .send(Readable.from(exportCustomers(database.db, order)));
      },
    );
  file('/api/customers/export', 'customer:read');
  file('/api/customers/export-with-passwords', 'account:reveal', sealer);
}
