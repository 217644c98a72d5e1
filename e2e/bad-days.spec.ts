// What a person sees on a bad day: a wrong password, a colleague who was faster, a router that is away, a server that is gone.
import { type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { expect, type Page } from '@playwright/test';
import { addCustomer, addRouter, confirm, openBySideBar, type Running, signIn, startFresh } from './running.ts';
import { test } from './slow-machine.ts';

const password = 'four quiet words here';

let running: Running;
let router: SimulatedRouter;

test.beforeAll(async ({ browser }) => {
  router = await startRouter({ identity: 'tower-1' });
  running = await startFresh({ ADMIN_PASSWORD: password });
  const page = await browser.newPage();
  await signIn(page, running.url, password);
  await addRouter(page, 'Hilltop tower', router);
  await page.close();
});

test.afterAll(async () => {
  await running?.remove();
  await router?.stop();
});

test('a wrong password says so, keeps the name and lets the person try again', async ({ page }) => {
  await page.goto(`${running.url}/invoices?status=overdue`);
  await page.getByLabel('Username').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Username or password is not right.')).toBeVisible();
  await expect(page.getByLabel('Username')).toHaveValue('admin');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // And the way leads to where the person was going.
  await expect(page).toHaveURL(/\/invoices\?status=overdue$/);
});

test('a router that refuses the login says what to do, and nothing typed is lost', async ({ page }) => {
  await signIn(page, running.url, password);
  await page.goto(`${running.url}/routers?open=new`);
  const drawer = page.getByRole('dialog', { name: 'Add router' });
  await drawer.getByLabel('Label').fill('Second tower');
  await drawer.getByLabel('Host').fill('127.0.0.1');
  await drawer.getByLabel('Port').fill(String(router.port));
  await drawer.getByLabel('User on the router').fill('lastmile');
  await drawer.getByLabel('Its password').fill('wrong');
  await drawer.getByRole('button', { name: 'Test connection' }).click();
  await expect(drawer.getByText('The connection does not work')).toBeVisible();
  await expect(drawer.getByText(/Login refused: check the user name and the password/)).toBeVisible();
  await drawer.getByRole('button', { name: 'Add router' }).click();
  // The same address twice: refused at the field.
  await expect(drawer.getByLabel('Host')).toHaveAttribute('aria-invalid', 'true');
  await expect(drawer.getByLabel('Label')).toHaveValue('Second tower');
  await page.keyboard.press('Escape');
  await expect(page.getByText('What you typed here is not saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(drawer).toBeHidden();
});

test('a key is shown once, and no Escape takes it away before somebody has kept it', async ({ page }) => {
  await signIn(page, running.url, password);
  await page.goto(`${running.url}/account`);
  await page.getByRole('button', { name: 'Make a key' }).click();
  const drawer = page.getByRole('dialog', { name: 'Make a key' });
  await drawer.getByLabel('Name').fill('shop');
  await drawer.getByRole('combobox', { name: 'May' }).click();
  await page.getByRole('option').first().click();
  await page.keyboard.press('Tab');
  await drawer.getByRole('button', { name: 'Make a key' }).click();
  const key = page.getByRole('dialog', { name: 'Your new key' });
  await expect(key.getByText(/^lmk_/)).toBeVisible();
  await expect(drawer).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(key.getByText(/^lmk_/)).toBeVisible();
  await key.getByRole('button', { name: 'I have kept it' }).click();
  await expect(key).toBeHidden();
  await expect(page.getByRole('row', { name: /shop/ })).toBeVisible();
});

test('of two people who edit the same router, the second is told and overwrites nothing', async ({ page, context }) => {
  await signIn(page, running.url, password);
  await openBySideBar(page, 'Routers');
  await page.getByRole('link', { name: /Hilltop/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Hilltop/);
  const other = await context.newPage();
  await other.goto(page.url());
  const mine = await openEdit(page);
  await mine.getByLabel('Label').fill('Hilltop tower, south');
  const theirs = await openEdit(other);
  await theirs.getByLabel('Label').fill('Hilltop tower, north');
  await theirs.getByRole('button', { name: 'Save router' }).click();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Hilltop tower, north');

  await mine.getByRole('button', { name: 'Save router' }).click();
  await expect(mine.getByText('Somebody else changed this while you were editing.')).toBeVisible();
  await expect(mine.getByLabel('Label')).toHaveValue('Hilltop tower, south');
  await mine.getByRole('button', { name: 'Load the latest' }).click();
  await expect(mine.getByLabel('Label')).toHaveValue('Hilltop tower, north');
  await mine.getByLabel('Label').fill('Hilltop tower');
  await mine.getByRole('button', { name: 'Save router' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hilltop tower');
});

type Settings = { revision: number; graceDays: number };

test('what somebody else saves is in a form at once, but takes nothing away that is typed', async ({ page }) => {
  await signIn(page, running.url, password);
  const hears = untilItHears(page);
  await page.goto(`${running.url}/settings?tab=operation`);
  const grace = page.getByLabel('Days of grace');
  const saved = async () => (await (await page.request.get(`${running.url}/api/settings`)).json()) as Settings;
  const saveElsewhere = async (change: Partial<Settings>) => {
    const { revision } = await saved();
    const seen = page.waitForResponse(`${running.url}/api/settings`);
    const answer = await page.request.put(`${running.url}/api/settings`, { data: { revision, ...change } });
    expect(answer.status()).toBe(200);
    await (await seen).finished();
  };
  await expect(grace).toBeVisible();
  await hears;
  await saveElsewhere({ graceDays: 11 });
  await expect(grace).toHaveValue('11 days');
  await grace.fill('12');
  await saveElsewhere({ graceDays: 13 });
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Somebody else changed this while you were editing.')).toBeVisible();
  await expect(grace).toHaveValue('12 days');
  await page.getByRole('button', { name: 'Load the latest' }).click();
  await expect(grace).toHaveValue('13 days');
  await grace.fill('14');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  // And what it was saved with is what the next change begins with.
  await grace.fill('15');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect.poll(async () => (await saved()).graceDays).toBe(15);
});

test('a form that was looked at before is saved, although its thing changed since', async ({ page }) => {
  await signIn(page, running.url, password);
  await page.goto(`${running.url}/plans?status=all`);
  const drawer = page.getByRole('dialog', { name: 'Edit plan' });
  await page.getByRole('link', { name: 'Basic PPPoE', exact: true }).click();
  await expect(drawer.getByLabel('Name', { exact: true })).toHaveValue('Basic');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await page.getByRole('button', { name: 'More for Basic' }).click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await confirm(page, 'Archive plan “Basic”?', 'Archive plan');
  await page.getByRole('link', { name: 'Basic PPPoE', exact: true }).click();
  await drawer.getByLabel('Name', { exact: true }).fill('Basic of old');
  await drawer.getByRole('button', { name: 'Save plan' }).click();
  await expect(drawer).toBeHidden();
  await expect(page.getByRole('link', { name: 'Basic of old' })).toBeVisible();
});

test('where one thing takes the place of another in a drawer, its form is not that of the other', async ({ page }) => {
  await signIn(page, running.url, password);
  await page.goto(`${running.url}/plans`);
  const drawer = page.getByRole('dialog', { name: 'Edit plan' });
  const addressOf = async (name: string) => {
    await page.getByRole('link', { name: `${name} PPPoE`, exact: true }).click();
    await expect(drawer.getByLabel('Name', { exact: true })).toHaveValue(name);
    return page.url();
  };
  const premium = await addressOf('Premium');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await addressOf('Standard');
  await page.evaluate((url) => window.history.pushState(null, '', url), premium);
  await expect(drawer.getByLabel('Name', { exact: true })).toHaveValue('Premium');
});

test('while a router is away its changes are pending, and settled when it is back', async ({ page }) => {
  await signIn(page, running.url, password);
  router.faults.offline = true;
  try {
    await addCustomer(page, {
      name: 'Mira Kovač',
      account: 'mira',
      password: 'secret-2',
      router: 'Hilltop tower',
      plan: 'Standard',
    });
    await expect(page.getByText(/Pending on Hilltop tower/).first()).toBeVisible();
    await page.getByRole('link', { name: '1 change is pending on a router' }).click();
    await expect(page.getByRole('main').getByText('mira', { exact: true }).first()).toBeVisible();
    await openBySideBar(page, 'Routers');
    await expect(
      page
        .getByRole('main')
        .getByText(/^Offline/)
        .first(),
    ).toBeVisible();
  } finally {
    router.faults.offline = false;
  }
  await page.getByRole('link', { name: /Hilltop/ }).click();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(page.getByText('the router is as wanted')).toBeVisible();
  expect(router.find('/ppp/secret', { name: 'mira' })).toMatchObject({ profile: 'Standard', disabled: 'false' });
  await expect(page.getByRole('link', { name: '0 changes are pending on routers' })).toBeVisible();
});

test('a speed that was changed by hand is taken over into the plan, and who is online is offered to dial again', async ({
  page,
}) => {
  await signIn(page, running.url, password);
  await openBySideBar(page, 'Routers');
  await page.getByRole('link', { name: /Hilltop/ }).click();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: 'Put right what others change on our accounts' }).uncheck();
  await page.getByRole('button', { name: 'Save router' }).click();
  await expect(page.getByText('Router “Hilltop tower” saved').first()).toBeVisible();
  const name = 'Ivo Babić';
  await addCustomer(page, { name, account: 'ivo', password: 'secret-3', router: 'Hilltop tower', plan: 'Premium' });
  await expect(page.getByText('As wanted').first()).toBeVisible();
  router.addSubscriber({ name: 'ivo', password: 'secret-3', redialMs: 300 });
  await expect(page.getByText('Online', { exact: true }).first()).toBeVisible();
  router.edit('/ppp/profile', router.find('/ppp/profile', { name: 'Premium' })?.['.id'] ?? '', {
    'rate-limit': '3M/6M',
  });

  await openBySideBar(page, 'Routers');
  await page.getByRole('link', { name: /Hilltop/ }).click();
  await page.getByRole('button', { name: 'Sync now' }).click();
  await page.getByRole('tab', { name: /^Drift/ }).click();
  await page.getByRole('button', { name: 'More for Premium' }).click();
  await page.getByRole('menuitem', { name: 'Adopt' }).click();
  await confirm(page, 'Take “Premium” from the router?', 'Adopt');
  const offer = page.getByRole('dialog', { name: '1 session keeps the old speed' });
  await offer.getByRole('button', { name: 'Drop them now' }).click();
  await expect(offer).toBeHidden();
});

test('an account that somebody removed from its router is written again by the button on its customer’s page', async ({
  page,
}) => {
  await signIn(page, running.url, password);
  const name = 'Lena Perić';
  await addCustomer(page, { name, account: 'lena', password: 'secret-4', router: 'Hilltop tower', plan: 'Standard' });
  await expect(page.getByText('As wanted').first()).toBeVisible();
  router.drop('/ppp/secret', router.find('/ppp/secret', { name: 'lena' })?.['.id'] ?? '');
  await page.reload();
  await expect(page.getByText('The account is missing on Hilltop tower: somebody removed it there.')).toBeVisible();
  await page.getByRole('button', { name: 'Write it again' }).click();
  await expect(page.getByText('The account is missing on Hilltop tower: somebody removed it there.')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Write it again' })).toBeHidden();
  expect(router.find('/ppp/secret', { name: 'lena' })).toMatchObject({ profile: 'Standard', disabled: 'false' });
});

test('who types a name and presses Enter before the answer is here comes to whom he named', async ({ page }) => {
  await signIn(page, running.url, password);
  const typed = Promise.withResolvers<void>();
  await page.route(/\/api\/customers\?.*search=/, async (route) => {
    await typed.promise;
    await route.fallback();
  });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search customers and pages' }).pressSequentially('lena');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  typed.resolve();
  await expect(page.getByRole('heading', { level: 1, name: 'Lena Perić' })).toBeVisible();
});

test('when the server is gone the page says so calmly, keeps what it shows, and recovers by itself', async ({
  page,
}) => {
  await signIn(page, running.url, password);
  await openBySideBar(page, 'Plans');
  await expect(page.getByRole('link', { name: 'Premium PPPoE', exact: true })).toBeVisible();
  // The code of the other pages is fetched while nothing else happens.
  await expect.poll(() => page.evaluate(hasInvoicesCode)).toBe(true);
  await running.stop();
  await expect(page.getByText('Not live')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Premium PPPoE', exact: true })).toBeVisible();
  // A page that was not opened before cannot be shown, and says what a person can do.
  await openBySideBar(page, 'Invoices');
  await expect(
    page.getByText('The server does not answer. Check the connection, then try again.').first(),
  ).toBeVisible();
  await running.start();
  await expect(page.getByText('Not live')).toBeHidden();
  await expect(page.getByText('payments since the 1st')).toBeVisible();
});

/** Till the page hears of changes: the server has answered its "connect", which socket.io writes as 40. */
function untilItHears(page: Page): Promise<void> {
  return new Promise((resolve) => {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().startsWith('40')) resolve();
      }),
    );
  });
}

async function openEdit(page: Page) {
  await page.getByRole('button', { name: 'Edit' }).click();
  const drawer = page.getByRole('dialog', { name: 'Edit router' });
  await expect(drawer.getByLabel('Label')).toBeVisible();
  return drawer;
}

function hasInvoicesCode(): boolean {
  return performance.getEntriesByType('resource').some(({ name }) => /\/invoices\.index-[^/]*\.js$/.test(name));
}
