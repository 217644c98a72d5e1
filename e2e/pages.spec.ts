// Every page against the living demo, wide and narrow, light and dark: no error in the console, nothing to scroll sideways,
// nothing that axe calls serious. The pictures are for people: data/test/screenshots.
import fs from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Demo, startDemo } from '@lastmile/demo/src/demo.ts';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { makeDataDir, type Running, signIn, startFresh } from './running.ts';

const pictures = path.join(import.meta.dirname, '../data/test/screenshots');

const sizes = [
  { width: 1440, height: 900 },
  { width: 360, height: 780 },
];
const schemes = ['light', 'dark'] as const;

// Three in a row, below those that the system hands out; another run of the tests on this machine has others.
const firstRouterPort = 10_000 + (process.pid % 7000) * 3;

// Four looks at one page each: long on a machine that is busy with other things.
test.describe.configure({ timeout: 240_000 });

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
  { name: 'customer-new', path: '/customers/new' },
  { name: 'customer', path: '/customers/$first' },
  { name: 'customer-invoices', path: '/customers/$first?tab=invoices' },
  { name: 'customer-edit', path: '/customers/$first/edit' },
  { name: 'routers', path: '/routers' },
  { name: 'routers-nothing-found', path: '/routers?search=nowhere' },
  { name: 'router-new', path: '/routers?open=new' },
  { name: 'router', path: '/routers/$first' },
  { name: 'router-edit', path: '/routers/$first?open=edit' },
  { name: 'router-unknown', path: '/routers/00000000-0000-7000-8000-000000000000' },
  { name: 'sessions', path: '/sessions' },
  { name: 'pending', path: '/pending' },
  { name: 'plans', path: '/plans' },
  { name: 'plan-new', path: '/plans?open=new' },
  { name: 'invoices', path: '/invoices' },
  { name: 'invoices-overdue', path: '/invoices?status=overdue' },
  { name: 'invoices-void', path: '/invoices?status=void' },
  { name: 'invoice-new', path: '/invoices?open=new' },
  { name: 'invoice', path: '/invoices/$first' },
  { name: 'invoice-open', path: '/invoices/$open' },
  { name: 'invoice-payment', path: '/invoices/$open?open=payment' },
  {
    name: 'overdue-check',
    path: '/invoices',
    open: (page) => page.getByRole('button', { name: 'Run overdue check now' }).click(),
  },
  { name: 'audit', path: '/audit' },
  { name: 'settings', path: '/settings' },
  { name: 'settings-operation', path: '/settings?tab=operation' },
  { name: 'settings-system', path: '/settings?tab=system' },
  { name: 'no-such-page', path: '/nowhere' },
];

test.describe('every page of a living provider, on a phone and a desk, dark and light', () => {
  let demo: Demo;
  let dataDir: string;
  let signedIn: BrowserContext;

  test.beforeAll(async ({ browser }) => {
    // A year of books is written first.
    test.setTimeout(300_000);
    dataDir = makeDataDir();
    demo = await startDemo({
      DATA_DIR: dataDir,
      PORT: '0',
      DEMO_ROUTER_PORT: String(firstRouterPort),
      LOG_LEVEL: 'error',
    });
    signedIn = await signedInAt(browser, demo.url, demo.login.password);
  });

  test.afterAll(async () => {
    await signedIn?.close();
    await demo?.stop();
    if (dataDir) fs.rmSync(dataDir, { recursive: true, force: true });
  });

  for (const place of places) {
    test(place.name, async () => {
      const page = await signedIn.newPage();
      await lookAt(page, demo.url, place);
      await page.close();
    });
  }
});

const emptyPlaces: Place[] = ['', 'customers', 'routers', 'sessions', 'pending', 'invoices'].map((name) => ({
  name: `empty-${name || 'home'}`,
  path: `/${name}`,
}));

test.describe('on a fresh installation', () => {
  const password = 'four quiet words here';
  let running: Running;
  let signedIn: BrowserContext;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    running = await startFresh({ ADMIN_PASSWORD: password });
    signedIn = await signedInAt(browser, running.url, password);
  });

  test.afterAll(async () => {
    await signedIn?.close();
    await running?.remove();
  });

  test('sign-in', async ({ page }) => {
    await lookAt(page, running.url, { name: 'sign-in', path: '/sign-in' });
  });

  for (const place of emptyPlaces) {
    test(place.name, async () => {
      const page = await signedIn.newPage();
      await lookAt(page, running.url, place);
      await page.close();
    });
  }
});

async function signedInAt(browser: Browser, url: string, password: string): Promise<BrowserContext> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, url, password);
  await page.close();
  return context;
}

async function lookAt(page: Page, url: string, { name, path: wanted, open }: Place): Promise<void> {
  const complaints = collectComplaints(page, name);
  const hasDialog = open !== undefined || /open=/.test(wanted);
  // Animations would be caught half way, by the picture and by the measurement of contrast.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const viewport of sizes) {
    await page.setViewportSize(viewport);
    await page.goto(url + (await withIds(page, url, wanted)));
    await expect(page.getByRole('heading').first()).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await open?.(page);
    if (hasDialog) await expect(page.getByRole('dialog')).toBeVisible();
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      const picture = path.join(pictures, `${name}-${viewport.width}-${colorScheme}.png`);
      await page.screenshot({ path: picture, animations: 'disabled' });
      await expectAccessible(page);
    }
    await expectNothingSideways(page);
  }
  expect(complaints).toEqual([]);
}

/** `$first` and `$open` stand for the first thing of its list, and for the first open invoice. */
async function withIds(page: Page, url: string, wanted: string): Promise<string> {
  const match = /^\/(\w+)\/\$(first|open)/.exec(wanted);
  if (!match) return wanted;
  const [, list, which] = match;
  const reply = await page.request.get(`${url}/api/${list}?limit=1${which === 'open' ? '&status=open' : ''}`);
  const { items } = (await reply.json()) as { items: { id: string }[] };
  expect(items).toHaveLength(1);
  return wanted.replace(`$${which}`, items[0]?.id ?? '');
}

function collectComplaints(page: Page, name: string): string[] {
  const complaints: string[] = [];
  // Chromium itself logs a reply of 404, which is what these two are about.
  const isExpected = (text: string) => name.endsWith('unknown') && /status of 404/.test(text);
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

async function expectNothingSideways(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  expect(overflow).toBe(0);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  expect(serious).toEqual([]);
}
