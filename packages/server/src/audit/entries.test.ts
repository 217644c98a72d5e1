// Every deed of a member of staff leaves an entry. The table below has a line for each endpoint that can change anything.
import { api } from '@lastmile/contract/api.ts';
import { auditKinds } from '@lastmile/contract/audit.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#test/authenticator.test-support.ts';
import { bulkDeeds } from '#test/bulk-deeds.test-support.ts';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  fresh,
  issueInvoice,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import {
  accountDeeds,
  counterDeeds,
  type Deed,
  mikronetDeeds,
  mikrotikDeeds,
  moneyDeeds,
  trustDeeds,
} from '#test/room-deeds.test-support.ts';
import { type Answer, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const call = (route: string, body?: unknown) => running.call(route, body);
const customer = () => addCustomer(running, routerId);
const invoice = async () => issueInvoice(running, (await customer()).id);
const subscription = async () =>
  (await call(`GET /api/customers/${(await customer()).id}/subscriptions`)).body.items[0];
const draft = async () => issueInvoice(running, (await customer()).id, { isDraft: true });
const newPlan = () => ({ name: fresh('Plan'), priceMinor: '100', downKbps: '1M', upKbps: '1M' });
const plan = async () => (await call('POST /api/plans', newPlan())).body;
const location = async () => (await call('POST /api/locations', { name: fresh('Hill') })).body;
const settingsRevision = async () => (await call('GET /api/settings')).body.revision;

const person = async () => (await call('POST /api/staff', { username: fresh('person'), role: 'office' })).body.staff;

/** A person of his own, and the secret that he was offered. */
async function factorOffer(): Promise<Loose> {
  const { invitation, staff } = (await call('POST /api/staff', { username: fresh('factor'), role: 'office' })).body;
  await running.stranger('POST /api/auth/invitation', { token: invitation, password: 'battery staple' });
  const as = running.callerWithToken(await running.tokenOf(staff.username, 'battery staple'));
  const { body } = await as('POST /api/auth/second-factor/offer');
  return { ...body, as, id: staff.id };
}

function acceptOffer({ address, ticket, as }: Loose): Promise<Answer> {
  return as('POST /api/auth/second-factor', { ticket, code: codeOf(address) });
}

/** The id of a difference that somebody made on a router of his own. */
async function drift(): Promise<string> {
  const router = await startTestRouter();
  const { id, revision } = await addRouter(running, router);
  await call(`PUT /api/routers/${id}`, { revision, healsDrift: false });
  const { accounts, ...added } = await addCustomer(running, id);
  await settled(running, added.id);
  const ref = router.find('/ppp/secret', { name: accounts[0].name })?.['.id'] ?? '';
  router.edit('/ppp/secret', ref, { disabled: 'yes' });
  await call(`POST /api/routers/${id}/sync`);
  return (await call(`GET /api/drifts?routerId=${id}`)).body.items[0].id;
}

async function session(): Promise<Loose> {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.put('/ppp/secret', { name: 'guest', password: 'x' });
  router.dial('guest', 'x');
  await call(`POST /api/routers/${id}/sync`);
  return (await call(`GET /api/sessions?routerId=${id}`)).body.items[0];
}

const place = { running: () => running, routerId: () => routerId };

const deeds: Record<string, Deed> = {
  ...accountDeeds(place),
  ...moneyDeeds(place),
  ...counterDeeds(place),
  ...mikrotikDeeds(place),
  ...mikronetDeeds(place),
  ...trustDeeds(place),
  ...bulkDeeds(place),
  'POST /api/auth/signin': {
    action: 'staff.signed_in',
    do: () => running.stranger('POST /api/auth/signin', { username: 'admin', password: 'correct horse' }),
  },
  'POST /api/auth/signout': {
    action: 'staff.signed_out',
    make: () => running.tokenOf('admin'),
    do: (token) => running.callerWithToken(token)('POST /api/auth/signout'),
  },
  'PUT /api/admin/password': {
    action: 'staff.password_changed',
    make: async () => {
      await running.callerWithRole('cashier');
      return running.tokenOf('the-cashier');
    },
    do: (token) =>
      running.callerWithToken(token)('PUT /api/admin/password', {
        currentPassword: 'correct horse',
        newPassword: 'battery staple',
      }),
  },
  'POST /api/auth/register': {
    action: 'staff.added',
    do: () => call('POST /api/auth/register', { username: fresh('person'), password: 'battery staple' }),
  },
  'POST /api/auth/invitation': {
    action: 'staff.password_changed',
    make: async () => (await call('POST /api/staff', { username: fresh('person'), role: 'office' })).body.invitation,
    do: (token) => running.stranger('POST /api/auth/invitation', { token, password: 'battery staple' }),
  },
  'POST /api/auth/confirmation': {
    action: 'staff.identity_confirmed',
    do: () => call('POST /api/auth/confirmation', { password: 'correct horse' }),
  },
  'DELETE /api/auth/sessions/:ownSessionId': {
    action: 'staff.session_ended',
    make: async () => {
      await running.tokenOf('admin');
      return (await call('GET /api/auth/sessions')).body.items.find(({ isCurrent }: Loose) => !isCurrent);
    },
    do: ({ id }) => call(`DELETE /api/auth/sessions/${id}`),
  },
  'POST /api/auth/second-factor': { action: 'staff.second_factor_on', make: factorOffer, do: acceptOffer },
  'DELETE /api/auth/second-factor': {
    action: 'staff.second_factor_off',
    make: async () => {
      const offer = await factorOffer();
      await acceptOffer(offer);
      return offer;
    },
    do: ({ as }) => as('DELETE /api/auth/second-factor'),
  },
  'PUT /api/auth/pin': { action: 'staff.pin_set', do: () => call('PUT /api/auth/pin', { pin: '730184' }) },
  'DELETE /api/auth/pin': { action: 'staff.pin_removed', do: () => call('DELETE /api/auth/pin') },
  'POST /api/auth/recovery-codes': {
    action: 'staff.recovery_codes_renewed',
    make: async () => {
      const offer = await factorOffer();
      await acceptOffer(offer);
      return offer;
    },
    do: ({ as }) => as('POST /api/auth/recovery-codes'),
  },
  'POST /api/auth/keys': {
    action: 'key.added',
    do: () => call('POST /api/auth/keys', { name: fresh('Key'), scopes: ['plan:read'] }),
  },
  'DELETE /api/auth/keys/:ownKeyId': {
    action: 'key.revoked',
    make: async () => (await call('POST /api/auth/keys', { name: fresh('Key'), scopes: ['plan:read'] })).body,
    do: ({ id }) => call(`DELETE /api/auth/keys/${id}`),
  },
  'POST /api/staff': {
    action: 'staff.added',
    do: () => call('POST /api/staff', { username: fresh('person'), role: 'office' }),
  },
  'PUT /api/staff/:staffId': {
    action: 'staff.changed',
    make: person,
    do: ({ id }) => call(`PUT /api/staff/${id}`, { revision: 1, role: 'cashier' }),
  },
  'POST /api/staff/:staffId/password': {
    action: 'staff.password_reset',
    make: person,
    do: ({ id }) => call(`POST /api/staff/${id}/password`, {}),
  },
  'DELETE /api/staff/:staffId/sessions': {
    action: 'staff.signed_out_everywhere',
    make: person,
    do: ({ id }) => call(`DELETE /api/staff/${id}/sessions`),
  },
  'DELETE /api/staff/:staffId/second-factor': {
    action: 'staff.second_factor_off',
    make: async () => {
      const offer = await factorOffer();
      await acceptOffer(offer);
      return offer;
    },
    do: ({ id }) => call(`DELETE /api/staff/${id}/second-factor`),
  },
  'DELETE /api/staff/:staffId/keys/:keyId': {
    action: 'key.revoked',
    make: async () => {
      const { id } = (await call('POST /api/auth/keys', { name: fresh('Key'), scopes: ['plan:read'] })).body;
      return { id, staffId: (await call('GET /api/auth/session')).body.staff.id };
    },
    do: ({ id, staffId }) => call(`DELETE /api/staff/${staffId}/keys/${id}`),
  },
  'PUT /api/roles': {
    action: 'role.changed',
    do: () => call('PUT /api/roles', { role: 'auditor', requiresSecondFactor: true }),
  },
  'PUT /api/settings': {
    action: 'settings.changed',
    make: settingsRevision,
    do: (revision) => call('PUT /api/settings', { revision, graceDays: 1 }),
  },
  'PUT /api/settings/logo': {
    action: 'settings.logo_changed',
    do: () => call('PUT /api/settings/logo', { image: png }),
  },
  'DELETE /api/settings/logo': { action: 'settings.logo_removed', do: () => call('DELETE /api/settings/logo') },
  'POST /api/routers': {
    action: 'router.added',
    make: () => startTestRouter(),
    do: ({ port }) =>
      call('POST /api/routers', {
        label: fresh('Tower'),
        host: '127.0.0.1',
        port,
        username: 'lastmile',
        password: 'demo',
      }),
  },
  'PUT /api/routers/:routerId': {
    action: 'router.changed',
    make: () => addAbsentRouter(running),
    do: ({ id }) => call(`PUT /api/routers/${id}`, { revision: 1, label: fresh('Hill') }),
  },
  'DELETE /api/routers/:routerId': {
    action: 'router.removed',
    make: () => addAbsentRouter(running),
    do: ({ id }) => call(`DELETE /api/routers/${id}`),
  },
  'POST /api/routers/:routerId/limit-lifts': {
    action: 'router.limit_lifted',
    do: () => call(`POST /api/routers/${routerId}/limit-lifts`, { allowedCount: 100 }),
  },
  'POST /api/routers/:routerId/import': {
    action: 'router.imported',
    make: async () => {
      const router = await startTestRouter();
      router.put('/ppp/profile', { name: 'old', 'rate-limit': '1M/1M' });
      router.put('/ppp/secret', { name: 'old', password: 'x', profile: 'old' });
      return { router: await addRouter(running, router), plan: await plan() };
    },
    do: ({ router, plan: { id } }) =>
      call(`POST /api/routers/${router.id}/import`, { profiles: [{ service: 'pppoe', name: 'old', planId: id }] }),
  },
  'POST /api/drifts/:driftId/revert': {
    action: 'drift.reverted',
    make: drift,
    do: (id) => call(`POST /api/drifts/${id}/revert`),
  },
  'POST /api/drifts/:driftId/adopt': {
    action: 'drift.adopted',
    make: drift,
    do: (id) => call(`POST /api/drifts/${id}/adopt`),
  },
  'POST /api/drifts/:driftId/ignore': {
    action: 'drift.ignored',
    make: drift,
    do: (id) => call(`POST /api/drifts/${id}/ignore`, { until: new Date(Date.now() + 86_400_000).toISOString() }),
  },
  'POST /api/locations': {
    action: 'location.added',
    do: () => call('POST /api/locations', { name: fresh('Hill') }),
  },
  'PUT /api/locations/:locationId': {
    action: 'location.changed',
    make: location,
    do: ({ id }) => call(`PUT /api/locations/${id}`, { revision: 1, notes: 'the key is at the mill' }),
  },
  'DELETE /api/locations/:locationId': {
    action: 'location.removed',
    make: location,
    do: ({ id }) => call(`DELETE /api/locations/${id}`),
  },
  'PUT /api/staff/:staffId/scope': {
    action: 'staff.limited',
    make: async () => {
      await running.callerWithRole('office');
      return (await running.query(`select id from auth.staff where username = 'the-office'`))[0];
    },
    do: ({ id }) => call(`PUT /api/staff/${id}/scope`, { limitedTo: [] }),
  },
  'POST /api/routers/:routerId/sync': { action: 'router.synced', do: () => call(`POST /api/routers/${routerId}/sync`) },
  'POST /api/routers/:routerId': { action: 'router.synced', do: () => call(`POST /api/routers/${routerId}`) },
  'DELETE /api/sessions/:sessionId': {
    action: 'session.disconnected',
    make: session,
    do: ({ id }) => call(`DELETE /api/sessions/${id}`),
  },
  'POST /api/sessions/disconnect': {
    action: 'session.disconnected',
    make: session,
    do: ({ id }) => call('POST /api/sessions/disconnect', { sessionIds: [id] }),
  },
  'POST /api/accounts/:accountId/reveal': {
    action: 'account.password_revealed',
    make: customer,
    do: ({ accounts }) => call(`POST /api/accounts/${accounts[0].id}/reveal`),
  },
  'POST /api/accounts/:accountId/retry': {
    action: 'account.retried',
    make: customer,
    do: ({ accounts }) => call(`POST /api/accounts/${accounts[0].id}/retry`),
  },
  'POST /api/plans': { action: 'plan.added', do: () => call('POST /api/plans', newPlan()) },
  'PUT /api/settings/blocked-access': {
    action: 'settings.blocked_access_changed',
    make: async () => (await call('GET /api/settings/blocked-access')).body,
    do: ({ revision }) => call('PUT /api/settings/blocked-access', { revision, downKbps: '256k' }),
  },
  'POST /api/plans/:planId/redial': {
    action: 'plan.redial_asked',
    make: async () => (await call('GET /api/plans')).body.items[0],
    do: ({ id }) => call(`POST /api/plans/${id}/redial`, { when: 'quiet_hour' }),
  },
  'DELETE /api/plans/:planId/redial': {
    action: 'plan.redial_stopped',
    make: async () => {
      const [plan] = (await call('GET /api/plans')).body.items;
      await call(`POST /api/plans/${plan.id}/redial`, { when: 'quiet_hour' });
      return plan;
    },
    do: ({ id }) => call(`DELETE /api/plans/${id}/redial`),
  },
  'PUT /api/plans/:planId': {
    action: 'plan.changed',
    make: plan,
    do: ({ id }) => call(`PUT /api/plans/${id}`, { revision: 1, priceMinor: '200' }),
  },
  'DELETE /api/plans/:planId': { action: 'plan.removed', make: plan, do: ({ id }) => call(`DELETE /api/plans/${id}`) },
  'POST /api/customers': {
    action: 'customer.added',
    make: plan,
    do: ({ id }) =>
      call('POST /api/customers', { name: 'Ana', username: fresh('ana'), password: 'x', routerId, planId: id }),
  },
  'PUT /api/customers/:customerId': {
    action: 'customer.changed',
    make: customer,
    do: ({ id }) => call(`PUT /api/customers/${id}`, { revision: 1, phone: '1' }),
  },
  'DELETE /api/customers/:customerId': {
    action: 'customer.removed',
    make: customer,
    do: ({ id }) => call(`DELETE /api/customers/${id}`),
  },
  'POST /api/customers/:customerId/subscriptions': {
    action: 'subscription.added',
    make: customer,
    do: async ({ id }) => {
      const { planId } = (await call(`GET /api/customers/${id}/subscriptions`)).body.items[0];
      return call(`POST /api/customers/${id}/subscriptions`, { planId, startsOn: '2026-01-31' });
    },
  },
  'PUT /api/subscriptions/:subscriptionId': {
    action: 'subscription.changed',
    make: subscription,
    do: ({ id, revision }) => call(`PUT /api/subscriptions/${id}`, { revision, discountBp: 500 }),
  },
  'POST /api/subscriptions/:subscriptionId/plan': {
    action: 'subscription.plan_chosen',
    make: subscription,
    do: async ({ id, revision }) =>
      call(`POST /api/subscriptions/${id}/plan`, { revision, planId: (await plan()).id, policy: 'period_end' }),
  },
  'POST /api/subscriptions/:subscriptionId/days': {
    action: 'subscription.days_changed',
    make: subscription,
    do: ({ id, revision }) => call(`POST /api/subscriptions/${id}/days`, { revision, endsOn: '2099-01-01' }),
  },
  'POST /api/subscriptions/:subscriptionId/pause': {
    action: 'subscription.paused',
    make: subscription,
    do: ({ id, revision }) => call(`POST /api/subscriptions/${id}/pause`, { revision, from: '2099-01-01' }),
  },
  'POST /api/subscriptions/:subscriptionId/resume': {
    action: 'subscription.resumed',
    make: async () => {
      const { id, revision } = await subscription();
      return (await call(`POST /api/subscriptions/${id}/pause`, { revision, from: '2099-01-01' })).body;
    },
    do: ({ id, revision }) => call(`POST /api/subscriptions/${id}/resume`, { revision }),
  },
  'POST /api/subscriptions/:subscriptionId/cancel': {
    action: 'subscription.cancelled',
    make: subscription,
    do: ({ id, revision }) => call(`POST /api/subscriptions/${id}/cancel`, { revision, reason: 'moves away' }),
  },
  'POST /api/billing/invoice-runs': {
    action: 'billing.invoices_generated',
    do: () => call('POST /api/billing/invoice-runs'),
  },
  'POST /api/customers/:customerId/suspend': {
    action: 'account.blocked',
    make: customer,
    do: ({ id }) => call(`POST /api/customers/${id}/suspend`, { note: 'moved' }),
  },
  'POST /api/customers/:customerId/activate': {
    action: 'account.block_lifted',
    make: async () => {
      const { id } = await customer();
      await call(`POST /api/customers/${id}/suspend`);
      return { id };
    },
    do: ({ id }) => call(`POST /api/customers/${id}/activate`),
  },
  'POST /api/customers/:customerId': {
    action: 'account.blocked',
    make: customer,
    do: ({ id }) => call(`POST /api/customers/${id}`, { action: 'suspend' }),
  },
  'POST /api/invoices': {
    action: 'invoice.issued',
    make: customer,
    do: ({ id }) =>
      call('POST /api/invoices', { customerId: id, amountMinor: '1', dueOn: '2026-01-31', description: 'x' }),
  },
  'PUT /api/invoices/:invoiceId': {
    action: 'invoice.draft_changed',
    make: draft,
    do: ({ id }) => call(`PUT /api/invoices/${id}`, { description: 'another' }),
  },
  'POST /api/invoices/:invoiceId/issue': {
    action: 'invoice.issued',
    make: draft,
    do: ({ id }) => call(`POST /api/invoices/${id}/issue`),
  },
  'POST /api/invoices/:invoiceId/credit-notes': {
    action: 'invoice.credited',
    make: invoice,
    do: ({ id }) => call(`POST /api/invoices/${id}/credit-notes`, { reason: 'was offline' }),
  },
  'POST /api/invoices/:invoiceId/write-off': {
    action: 'invoice.written_off',
    make: invoice,
    do: ({ id }) => call(`POST /api/invoices/${id}/write-off`, { reason: 'moved away' }),
  },
  'PUT /api/billing/policy': {
    action: 'billing.policy_changed',
    do: async () => {
      const { revision, leadDays } = (await call('GET /api/billing/policy')).body;
      return call('PUT /api/billing/policy', { revision, leadDays: leadDays + 1 });
    },
  },
  'POST /api/taxes': {
    action: 'tax.added',
    do: () => call('POST /api/taxes', { name: fresh('VAT'), rateBp: 1600 }),
  },
  'POST /api/taxes/:taxId/archive': {
    action: 'tax.archived',
    make: async () => (await call('POST /api/taxes', { name: fresh('VAT'), rateBp: 1600 })).body,
    do: ({ id }) => call(`POST /api/taxes/${id}/archive`),
  },
  'DELETE /api/invoices/:invoiceId': {
    action: 'invoice.voided',
    make: invoice,
    do: ({ id }) => call(`DELETE /api/invoices/${id}`),
  },
  'POST /api/invoices/:invoiceId/payments': {
    action: 'payment.recorded',
    make: invoice,
    do: ({ id }) => call(`POST /api/invoices/${id}/payments`, {}),
  },
  'POST /api/invoices/:invoiceId': {
    action: 'payment.recorded',
    make: invoice,
    do: ({ id }) => call(`POST /api/invoices/${id}`, {}),
  },
  'POST /api/billing/overdue-runs': {
    action: 'billing.overdue_checked',
    do: () => call('POST /api/billing/overdue-runs'),
  },
};

/** They look at a router, or reckon, and change nothing. */
const looks = [
  'POST /api/auth/second-factor/offer',
  'POST /api/payments/preview',
  'POST /api/billing/number-schemes/:kind/preview',
  'POST /api/message-templates/:kind/:language/preview',
  'POST /api/invoices/preview',
  'POST /api/invoices/:invoiceId/credit-notes/preview',
  'POST /api/bank-imports/review',
  'POST /api/counter/sealed',
  'POST /api/subscriptions/preview',
  'POST /api/subscriptions/:subscriptionId/terms/preview',
  'POST /api/subscriptions/:subscriptionId/plan/preview',
  'POST /api/subscriptions/:subscriptionId/days/preview',
  'POST /api/subscriptions/:subscriptionId/cancel/preview',
  'POST /api/routers/test',
  'POST /api/routers/:routerId/test',
  // It is a POST because of the many ids that it takes.
  'POST /api/sessions/traffic',
  'POST /api/bulk/preview',
];

/** A GET changes nothing, but for the one that seed E writes so. */
const canChange = (route: string) => !route.startsWith('GET ') || route === 'GET /invoices/generate';

test('every endpoint that can change something has its line in this table', () => {
  const changing = Object.keys(api).filter((route) => canChange(route) && !looks.includes(route));
  expect(Object.keys(deeds).toSorted()).toEqual(changing.toSorted());
});

test.each(Object.entries(deeds))('%s leaves an entry with the name of who did it', async (_route, deed) => {
  const made = await deed.make?.();
  const [{ last }] = await running.query('select coalesce(max(id), 0)::int as last from audit.entries');
  const { status, body } = await deed.do(made);
  expect([status < 300, body?.message]).toEqual([true, body?.message]);
  const entries = await running.query(
    `select actor_name, about from audit.entries where id > $1 and action = $2 and actor_kind = 'staff'`,
    [last, deed.action],
  );
  expect(entries).toHaveLength(1);
  expect(entries[0].actor_name).toMatch(/^(admin|the-cashier|(person|person-cashier|factor)-\d+)$/);
});

test('every kind of entry that these deeds left can be chosen by name', async () => {
  const kinds = await running.query(`select distinct split_part(action, '.', 1) as kind from audit.entries`);
  expect(kinds.length).toBeGreaterThan(20);
  const known: readonly string[] = Object.values(auditKinds).flat();
  expect(kinds.map(({ kind }) => kind).filter((kind) => !known.includes(kind))).toEqual([]);
});

test('of all that is done only what is done to a customer’s record says who he is; the rest refers to him (R-AUD-4)', async () => {
  const rows = await running.query(
    `select distinct entry.action from audit.entries entry
     join customers.customers customer on exists (
       select from unnest(array[customer.name, customer.email, customer.phone, customer.address]) as said
       where length(said) > 5 and strpos(lower(entry.payload), lower(said)) > 0)
     order by 1`,
  );
  expect(rows.map(({ action }) => action)).toEqual(['customer.added', 'customer.changed', 'customer.removed']);
});

test('the log is read newest first, page by page, and by what it is about', async () => {
  const { id } = await customer();
  await call(`PUT /api/customers/${id}`, { revision: 1, phone: '1' });
  await call(`POST /api/customers/${id}/suspend`);
  const { body } = await call(`GET /api/audit?about=${id}&limit=2`);
  expect(body.items.map(({ action }: Loose) => action)).toEqual(['account.blocked', 'customer.changed']);
  const rest = await call(`GET /api/audit?about=${id}&limit=5&after=${body.next}`);
  expect(rest.body.items.map(({ action }: Loose) => action)).toEqual([
    'subscription.added',
    'account.added',
    'customer.added',
  ]);
  expect(rest.body.next).toBeNull();
  expect(body.items[1].details).toEqual({ phone: [null, '1'] });
});
