// A Lastmile of its own for a browser test, and what every test does with it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '@lastmile/server/config.ts';
import { type Lastmile, startLastmile } from '@lastmile/server/main.ts';
import type { LogDestination } from '@lastmile/server/platform/log.ts';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { logFileOf, noteSecrets } from '../packages/server/test/log-scan.test-support.ts';

export type Running = {
  readonly url: string;
  /** Stops the program, as a failing machine would for the people in front of their browsers. */
  stop(): Promise<void>;
  /** Starts it again on the same data and address. */
  start(): Promise<void>;
  /** Stops it for good and forgets its data. */
  remove(): Promise<void>;
};

/** An installation on an empty data folder, as `npm start` makes it but for its schedules. */
export async function startFresh(environment: NodeJS.ProcessEnv = {}): Promise<Running> {
  const dataDir = makeDataDir();
  const configure = (port: string) =>
    readConfig({ DATA_DIR: dataDir, PORT: port, LOG_LEVEL: 'debug', ALLOW_LOCAL_ROUTERS: 'yes', ...environment });
  // Nothing runs by itself: what a run of the hour would make is in the way of a test that happens to cross it.
  const options = { logTo: keptLog(dataDir), schedules: 'off' } as const;
  if (environment.ADMIN_PASSWORD) noteSecrets(logFolder(), [environment.ADMIN_PASSWORD]);
  let lastmile: Lastmile | undefined = await startLastmile(configure('0'), options);
  const { url } = lastmile;
  const stop = async () => {
    await lastmile?.stop();
    lastmile = undefined;
  };
  return {
    url,
    stop,
    async start() {
      lastmile = await startLastmile(configure(new URL(url).port), options);
    },
    async remove() {
      await stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const logFolder = () => process.env.BROWSER_TEST_LOGS ?? os.tmpdir();

/** Searched for secrets after the run. */
export function keptLog(dataDir: string): LogDestination {
  return logFileOf(logFolder(), path.basename(dataDir));
}

/** What the person typed, and what the browser was given for it. */
async function noteSession(context: BrowserContext, password: string): Promise<void> {
  const cookies = await context.cookies();
  noteSecrets(logFolder(), [password, ...cookies.map(({ value }) => value)]);
}

export function makeDataDir(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-browser-test-'));
}

export async function signIn(page: Page, url: string, password: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await noteSession(page.context(), password);
}

/** For tests that are not about signing in: the session's cookie at once. */
export async function signInWithoutForm(
  context: BrowserContext,
  url: string,
  password: string,
  username = 'admin',
): Promise<void> {
  const answer = await context.request.post(`${url}/api/auth/signin`, { data: { username, password } });
  expect(answer.ok()).toBe(true);
  await noteSession(context, password);
}

/** Adds a thing by the API, for tests that are about something else. */
export async function sendTo(page: Page, url: string, path: string, data: object): Promise<{ id: string }> {
  const answer = await page.request.post(url + path, { data });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as { id: string };
}

/** A customer with the first plan. Nobody answers at his router. */
export async function addClinic(page: Page, url: string, person: { email?: string } = {}): Promise<string> {
  const access = { host: '127.7.0.9', port: 9, tls: 'off', username: 'lastmile', password: 'demo' };
  const router = await sendTo(page, url, '/api/routers', { label: 'Hill', ...access });
  const { items } = (await (await page.request.get(`${url}/api/plans`)).json()) as { items: { id: string }[] };
  const account = { username: 'clinic', password: 'secret-1', routerId: router.id, planId: items[0]?.id };
  return (await sendTo(page, url, '/api/customers', { name: 'Clinic Mercy', ...account, ...person })).id;
}

/** Opens a page by the navigation at the left, without loading the app again. */
export async function openBySideBar(page: Page, name: string): Promise<void> {
  const bar = page.getByRole('navigation', { name: 'Main' });
  const closed = bar.getByRole('button', { expanded: false });
  for (let count = await closed.count(); count > 0; count--) await closed.first().click();
  await bar.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

export type RouterAt = { port: number };

/** Adds a simulated router through the form, after a test of the connection, and ends on its page. */
export async function addRouter(page: Page, label: string, { port }: RouterAt): Promise<void> {
  await openBySideBar(page, 'Routers');
  await page.getByRole('button', { name: 'Add router' }).first().click();
  const drawer = page.getByRole('dialog', { name: 'Add router' });
  await drawer.getByLabel('Label').fill(label);
  await drawer.getByLabel('Host').fill('127.0.0.1');
  await drawer.getByLabel('Port').fill(String(port));
  await drawer.getByLabel('User on the router').fill('lastmile');
  await drawer.getByLabel('Its password').fill('demo');
  await drawer.getByRole('button', { name: 'Test connection' }).click();
  await expect(drawer.getByText('The connection works')).toBeVisible();
  await drawer.getByRole('button', { name: 'Add router' }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
}

export type NewCustomer = { name: string; account: string; password: string; router: string; plan: string };

/** Adds a customer through the form and ends on his page. */
export async function addCustomer(page: Page, customer: NewCustomer): Promise<void> {
  await openBySideBar(page, 'Customers');
  await page.getByRole('link', { name: 'Add customer' }).first().click();
  const content = page.getByRole('main');
  await content.getByLabel('Name', { exact: true }).fill(customer.name);
  await choose(page, 'Router', customer.router);
  await choose(page, 'Plan', customer.plan);
  await content.getByLabel('Account name').fill(customer.account);
  await content.getByLabel('Password', { exact: true }).fill(customer.password);
  await content.getByRole('button', { name: 'Add customer' }).click();
  await expect(page.getByRole('heading', { level: 1, name: customer.name })).toBeVisible();
}

/** Chooses in a field whose choices open below it; one that holds the choice already is left alone. */
export async function choose(page: Page, field: string, choice: string): Promise<void> {
  const input = page.getByRole('main').getByLabel(field, { exact: true }).first();
  if ((await input.inputValue()).startsWith(choice)) return;
  await input.click();
  await page.getByRole('option', { name: choice }).first().click();
}

/** The dialog that asks before an act. */
export async function confirm(page: Page, title: string, act: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await expect(dialog).toBeHidden();
}
