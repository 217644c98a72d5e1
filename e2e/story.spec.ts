// The main job of the house, by hand in a browser, on a router that speaks the real protocol over a real socket. What
// happened is asked of the router, not of the page alone.
import { type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { expect, type Page } from '@playwright/test';
import { addCustomer, addRouter, confirm, openBySideBar, type Running, signIn, startFresh } from './running.ts';
import { test } from './slow-machine.ts';

const account = 'ana.horvat';
const name = 'Ana Horvat';
const newPassword = 'four quiet words here';

let running: Running;
let router: SimulatedRouter;

test.beforeAll(async () => {
  router = await startRouter({ identity: 'tower-1', version: '7.18' });
  running = await startFresh();
});

test.afterAll(async () => {
  await running?.remove();
  await router?.stop();
});

test('from the first sign-in to a subscriber who is cut, restored, disconnected and removed', async ({ page }) => {
  await test.step('the initial password can only choose a new one', async () => {
    await signIn(page, running.url, 'admin123');
    await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
    await page.goto(`${running.url}/customers`);
    await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
    await page.getByLabel('Current password').fill('admin123');
    await page.getByLabel('New password', { exact: true }).fill(newPassword);
    await page.getByLabel('New password again').fill(newPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  });

  await test.step('an empty list says what to paste into the router; the connection is tested before saving', async () => {
    await openBySideBar(page, 'Routers');
    await expect(page.getByText('No routers yet')).toBeVisible();
    await expect(page.getByText('/user group add name=lastmile policy=read,write,api,test,sensitive')).toBeVisible();
    await addRouter(page, 'Hilltop tower', router);
    await expect(page.getByRole('main').getByText('Online', { exact: true }).first()).toBeVisible();
    await expect(page.getByText('tower-1').first()).toBeVisible();
  });

  await test.step('the sample plans are there', async () => {
    await openBySideBar(page, 'Plans');
    for (const plan of ['Basic', 'Standard', 'Premium']) {
      await expect(page.getByRole('link', { name: `${plan} PPPoE`, exact: true })).toBeVisible();
    }
  });

  await test.step('a customer appears on the router by himself', async () => {
    await addCustomer(page, { name, account, password: 'secret-1', router: 'Hilltop tower', plan: 'Basic' });
    await expect(page.getByText('As wanted').first()).toBeVisible();
    expect(router.find('/ppp/secret', { name: account })).toMatchObject({ profile: 'Basic', disabled: 'false' });
    expect(router.find('/ppp/profile', { name: 'Basic' })).toMatchObject({ 'rate-limit': '5120k/5120k' });
  });

  await test.step('who dials in is on the home page without a reload', async () => {
    await openBySideBar(page, 'Home');
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
    await expect(sessionOf(page)).toHaveCount(0);
    // Dials again soon whenever the line drops, as the device of a subscriber does.
    router.addSubscriber({ name: account, password: 'secret-1', redialMs: 300 });
    await expect(sessionOf(page)).toBeVisible();
    expect(await page.evaluate(() => 'isTheSamePage' in window)).toBe(true);
  });

  await test.step('an invoice that was due yesterday is overdue at once', async () => {
    await openBySideBar(page, 'Invoices');
    await page.getByRole('link', { name: 'New invoice' }).first().click();
    const form = page.getByRole('main');
    await form.getByLabel('Customer').fill('horvat');
    await page.getByRole('option', { name }).click();
    await expect(form.getByLabel('Price')).toHaveValue('29.99');
    // The form offers ten days from today, as the provider counts days.
    const offered = await form.getByLabel('Due date').inputValue();
    await form.getByLabel('Due date').fill(daysAfter(offered, -11));
    await expect(form.getByText('the invoice is overdue at once')).toBeVisible();
    await form.getByLabel('Description').fill('November');
    await form.getByRole('button', { name: 'Issue invoice' }).click();
    await expect(page.getByRole('heading', { level: 1, name: /^INV/ })).toBeVisible();
    await expect(page.getByText('Overdue', { exact: true })).toBeVisible();
  });

  await test.step('the overdue check cuts him on the router', async () => {
    await openBySideBar(page, 'Invoices');
    await page.getByRole('button', { name: 'Run overdue check now' }).click();
    await confirm(page, 'Run the overdue check now?', 'Run overdue check');
    await expect(page.getByText('1 suspended').first()).toBeVisible();
    await expect(page.getByRole('main').getByRole('link', { name, exact: true })).toBeVisible();
    await expect.poll(() => router.find('/ppp/secret', { name: account })?.disabled).toBe('true');
    await expect.poll(() => router.find('/ppp/active', { name: account })).toBeUndefined();
  });

  await test.step('a payment brings him back at once', async () => {
    await page.getByRole('link', { name: /^INV/ }).click();
    await page.getByRole('button', { name: 'Record payment' }).click();
    const drawer = page.getByRole('dialog', { name: 'Record a payment' });
    await expect(drawer.getByLabel('Amount')).toHaveValue('29.99');
    await drawer.getByLabel('Note').fill('at the counter');
    await drawer.getByRole('button', { name: 'Record payment' }).click();
    await expect(page.getByText('Paid', { exact: true })).toBeVisible();
    await expect(page.getByText('at the counter')).toBeVisible();
    await expect(page.getByRole('list', { name: 'Payments' }).getByRole('link')).toHaveAttribute(
      'href',
      /^\/payments\//,
    );
    await expect.poll(() => router.find('/ppp/secret', { name: account })?.disabled).toBe('false');
    await expect.poll(() => router.find('/ppp/active', { name: account })).toBeDefined();
  });

  await test.step('a session is dropped after a question, and the subscriber may dial in again', async () => {
    await openBySideBar(page, 'Sessions');
    await expect(sessionOf(page)).toBeVisible();
    const before = router.find('/ppp/active', { name: account })?.['.id'];
    await page.getByRole('button', { name: `More for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    await confirm(page, `Disconnect ${name}?`, 'Disconnect');
    await expect.poll(() => router.find('/ppp/active', { name: account })?.['.id']).not.toBe(before);
  });

  await test.step('a removed customer leaves the router', async () => {
    await openBySideBar(page, 'Customers');
    await page.getByRole('main').getByRole('link', { name }).first().click();
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('menuitem', { name: 'Remove customer' }).click();
    await confirm(page, `Remove ${name}?`, 'Remove customer');
    await expect.poll(() => router.find('/ppp/secret', { name: account })).toBeUndefined();
    await expect.poll(() => router.find('/ppp/active', { name: account })).toBeUndefined();
    await openBySideBar(page, 'Customers');
    await expect(page.getByText('No customers yet')).toBeVisible();
  });
});

/** The row of the subscriber in a list of sessions. */
function sessionOf(page: Page) {
  return page.getByRole('main').getByRole('row').filter({ hasText: account });
}

function daysAfter(day: string, count: number): string {
  return Temporal.PlainDate.from(day).add({ days: count }).toString();
}
