// For tests only: a small provider. Routers are simulated on real sockets; names are fresh, so that tests may share a server.
import { startRouter } from '@lastmile/routeros-sim';
import { expect, onTestFinished } from 'vitest';
import { eventually, type Loose, type Running } from './running.ts';

export type Simulated = Awaited<ReturnType<typeof startRouter>>;

let freshNumber = 0;

export function fresh(stem: string): string {
  freshNumber += 1;
  return `${stem}-${freshNumber}`;
}

export async function startTestRouter(options: Parameters<typeof startRouter>[0] = {}): Promise<Simulated> {
  const router = await startRouter(options);
  onTestFinished(() => router.stop());
  return router;
}

export async function addRouter(
  { call }: Running,
  router: Pick<Simulated, 'port'>,
  change: Record<string, unknown> = {},
): Promise<Loose> {
  const added = await call('POST /api/routers', {
    label: fresh('Tower'),
    host: '127.0.0.1',
    port: router.port,
    username: 'lastmile',
    password: 'demo',
    ...change,
  });
  expect(added).toMatchObject({ status: 201 });
  return added.body;
}

/** Switches an observed router to "manage", after a look at what would be written. */
export async function manageRouter({ call }: Running, routerId: string): Promise<void> {
  const { token } = (await call(`GET /api/routers/${routerId}/preview`)).body;
  const { revision } = (await call(`GET /api/routers/${routerId}`)).body;
  const switched = await call(`PUT /api/routers/${routerId}`, { revision, mode: 'manage', previewToken: token });
  expect(switched).toMatchObject({ status: 200, body: { mode: 'manage' } });
}

/** A router without anything behind it: nothing is ever written to it. */
export function addAbsentRouter(running: Running): Promise<Loose> {
  freshNumber += 1;
  // The discard port of another loopback address each time: refused at once, and an address of its own.
  return addRouter(running, { port: 9 }, { host: `127.7.${freshNumber >> 8}.${freshNumber & 255}` });
}

export async function planNamed({ call }: Running, name: string): Promise<Loose> {
  const { body } = await call('GET /api/plans');
  return body.items.find((plan: Loose) => plan.name === name);
}

export async function addCustomer(
  running: Running,
  routerId: string,
  change: Record<string, unknown> = {},
): Promise<Loose> {
  const plan = await planNamed(running, 'Basic');
  const added = await running.call('POST /api/customers', {
    name: 'Ana Horvat',
    username: fresh('ana'),
    password: 'secret-1',
    routerId,
    planId: plan.id,
    ...change,
  });
  expect(added).toMatchObject({ status: 201 });
  return added.body;
}

export async function issueInvoice(
  { call }: Running,
  customerId: string,
  change: Record<string, unknown> = {},
): Promise<Loose> {
  const issued = await call('POST /api/invoices', {
    customerId,
    amountMinor: '2999',
    dueOn: yesterday(),
    description: 'One month',
    ...change,
  });
  expect(issued).toMatchObject({ status: 201 });
  return issued.body;
}

export function yesterday(): string {
  return Temporal.Now.plainDateISO('UTC').subtract({ days: 1 }).toString();
}

export function getCustomer({ call }: Running, customerId: string): Promise<Loose> {
  return call(`GET /api/customers/${customerId}`).then(({ body }) => body);
}

/** Waits until a customer's accounts are known to be on their routers as wanted. */
export function settled(running: Running, customerId: string): Promise<Loose> {
  return eventually(
    () => getCustomer(running, customerId),
    (customer) => customer.accounts.every((account: Loose) => account.pending === null),
  );
}

/** Waits until an account of a customer waits for a stated reason. */
export async function pendingTrouble(running: Running, customerId: string): Promise<Loose> {
  const customer = await eventually(
    () => getCustomer(running, customerId),
    ({ accounts }) => accounts.some((account: Loose) => account.pending?.trouble),
  );
  return customer.accounts[0].pending;
}
