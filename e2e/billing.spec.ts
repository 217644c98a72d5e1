// One browser through the money: a tax, a plan that has it, a subscription, its invoice, a credit note, a dearer plan with the lines
// of its change, and another billing day.
import { expect } from '@playwright/test';
import { addClinic, confirm, openBySideBar, type Running, sendTo, signInWithoutForm, startFresh } from './running.ts';
import { test } from './slow-machine.ts';

const password = 'four quiet words here';
let running: Running;

test.beforeAll(async () => {
  running = await startFresh({ ADMIN_PASSWORD: password });
});
test.afterAll(() => running?.remove());

test('subscribe, invoice, credit, and change the plan with what that costs', async ({ page, context }) => {
  await signInWithoutForm(context, running.url, password);
  let customerId = '';

  await test.step('a tax is added, and a plan gets it', async () => {
    // The list comes late: what was typed before it stays.
    const typed = Promise.withResolvers<void>();
    await page.route('**/api/taxes*', async (route) => {
      await typed.promise;
      await route.continue();
    });
    await page.goto(`${running.url}/settings?tab=taxes`);
    await page.getByLabel('Name').fill('VAT');
    await page.getByLabel('Rate').fill('10');
    typed.resolve();
    await expect(page.getByText(/^No tax yet/)).toBeVisible();
    await page.getByRole('button', { name: 'Add tax' }).click();
    await expect(page.getByText('VAT 10 %').first()).toBeVisible();
    await openBySideBar(page, 'Plans');
    await page.getByRole('link', { name: 'Basic' }).click();
    const drawer = page.getByRole('dialog', { name: 'Edit plan' });
    await drawer.getByLabel('Tax').selectOption({ label: 'VAT 10 %' });
    await drawer.getByRole('button', { name: 'Save plan' }).click();
    await expect(drawer).toBeHidden();
  });

  await test.step('beside his line he subscribes to a second one with a set-up fee, and sees what comes', async () => {
    customerId = await addClinic(page, running.url);
    await page.goto(`${running.url}/customers/${customerId}?tab=subscription`);
    await page.getByRole('button', { name: 'Add subscription' }).click();
    const drawer = page.getByRole('dialog', { name: 'Add a subscription' });
    await drawer.getByRole('combobox', { name: 'Plan' }).fill('Basic');
    await page.getByRole('option', { name: /^Basic/ }).click();
    await expect(drawer.getByText('$32.99')).toHaveCount(3);
    await drawer.getByRole('button', { name: 'Terms of its own' }).click();
    await drawer.getByLabel('Set-up fee').fill('50');
    // Before it is added: 29.99 and 50.00, and a tenth.
    await expect(drawer.getByText('$87.99')).toBeVisible();
    await expect(drawer.getByText('$32.99')).toHaveCount(2);
    await drawer.getByLabel('Charged from').fill('2000-01-01');
    await drawer.getByLabel('Charged from').blur();
    await expect(drawer.getByText('After the start.')).toBeVisible();
    await expect(drawer.getByText('Shown again when the fields above are right.')).toBeVisible();
    await drawer.getByLabel('Charged from').fill('');
    await expect(drawer.getByText('$87.99')).toBeVisible();
    await drawer.getByRole('button', { name: 'Add subscription' }).click();
    await expect(drawer).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Next invoices' })).toBeVisible();
    // 29.99 and 50.00, and a tenth.
    await expect(page.getByText('$87.99').first()).toBeVisible();
    await expect(page.getByText('No credit: the next invoice is to be paid')).toBeVisible();
  });

  await test.step('the run invoices him', async () => {
    await openBySideBar(page, 'Tomorrow');
    await expect(page.getByText('2 invoices of together $120.98 would be issued now.')).toBeVisible();
    await page.getByRole('button', { name: 'Invoice now' }).click();
    await confirm(page, 'Invoice now?', 'Invoice now');
    await expect(page.getByText('2 invoices, $120.98').first()).toBeVisible();
    await expect(page.getByText('Nothing is due to be invoiced now.')).toBeVisible();
  });

  await test.step('the set-up is credited', async () => {
    await openBySideBar(page, 'Invoices');
    await page
      .getByRole('row', { name: /87\.99/ })
      .getByRole('link', { name: /^INV/ })
      .click();
    await expect(page.getByText('VAT 10 % of $79.99')).toBeVisible();
    await expect(page.getByText('Issued by a run of all that was due')).toBeVisible();
    await page.getByRole('button', { name: 'More acts' }).click();
    await page.getByRole('menuitem', { name: 'Credit note' }).click();
    const drawer = page.getByRole('dialog', { name: /^Credit invoice/ });
    await drawer.getByText('Parts of lines').click();
    await drawer.getByLabel('Basic').first().fill('50');
    await expect(drawer.getByText('The credit note comes to $55.00, with $5.00 of tax.')).toBeVisible();
    await expect(drawer.getByText('$55.00 less is to be paid of this invoice.')).toBeVisible();
    await drawer.getByLabel('Reason').fill('he had the router already');
    await drawer.getByRole('button', { name: 'Issue credit note' }).click();
    await expect(drawer).toBeHidden();
    await expect(page.getByText('Partly paid')).toBeVisible();
    await expect(page.getByText('$32.99').first()).toBeVisible();
  });

  await test.step('a dearer plan counts at once, and its lines were shown before', async () => {
    await page.goto(`${running.url}/customers/${customerId}?tab=subscription`);
    await page.getByRole('button', { name: 'Change plan' }).last().click();
    const drawer = page.getByRole('dialog', { name: 'Change the plan' });
    await drawer.getByRole('combobox', { name: 'New plan' }).fill('Premium');
    await page.getByRole('option', { name: /^Premium/ }).click();
    // On the first day of the period all of it is changed: 79.99 less 29.99, and less its tax.
    await expect(drawer.getByText('Invoiced now')).toBeVisible();
    await expect(drawer.getByText('-$29.99')).toBeVisible();
    await expect(drawer.getByText('$47.00')).toBeVisible();
    await drawer.getByRole('button', { name: 'Change plan' }).click();
    await expect(drawer).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Premium' })).toBeVisible();
    await openBySideBar(page, 'Invoices');
    await expect(page.getByText('$47.00').first()).toBeVisible();
  });

  await test.step('an agreed price shows the invoices that come then', async () => {
    await page.goto(`${running.url}/customers/${customerId}?tab=subscription`);
    await page.getByRole('button', { name: 'More for Premium' }).click();
    await page.getByRole('menuitem', { name: 'Change the terms' }).click();
    const drawer = page.getByRole('dialog', { name: 'Change the terms' });
    await expect(drawer.getByText('$79.99').first()).toBeVisible();
    await drawer.getByLabel('Agreed price').fill('70');
    await expect(drawer.getByText('$70.00')).toHaveCount(3);
    await drawer.getByRole('button', { name: 'Save terms' }).click();
    await expect(drawer).toBeHidden();
    await expect(page.getByText('$70.00').first()).toBeVisible();
  });

  await test.step('with another billing day its first invoice has what the preview said', async () => {
    const startsOn = Temporal.Now.plainDateISO('UTC');
    const { items } = (await (await page.request.get(`${running.url}/api/plans`)).json()) as {
      items: { id: string; name: string }[];
    };
    const planId = items.find((plan) => plan.name === 'Standard')?.id;
    await sendTo(page, running.url, `/api/customers/${customerId}/subscriptions`, { planId, startsOn });
    await page.goto(`${running.url}/customers/${customerId}?tab=subscription`);
    await page.getByRole('button', { name: 'More for Standard' }).click();
    await page.getByRole('menuitem', { name: 'Change the days' }).click();
    const drawer = page.getByRole('dialog', { name: 'Days of Standard' });
    const billingDay = startsOn.add({ days: 2 });
    await drawer.getByLabel('Billing day').fill(String(billingDay.day));
    // Two days of the month that ends with the billing day.
    const monthDays = billingDay.subtract({ months: 1 }).until(billingDay, { largestUnit: 'day' }).days;
    const amount = `$${(Math.round((4999 * 2) / monthDays) / 100).toFixed(2)}`;
    await expect(drawer.getByText('Nothing is charged or credited now.')).toBeVisible();
    await expect(drawer.getByText(amount, { exact: true })).toBeVisible();
    const days = (
      await drawer
        .getByText(/^Standard, /)
        .first()
        .innerText()
    ).replace('Standard, ', '');
    await drawer.getByRole('button', { name: 'Change the days' }).click();
    await expect(drawer).toBeHidden();
    await sendTo(page, running.url, '/api/billing/invoice-runs', {});
    await openBySideBar(page, 'Invoices');
    await page
      .getByRole('row', { name: new RegExp(amount.replace(/[$.]/g, '\\$&')) })
      .getByRole('link', { name: /^INV/ })
      .click();
    await expect(page.getByText(days).first()).toBeVisible();
  });
});
