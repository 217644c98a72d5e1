// A day at the cash desk: money that comes in, by keyboard; what becomes of it; and how each of it is taken back.
import type { AddressInfo } from 'node:net';
import { expect, type Page } from '@playwright/test';
import { SMTPServer } from 'smtp-server';
import { addClinic, openBySideBar, type Running, sendTo, signInWithoutForm, startFresh } from './running.ts';
import { test } from './slow-machine.ts';

const password = 'four quiet words here';
const name = 'Clinic Mercy';
let running: Running;
let customerId: string;

test.beforeAll(async ({ browser }) => {
  running = await startFresh({ ADMIN_PASSWORD: password });
  const context = await browser.newContext();
  await signInWithoutForm(context, running.url, password);
  customerId = await addClinic(await context.newPage(), running.url, { email: 'desk@mercy.example' });
  await context.close();
});
test.afterAll(() => running?.remove());

test.beforeEach(({ context }) => signInWithoutForm(context, running.url, password));

function issueInvoice(page: Page, amountMinor: string, dueInDays = 10): Promise<{ id: string }> {
  const dueOn = Temporal.Now.plainDateISO('UTC').add({ days: dueInDays }).toString();
  return sendTo(page, running.url, '/api/invoices', { customerId, amountMinor, dueOn, description: 'Cabling' });
}

const openCustomer = (page: Page, tab: string) => page.goto(`${running.url}/customers/${customerId}?tab=${tab}`);

test('by keyboard alone: too much is paid, stays as credit, pays the next invoice, and is undone', async ({ page }) => {
  const first = await issueInvoice(page, '2999');
  const drawer = page.getByRole('dialog', { name: 'Record a payment' });

  await test.step('the drawer begins at the customer, and Escape asks before what was typed is lost', async () => {
    await page.goto(`${running.url}/payments`);
    await page.getByRole('button', { name: 'Record payment' }).first().press('Enter');
    await expect(drawer.getByLabel('Customer')).toBeFocused();
    await page.keyboard.type('mercy');
    await expect(page.getByRole('option', { name })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(drawer.getByLabel('Customer')).toHaveValue(name);
    await page.keyboard.press('Tab');
    await expect(drawer.getByLabel('Amount')).toBeFocused();
    await page.keyboard.type('50');
    await page.keyboard.press('Escape');
    await expect(page.getByText('What you typed here is not saved.')).toBeVisible();
    await page.keyboard.press('Escape');
    // With or without the decimals that it gets when it is left: the question may be gone before it took the focus.
    await expect(drawer.getByLabel('Amount')).toHaveValue(/^50(\.00)?$/);
  });

  await test.step('it says what the money pays, and Enter records it', async () => {
    await expect(drawer.getByText('$20.01 stays as credit and pays the next invoice.')).toBeVisible();
    await drawer.getByLabel('Amount').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText(`$50.00 of ${name} recorded, $20.01 of it stays as credit`)).toBeVisible();
    // Straight to its page: nobody is asked about what is recorded.
    await expect(page).toHaveURL(/\/payments\/[\da-f-]{36}$/);
    await expect(page.getByText('What you typed here is not saved.')).toBeHidden();
  });

  await test.step('the credit pays the next invoice in part', async () => {
    const next = await issueInvoice(page, '3000');
    await page.goto(`${running.url}/invoices/${next.id}`);
    await expect(page.getByText('Partly paid')).toBeVisible();
    await expect(page.getByText('$9.99').first()).toBeVisible();
  });

  await test.step('undone, both invoices are open again, and it says so before', async () => {
    await openBySideBar(page, 'Payments');
    await page.getByRole('link', { name: /^RCP/ }).first().click();
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Undo payment' }).click();
    const dialog = page.getByRole('dialog', { name: /^Undo the payment RCP/ });
    await expect(dialog.getByText('What it settled is open again with its old due date.')).toBeVisible();
    await dialog.getByLabel('Reason').fill('counted twice');
    await dialog.getByRole('button', { name: 'Undo payment' }).click();
    // The reason also stands in the field that it was typed in.
    await expect(dialog).toBeHidden();
    await expect(page.getByText('counted twice').first()).toBeVisible();
    await page.goto(`${running.url}/invoices/${first.id}`);
    await expect(page.getByText('Open', { exact: true }).first()).toBeVisible();
  });
});

test('a debt is written off, and the statement of it all arrives by mail with its paper', async ({ page }) => {
  const arrived: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part) => {
        text += part;
      });
      stream.on('end', () => {
        arrived.push(text);
        done(null);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.server.address() as AddressInfo;
    const { revision } = await (await page.request.get(`${running.url}/api/mail-settings`)).json();
    const settings = {
      isOn: true,
      host: '127.0.0.1',
      port,
      security: 'none',
      fromAddress: 'isp@hill.example',
      revision,
    };
    const saved = await page.request.put(`${running.url}/api/mail-settings`, { data: settings });
    expect(saved.ok(), await saved.text()).toBe(true);

    const { id } = await issueInvoice(page, '1234', -3);
    await page.goto(`${running.url}/invoices/${id}`);
    await page.getByRole('button', { name: 'More acts' }).click();
    await page.getByRole('menuitem', { name: 'Write off' }).click();
    const dialog = page.getByRole('dialog', { name: /^Write off invoice/ });
    await expect(dialog.getByText(/\$12\.34 is given up and booked as bad debt/)).toBeVisible();
    await dialog.getByLabel('Reason').fill('moved away');
    await dialog.getByRole('button', { name: 'Write off' }).click();
    await expect(page.getByText('Written off').first()).toBeVisible();

    await openCustomer(page, 'statement');
    await expect(page.getByRole('row', { name: /^Written off/ })).toBeVisible();
    await page.getByRole('button', { name: 'Send by mail' }).click();
    await expect(page.getByText('The statement goes to desk@mercy.example')).toBeVisible();
    // Otherwise it goes out within a minute.
    const run = await page.request.post(`${running.url}/api/jobs/run`, {
      data: { job: 'notifications.send-messages' },
    });
    expect(run.ok(), await run.text()).toBe(true);
    await expect.poll(() => arrived.filter((mail) => mail.includes('application/pdf')).length).toBe(1);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

test('another plan waits for the next period, and a vacation begins on its day', async ({ page }) => {
  // So a period runs that is invoiced.
  await sendTo(page, running.url, '/api/billing/invoice-runs', {});
  await openCustomer(page, 'subscription');
  await page.getByRole('button', { name: 'Change plan' }).click();
  const drawer = page.getByRole('dialog', { name: 'Change the plan' });
  await drawer.getByRole('combobox', { name: 'New plan' }).fill('Standard');
  await page.getByRole('option', { name: /^Standard/ }).click();
  await drawer.getByLabel('When').selectOption({ label: 'With the next period' });
  await expect(drawer.getByText('Nothing is invoiced now: the new price counts from that day on.')).toBeVisible();
  await drawer.getByRole('button', { name: 'Change plan' }).click();
  await expect(drawer).toBeHidden();
  await expect(page.getByText(/^Standard for \$/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Basic' })).toBeVisible();

  await page.getByRole('button', { name: /^More/ }).last().click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  const pause = page.getByRole('dialog', { name: 'Pause Basic' });
  await expect(pause.getByText(/From that day the account is off at the router and nothing is charged/)).toBeVisible();
  await pause.getByLabel('Days').fill('10');
  await expect(pause.getByText(/^On again/)).toBeVisible();
  await pause.getByRole('button', { name: 'Pause' }).click();
  await expect(pause).toBeHidden();
  await expect(page.getByText('On vacation').first()).toBeVisible();
});

test('a transfer that was recorded by hand is linked to its line of the bank, and unlinked again', async ({ page }) => {
  const today = Temporal.Now.plainDateISO('UTC').toString();
  await sendTo(page, running.url, '/api/payments', {
    customerId,
    amountMinor: '777',
    method: 'transfer',
    receivedOn: today,
    idempotencyKey: crypto.randomUUID(),
  });
  const format = { skippedLines: 0, dateColumn: 0, dateOrder: 'ymd', amountColumn: 2, decimalSign: '.' };
  await sendTo(page, running.url, '/api/bank-imports', {
    fileName: 'today.csv',
    bank: 'Hill Bank',
    content: Buffer.from(`${today};${name};7.77;HB1`).toString('base64'),
    format: { ...format, payerColumn: 1, referenceColumns: [], bankRefColumn: 3 },
  });
  await page.goto(`${running.url}/payments/bank`);
  const line = page.getByRole('link', { name });
  await line.click();
  const drawer = page.getByRole('dialog', { name: 'Line of Hill Bank' });
  await expect(drawer.getByText(/this line records no money again/)).toBeVisible();
  await drawer.getByRole('button', { name: /^This line is RCP/ }).click();
  await expect(page.getByText(/^Line linked to RCP/)).toBeVisible();
  await expect(page.getByText('Nothing waits', { exact: true })).toBeVisible();
  await page.getByText('Recorded', { exact: true }).click();
  await line.click();
  await drawer.getByRole('button', { name: /^Unlink RCP/ }).click();
  await expect(page.getByText('Unlinked: the payment stays, the line waits again')).toBeVisible();
});

test('every page of money says what could not be loaded, keeps its frame, and loads when asked again', async ({
  context,
}) => {
  const places = ['invoices', 'payments', 'payments/bank', 'subscriptions', 'tomorrow', 'books', 'books?tab=journal'];
  let isBroken = true;
  await context.route(/\/api\/(invoices|payments|bank-lines|subscriptions|billing|books)/, (route) =>
    isBroken
      ? route.fulfill({ status: 500, json: { code: 'internal_error', message: 'no', fields: [], details: {} } })
      : route.continue(),
  );
  const againOn = (page: Page) => page.getByRole('main').getByRole('button', { name: 'Try again' });
  // Side by side: each asks three times, with growing pauses, before it says so.
  const pages = await Promise.all(
    places.map(async (place) => {
      const page = await context.newPage();
      await page.goto(`${running.url}/${place}`);
      await expect(againOn(page).first(), place).toBeVisible();
      await expect(page.getByRole('heading', { level: 1 }), place).toBeVisible();
      return page;
    }),
  );
  isBroken = false;
  for (const page of pages) {
    await page.bringToFront();
    // A page of several parts has one for each.
    const askAgain = async () => {
      if ((await againOn(page).count()) > 0) await againOn(page).first().click();
      return againOn(page).count();
    };
    await expect.poll(askAgain, { message: page.url() }).toBe(0);
  }
});

test('the fuse says whom it waits for, and the last click of a person suspends them', async ({ page }) => {
  const policy = await (await page.request.get(`${running.url}/api/billing/overdue-policy`)).json();
  const tight = { ...policy, fusePercent: 1, fuseLeastCount: 0 };
  expect((await page.request.put(`${running.url}/api/billing/overdue-policy`, { data: tight })).ok()).toBe(true);
  await issueInvoice(page, '4321', -30);
  await sendTo(page, running.url, '/api/billing/overdue-runs', {});
  await page.goto(`${running.url}/tomorrow`);
  await expect(page.getByText('Suspensions are stopped and wait for you')).toBeVisible();
  await expect(page.getByText(/stopped before 1 was suspended/)).toBeVisible();
  await page.getByRole('button', { name: 'Let them be suspended' }).click();
  const dialog = page.getByRole('dialog', { name: 'Let 1 customer be suspended?' });
  await expect(dialog.getByText(name)).toBeVisible();
  await dialog.getByLabel('Reason').fill('he was called');
  await dialog.getByRole('button', { name: 'Suspend them' }).click();
  await expect(page.getByText('1 customer suspended').first()).toBeVisible();
  await expect(page.getByText('Suspensions are stopped and wait for you')).toBeHidden();
  await page.goto(`${running.url}/customers/${customerId}`);
  await expect(page.getByText('Suspended', { exact: true }).first()).toBeVisible();
});

test('on a phone several emergencies share one line, which leads to them', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.request.post(`${running.url}/api/auth/confirmation`, { data: { password } });
  for (const kind of ['suspension_pause', 'observe_all'])
    await sendTo(page, running.url, '/api/emergency/overrides', { kind, hours: 2, reason: 'the bank is down' });
  await page.goto(running.url);
  const notice = page.getByRole('status', { name: 'Emergency' });
  await expect(notice).toContainText(/ and 1 more/);
  expect((await notice.boundingBox())?.height).toBe(28);
  await notice.getByRole('link', { name: 'Look' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Emergency' })).toBeVisible();
  await page.getByRole('button', { name: 'End it' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  await expect(notice).not.toContainText('more');
});
