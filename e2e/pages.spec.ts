// Every page against the living demo, wide and narrow, light and dark: no error in the console, nothing to scroll sideways,
// nothing that axe calls serious. With PICTURES=1 also a picture of each view, for people: data/test/screenshots.
import fs from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Demo, startDemo } from '@lastmile/demo/src/demo.ts';
import { type Browser, type ConsoleMessage, expect, type Page } from '@playwright/test';
import { keptLog, makeDataDir, type Running, signInWithoutForm, startFresh } from './running.ts';
import { test } from './slow-machine.ts';

const pictures = process.env.PICTURES ? path.join(import.meta.dirname, '../data/test/screenshots') : undefined;

const desk = { width: 1440, height: 900 };
const phone = { width: 360, height: 780 };

type Look = { viewport: typeof desk; colorScheme: 'light' | 'dark' };

const looks: readonly Look[] = [
  { viewport: desk, colorScheme: 'light' },
  { viewport: desk, colorScheme: 'dark' },
  { viewport: phone, colorScheme: 'dark' },
  { viewport: phone, colorScheme: 'light' },
];

/**
 * Axe takes most of the time, and what it looks at hardly differs between the views. So it sees each page twice, once in each
 * width and once in each scheme, and of two pages one after the other all four views: frame and kit are seen in every one.
 */
const searched: readonly (readonly Look[])[] = [
  looks.filter((_, at) => at % 2 === 0),
  looks.filter((_, at) => at % 2 === 1),
];

// Three in a row, below those that the system hands out; another run of the tests on this machine has others.
const firstRouterPort = 10_000 + (process.pid % 7000) * 3;

// No page needs another: each worker takes half of them, with a demo of its own.
test.describe.configure({ mode: 'parallel' });

type Place = {
  name: string;
  path: string;
  /** Opens what the address bar does not. */
  open?: (page: Page) => Promise<void>;
};

const places: Place[] = [
  { name: 'home', path: '/' },
  { name: 'customers', path: '/customers' },
  { name: 'customers-suspended', path: '/customers?status=suspended' },
  {
    name: 'customers-chosen',
    path: '/customers',
    open: async (page) => {
      await page
        .getByRole('checkbox', { name: /^Choose / })
        .nth(1)
        .click();
      await page.getByRole('button', { name: 'Suspend', exact: true }).click();
      await expect(page.getByRole('button', { name: /^Suspend 1 customer/ })).toBeVisible();
    },
  },
  { name: 'customers-import', path: '/customers/import' },
  { name: 'customers-bulk', path: '/customers/bulk' },
  { name: 'customer-new', path: '/customers/new' },
  { name: 'customer', path: '/customers/$first' },
  { name: 'customer-invoices', path: '/customers/$first?tab=invoices' },
  { name: 'customer-subscription', path: '/customers/$first?tab=subscription' },
  {
    name: 'subscription-new',
    path: '/customers/$first?tab=subscription',
    open: async (page) => {
      await page.getByRole('button', { name: 'Add subscription' }).click();
      const drawer = page.getByRole('dialog', { name: 'Add a subscription' });
      await drawer.getByRole('combobox', { name: 'Plan' }).fill('Basic');
      await page
        .getByRole('option', { name: /^Basic/ })
        .first()
        .click();
      await expect(drawer.getByText(/^issued .*, due /)).toHaveCount(3);
    },
  },
  {
    name: 'customer-give-data',
    path: '/customers',
    open: async (page) => {
      const at = (path: string) => new URL(path, page.url()).href;
      const first = async (path: string) => (await (await page.request.get(at(path))).json()).items[0].id as string;
      // The cheapest plan of the demo has a cap.
      const planId = await first('/api/plans?limit=1');
      await page.goto(at(`/customers/${await first(`/api/customers?limit=1&status=active&planId=${planId}`)}`));
      await page.getByRole('button', { name: 'Give more data' }).click();
    },
  },
  { name: 'customer-statement', path: '/customers/$first?tab=statement' },
  { name: 'customer-edit', path: '/customers/$first/edit' },
  { name: 'customer-sessions', path: '/customers/$first?tab=sessions' },
  { name: 'customer-timeline', path: '/customers/$first?tab=history' },
  { name: 'customer-account-new', path: '/customers/$first?account=new' },
  { name: 'customer-fields', path: '/customers/fields' },
  { name: 'customer-field-new', path: '/customers/fields?open=new' },
  { name: 'routers', path: '/routers' },
  { name: 'routers-nothing-found', path: '/routers?search=nowhere' },
  { name: 'router-new', path: '/routers?open=new' },
  { name: 'router', path: '/routers/$first' },
  { name: 'router-accounts', path: '/routers/$first?tab=accounts' },
  { name: 'router-drift', path: '/routers/$first?tab=drift' },
  { name: 'router-changes', path: '/routers/$first?tab=changes' },
  { name: 'router-import', path: '/routers/$first?tab=import' },
  { name: 'router-settings', path: '/routers/$first?tab=settings' },
  { name: 'router-edit', path: '/routers/$first?open=edit' },
  { name: 'router-unknown', path: '/routers/00000000-0000-7000-8000-000000000000' },
  { name: 'locations', path: '/locations' },
  { name: 'location-new', path: '/locations?open=new' },
  { name: 'location', path: '/locations/$first' },
  { name: 'location-unknown', path: '/locations/00000000-0000-7000-8000-000000000000' },
  { name: 'sessions', path: '/sessions' },
  { name: 'pending', path: '/pending' },
  { name: 'drift', path: '/drift' },
  { name: 'plans', path: '/plans' },
  { name: 'plan-new', path: '/plans?open=new' },
  { name: 'plan', path: '/plans?open=$first' },
  { name: 'invoices', path: '/invoices' },
  { name: 'invoices-overdue', path: '/invoices?status=overdue' },
  { name: 'invoices-void', path: '/invoices?status=void' },
  { name: 'invoices-of-days', path: '/invoices?issuedFrom=2026-01-01&status=paid' },
  { name: 'invoice-new', path: '/invoices/new' },
  { name: 'invoice', path: '/invoices/$first' },
  { name: 'invoice-open', path: '/invoices/$open' },
  { name: 'invoice-payment', path: '/invoices/$open?open=payment' },
  { name: 'invoice-credit', path: '/invoices/$open?open=credit' },
  {
    name: 'overdue-check',
    path: '/invoices',
    open: (page) => page.getByRole('button', { name: 'Run overdue check now' }).click(),
  },
  { name: 'books', path: '/books' },
  { name: 'books-receivables', path: '/books?tab=receivables' },
  { name: 'books-trial-balance', path: '/books?tab=trial-balance' },
  { name: 'books-accounts', path: '/books?tab=accounts' },
  { name: 'books-journal', path: '/books?tab=journal' },
  { name: 'books-closing', path: '/books?tab=closing' },
  { name: 'payments', path: '/payments' },
  { name: 'payment-new', path: '/payments?open=new' },
  { name: 'payment', path: '/payments/$first' },
  { name: 'bank-lines', path: '/payments/bank' },
  { name: 'bank-files', path: '/payments/bank?tab=files' },
  { name: 'bank-import', path: '/payments/import' },
  { name: 'payment-refund', path: '/payments/$first?open=refund' },
  { name: 'subscriptions', path: '/subscriptions' },
  { name: 'subscriptions-on-vacation', path: '/subscriptions?state=paused' },
  { name: 'tomorrow', path: '/tomorrow' },
  { name: 'hold-new', path: '/tomorrow?open=hold' },
  { name: 'overdue-rules', path: '/tomorrow?open=rules' },
  { name: 'outbox', path: '/outbox' },
  { name: 'mail-settings', path: '/outbox?open=settings' },
  { name: 'cashier', path: '/cashier' },
  { name: 'counters', path: '/counters' },
  { name: 'counters-people', path: '/counters?by=staff&days=7' },
  { name: 'counters-drawers', path: '/counters?by=drawer' },
  { name: 'tokens', path: '/tokens' },
  { name: 'packages', path: '/packages' },
  { name: 'package-new', path: '/packages?open=new' },
  { name: 'counter-rules', path: '/packages?open=rules' },
  { name: 'stock', path: '/stock' },
  { name: 'stock-new', path: '/stock?open=new' },
  {
    name: 'stock-batch',
    path: '/stock',
    open: async (page) => {
      await page.getByRole('main').getByText('One hour').first().click();
      await expect(page.getByRole('dialog').getByText('40 of 40')).toBeVisible();
    },
  },
  { name: 'shifts', path: '/shifts' },
  { name: 'reconciliation', path: '/reconciliation' },
  { name: 'audit', path: '/audit' },
  { name: 'audit-check', path: '/audit?check=yes' },
  { name: 'staff', path: '/staff' },
  { name: 'staff-new', path: '/staff?open=new' },
  { name: 'staff-roles', path: '/staff?tab=roles' },
  { name: 'events', path: '/events' },
  { name: 'jobs', path: '/jobs' },
  { name: 'database', path: '/database' },
  { name: 'emergency', path: '/emergency' },
  { name: 'emergency-pause', path: '/emergency?open=suspension_pause' },
  { name: 'emergency-shift', path: '/emergency?open=shift_takeover' },
  { name: 'account', path: '/account' },
  { name: 'settings', path: '/settings' },
  { name: 'settings-documents', path: '/settings?tab=documents' },
  { name: 'settings-messages', path: '/settings?tab=messages' },
  { name: 'settings-message', path: '/settings?tab=messages&template=reminder_after' },
  { name: 'settings-operation', path: '/settings?tab=operation' },
  { name: 'settings-blocked', path: '/settings?tab=blocked' },
  { name: 'settings-billing', path: '/settings?tab=billing' },
  { name: 'settings-taxes', path: '/settings?tab=taxes' },
  { name: 'settings-system', path: '/settings?tab=system' },
  { name: 'mikrotik', path: '/mikrotik' },
  { name: 'mikrotik-users', path: '/mikrotik?tab=users' },
  { name: 'no-such-page', path: '/nowhere' },
];

test.describe('every page of a living provider, on a phone and a desk, dark and light', () => {
  let demo: Demo;
  let dataDir: string;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    dataDir = makeDataDir();
    const environment = { DATA_DIR: dataDir, PORT: '0', DEMO_ROUTER_PORT: String(firstRouterPort), LOG_LEVEL: 'debug' };
    demo = await startDemo(environment, { logTo: keptLog(dataDir) });
    page = await openSignedIn(browser, demo.url, demo.login.password);
  });

  test.afterAll(async () => {
    await page?.context().close();
    await demo?.stop();
    if (dataDir) fs.rmSync(dataDir, { recursive: true, force: true });
  });

  for (const [at, place] of places.entries()) {
    test(place.name, () => lookAt(page, demo.url, place, at));
  }
});

const emptyPlaces: Place[] = [
  '',
  'customers',
  'routers',
  'locations',
  'sessions',
  'pending',
  'invoices',
  'counters',
  'tokens',
  'packages',
  'stock',
  'shifts',
  'reconciliation',
].map((name) => ({
  name: `empty-${name || 'home'}`,
  path: `/${name}`,
}));

test.describe('on a fresh installation', () => {
  const password = 'four quiet words here';
  let running: Running;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    running = await startFresh({ ADMIN_PASSWORD: password });
    page = await openSignedIn(browser, running.url, password);
  });

  test.afterAll(async () => {
    await page?.context().close();
    await running?.remove();
  });

  test('sign-in', async ({ page: stranger }) => {
    await stranger.emulateMedia({ reducedMotion: 'reduce' });
    await lookAt(stranger, running.url, { name: 'sign-in', path: '/sign-in' }, 0);
  });

  test('invitation', async ({ page: stranger }) => {
    await stranger.emulateMedia({ reducedMotion: 'reduce' });
    await lookAt(stranger, running.url, { name: 'invitation', path: `/invitation#${'x'.repeat(43)}` }, 1);
  });

  test('first password and second factor', async ({ browser }) => {
    const [first, own] = ['chosen by the owner', 'blue kettle on the roof'];
    const added = { username: 'nina', role: 'auditor', password: first };
    expect((await page.request.post(`${running.url}/api/staff`, { data: added })).status()).toBe(201);
    const rule = { role: 'auditor', requiresSecondFactor: true };
    expect((await page.request.put(`${running.url}/api/roles`, { data: rule })).ok()).toBe(true);
    const guest = await openSignedIn(browser, running.url, first, 'nina');
    await lookAt(guest, running.url, { name: 'password-first', path: '/' }, 0);
    await expect(guest).toHaveURL(/\/password$/);
    const change = { currentPassword: first, newPassword: own, confirmPassword: own };
    expect((await guest.request.put(`${running.url}/api/admin/password`, { data: change })).ok()).toBe(true);
    await lookAt(guest, running.url, { name: 'second-factor-first', path: '/' }, 1);
    await expect(guest).toHaveURL(/\/second-factor$/);
    await guest.context().close();
  });

  test('the bar at the left folds by groups, by keyboard too, and stays as it was left', async ({ browser }) => {
    const own = await openSignedIn(browser, running.url, password);
    await own.setViewportSize(desk);
    await own.goto(running.url);
    const bar = own.getByRole('navigation', { name: 'Main' });
    const group = (name: string) => bar.getByRole('button', { name, exact: true });
    const link = (name: string) => bar.getByRole('link', { name, exact: true });
    await expect(link('Routers')).toBeVisible();
    await expect(link('Audit')).toBeHidden();
    await group('System').press('Enter');
    await group('Network').press('Space');
    for (const again of [false, true]) {
      if (again) await own.reload();
      await expect(link('Audit')).toBeVisible();
      await expect(link('Routers')).toBeHidden();
      await expect(group('System')).toHaveAttribute('aria-expanded', 'true');
      await expect(group('Network')).toHaveAttribute('aria-expanded', 'false');
    }
    await own.context().close();
  });

  for (const [at, place] of emptyPlaces.entries()) {
    test(place.name, () => lookAt(page, running.url, place, at));
  }
});

async function openSignedIn(browser: Browser, url: string, password: string, username?: string): Promise<Page> {
  // Animations would be caught half way, by the picture and by the measurement of contrast.
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  await signInWithoutForm(context, url, password, username);
  return context.newPage();
}

/** Loads a page once, and then only turns it: a resized window and another scheme must do without a new load. */
async function lookAt(page: Page, url: string, place: Place, turn: number): Promise<void> {
  const complaints = collectComplaints(page, place.name);
  await page.setViewportSize(desk);
  await page.goto(url + (await withIds(page, url, place.path)));
  await untilLoaded(page);
  await place.open?.(page);
  const hasDialog = place.open !== undefined || place.path.includes('open=');
  for (const look of looks) {
    await page.setViewportSize(look.viewport);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', look.colorScheme);
    if (hasDialog) await expect(page.getByRole('dialog')).toBeVisible();
    await expectNothingSideways(page);
    if (searched[turn % 2]?.includes(look)) await expectAccessible(page);
    if (pictures) await takePicture(page, place.name, look);
  }
  expect(complaints.take()).toEqual([]);
}

// The browser looks at each frame: Playwright's own waiting looks again after 100, 250, 500 and then 1000 ms.
function untilLoaded(page: Page): Promise<unknown> {
  return page.waitForFunction(
    () => document.querySelector('h1, h2, h3, [role="heading"]') && !document.querySelector('[aria-busy="true"]'),
    undefined,
    { polling: 'raf' },
  );
}

async function takePicture(page: Page, name: string, { viewport, colorScheme }: Look): Promise<void> {
  const file = path.join(pictures ?? '', `${name}-${viewport.width}-${colorScheme}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
}

/** `$first` and `$open` stand for the first thing of its list, and for the first open invoice. */
async function withIds(page: Page, url: string, wanted: string): Promise<string> {
  const match = /^\/(\w+)(?:\/|\?open=)\$(first|open)/.exec(wanted);
  if (!match) return wanted;
  const [, list, which] = match;
  const reply = await page.request.get(`${url}/api/${list}?limit=1${which === 'open' ? '&status=open' : ''}`);
  const { items } = (await reply.json()) as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  return wanted.replace(`$${which}`, items[0]?.id ?? '');
}

type Complaints = { take(): string[] };

function collectComplaints(page: Page, name: string): Complaints {
  const complaints: string[] = [];
  // Chromium itself logs a reply of 404, which is what these two are about.
  const isExpected = (text: string) => name.endsWith('unknown') && /status of 404/.test(text);
  const hear = (message: ConsoleMessage) => {
    if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text());
  };
  const fail = (error: Error) => complaints.push(error.message);
  page.on('console', hear).on('pageerror', fail);
  return {
    take() {
      page.off('console', hear).off('pageerror', fail);
      return complaints;
    },
  };
}

/** Waits, for after a turn the page needs a moment to take its new shape. */
async function expectNothingSideways(page: Page): Promise<void> {
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(overflow, { message: 'pixels to scroll sideways', intervals: [20, 50, 100, 250] }).toBe(0);
}

async function expectAccessible(page: Page): Promise<void> {
  // One page without frames: axe can run where it is, and need not name what is in order.
  // Of a long table it sees the first rows: those below are of the same make, and there may be hundreds.
  const axe = new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .exclude('tbody > tr:nth-child(n+21)');
  const { violations } = await axe.analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  expect(serious).toEqual([]);
}
