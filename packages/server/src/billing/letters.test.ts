// What customers are told by mail, and what the coming days bring.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendMessages } from '#notifications/send-messages.ts';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { startMailServer } from '#test/mail-server.test-support.ts';
import { codeOfPdf, rowsOfCode } from '#test/pdf-code.test-support.ts';
import { textOfPdf } from '#test/pdf-text.test-support.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { writeLetters } from './letters.ts';
import { dueReminder } from './rules/reminder-rules.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
let running: Running & { close(): Promise<void> };
let database: Database;
let routerId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  routerId = (await addAbsentRouter(running)).id;
  await running.query(
    `update notifications.mail_settings set is_on = true, host = '127.0.0.1', port = 9, security = 'none', from_address = 'a@isp.example'`,
  );
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});
beforeEach(async () => {
  clock.set(noon);
  for (const { id } of (await running.call('GET /api/customers?limit=200')).body.items)
    await running.call(`DELETE /api/customers/${id}`);
  await running.query('delete from notifications.messages');
  customerId = (await addCustomer(running, routerId, { email: 'ana@example.org' })).id;
  const reminders = { reminderDaysBefore: [3], reminderDaysAfter: [1, 7] };
  await changePolicy({ doesMailInvoices: false, doesMailReceipts: false, doesMailCuts: true, ...reminders });
});

async function changePolicy(change: Record<string, unknown>) {
  const { body } = await running.call('GET /api/billing/overdue-policy');
  expect(await running.call('PUT /api/billing/overdue-policy', { revision: body.revision, ...change })).toMatchObject({
    status: 200,
  });
}

const owe = (dueOn: string) => issueInvoice(running, customerId, { dueOn });
const kinds = async () =>
  (await running.call('GET /api/messages')).body.items.map(({ kind }: Loose) => kind).toReversed();

test.each([
  ['three days before', '2026-06-12', -3],
  ['a day that was missed is made up for', '2026-06-14', -3],
  ['and not for long', '2026-06-11', undefined],
  ['on the due date nothing more comes', '2026-06-15', undefined],
  ['the day after', '2026-06-16', 1],
  ['a week after', '2026-06-22', 7],
  ['long after', '2026-07-22', undefined],
])('a reminder: %s (%s): %s', (_, today, stage) => {
  const policy = { daysBefore: [3], daysAfter: [1, 7] };
  expect(dueReminder(Temporal.PlainDate.from('2026-06-15'), Temporal.PlainDate.from(today), policy)).toBe(stage);
});

test('a customer is reminded before and after the due date, each once, and not at night', async () => {
  await owe('2026-06-18');
  clock.set('2026-06-15T08:59:00Z');
  expect(await writeLetters(database)).toBe(0);
  clock.set(noon);
  expect(await writeLetters(database)).toBe(1);
  expect(await writeLetters(database)).toBe(0);
  clock.set('2026-06-19T12:00:00Z');
  expect(await writeLetters(database)).toBe(1);
  expect(await kinds()).toEqual(['reminder_before', 'reminder_after']);
});

test('who paid, has no address or does not want it is not reminded; who speaks Spanish is told in Spanish', async () => {
  const invoice = await owe('2026-06-18');
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  expect(await writeLetters(database)).toBe(0);
  await owe('2026-06-18');
  const prefer = (change: Loose) =>
    running.call(`PUT /api/customers/${customerId}/contact-preferences`, {
      language: null,
      email: null,
      optedOut: [],
      ...change,
    });
  expect((await prefer({ optedOut: ['reminder'] })).body.optedOut).toEqual(['reminder']);
  expect(await writeLetters(database)).toBe(0);
  await prefer({ language: 'es', email: 'otra@example.org' });
  expect(await writeLetters(database)).toBe(1);
  const [message] = (await running.call('GET /api/messages')).body.items;
  expect(message).toMatchObject({
    language: 'es',
    toAddress: 'otra@example.org',
    subject: expect.stringContaining('vence el'),
  });
  await running.call(`DELETE /api/customers/${customerId}`);
  clock.set('2026-06-19T12:00:00Z');
  expect(await writeLetters(database)).toBe(0);
});

test('who is cut for money is told once with what he owes, and again when he is back', async () => {
  await owe('2026-06-10');
  await owe('2026-06-12');
  await changePolicy({ reminderDaysBefore: [], reminderDaysAfter: [] });
  await running.call('POST /api/billing/overdue-runs');
  expect([await writeLetters(database), await writeLetters(database)]).toEqual([1, 0]);
  const newest = async () => {
    const [{ id }] = (await running.call('GET /api/messages')).body.items;
    return (await running.call(`GET /api/messages/${id}`)).body;
  };
  expect(await newest()).toMatchObject({ kind: 'cut', body: expect.stringMatching(/59.98.*10 June 2026/) });
  await running.call('POST /api/payments', { customerId, amountMinor: '5998' });
  await running.call(`POST /api/customers/${customerId}/suspend`);
  expect(await writeLetters(database)).toBe(0);
  await running.query(`update provisioning.blocks set lifted_at = since where reason = 'staff'`);
  expect([await writeLetters(database), await writeLetters(database)]).toEqual([1, 0]);
  expect(await newest()).toMatchObject({ kind: 'restored', subject: 'Your connection is on again' });
  await owe('2026-06-10');
  await changePolicy({ doesMailCuts: false });
  clock.set('2026-06-15T12:05:00Z');
  await running.call('POST /api/billing/overdue-runs');
  expect(await writeLetters(database)).toBe(0);
});

test('a customer who chose no language is written to in the one of the provider', async () => {
  const settings = async (language: string) => {
    const { revision } = (await running.call('GET /api/settings')).body;
    await running.call('PUT /api/settings', { revision, language });
  };
  await settings('fr');
  await owe('2026-06-18');
  expect(await writeLetters(database)).toBe(1);
  await settings('en');
  expect((await running.call('GET /api/messages')).body.items[0]).toMatchObject({
    language: 'fr',
    subject: expect.stringContaining('à payer'),
  });
});

test('a text of the provider arrives instead of ours, with a name that is no HTML and no placeholder', async () => {
  const server = await startMailServer();
  await running.query('update notifications.mail_settings set port = $1', [server.port]);
  const { revision, name } = (await running.call(`GET /api/customers/${customerId}`)).body;
  await running.call(`PUT /api/customers/${customerId}`, { revision, name: `<b>${name}</b> {{amount}}` });
  const route = 'message-templates/reminder_before/en';
  const text = { subject: 'Soon: {{number}}', body: 'Dear {{customerName}} (no. {{customerNumber}}), {{amount}}.' };
  expect((await running.call(`PUT /api/${route}`, { ...text, revision: 0 })).body).toMatchObject({ isOwn: true });
  const { number } = await owe('2026-06-18');
  const preview = (await running.call(`POST /api/${route}/preview`, { ...text, customerId })).body;
  expect(await writeLetters(database)).toBe(1);
  await sendMessages(database, createSealer(keyFromSecret('a secret for the tests')));
  const [mail] = server.mails;
  expect([mail?.subject, mail?.html]).toEqual([`Soon: ${number}`, undefined]);
  expect(mail?.text).toContain(`Dear <b>${name}</b> {{amount}} (no. `);
  expect(mail?.text).toMatch(/USD\s29\.99/);
  expect([preview.subject, preview.body.trim()]).toEqual([mail?.subject, mail?.text?.trim()]);
  expect((await running.call(`DELETE /api/${route}`)).body).toMatchObject({ isOwn: false, revision: 0 });
});

test('invoices and receipts go out with their paper, through a real mail server', async () => {
  const server = await startMailServer();
  await running.query('update notifications.mail_settings set port = $1', [server.port]);
  await changePolicy({ doesMailInvoices: true, doesMailReceipts: true });
  const invoice = await owe('2026-07-18');
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  expect(await writeLetters(database)).toBe(2);
  expect(await writeLetters(database)).toBe(0);
  expect(await sendMessages(database, createSealer(keyFromSecret('a secret for the tests')))).toBe(2);
  const texts = server.mails.map(({ attachments }) => textOfPdf(Buffer.from(attachments[0]?.content as ArrayBuffer)));
  expect(texts.join('\n')).toContain(invoice.number);
  expect(server.mails.map(({ subject }) => subject).toSorted()).toEqual([
    expect.stringContaining(invoice.number),
    expect.stringContaining('We received your payment'),
  ]);
});

test('the paper of an invoice is there for who may see it, and for nobody else', async () => {
  const invoice = await owe('2026-07-18');
  const token = await running.tokenOf('admin');
  const get = (path: string, signedIn = true) =>
    fetch(running.lastmile.url + path, { headers: signedIn ? { authorization: `Bearer ${token}` } : {} });
  const paper = await get(`/api/invoices/${invoice.id}/pdf`);
  expect(paper.headers.get('content-type')).toBe('application/pdf');
  expect(textOfPdf(Buffer.from(await paper.arrayBuffer()))).toContain(invoice.number);
  const paid = (await running.call('POST /api/payments', { customerId, amountMinor: '3000' })).body;
  const roll = await get(`/api/payments/${paid.id}/receipt?paper=80mm`);
  expect(textOfPdf(Buffer.from(await roll.arrayBuffer()))).toContain(paid.receiptNumber);
  expect((await get(`/api/invoices/${invoice.id}/pdf`, false)).status).toBe(401);
  expect((await get('/api/invoices/01890a5d-ac96-774b-bcce-b302099a8057/pdf')).status).toBe(404);
  expect((await get('/api/invoices/x/pdf')).status).toBe(400);
  const unknown = await get(`/api/payments/${paid.id}/receipt?paper=roll`);
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { fields: [{ path: 'paper' }] }]);
});

test('a telephone reads off the invoice what is to be paid, by the text of the settings', async () => {
  const { revision } = (await running.call('GET /api/billing/document-settings')).body;
  const template = { revision, qrTemplate: 'pay?to=555111&for={{number}}&sum={{amount}}&in={{currency}}' };
  expect(await running.call('PUT /api/billing/document-settings', template)).toMatchObject({ status: 200 });
  const invoice = await owe('2026-07-18');
  const token = await running.tokenOf('admin');
  const scanned = async () => {
    const url = `${running.lastmile.url}/api/invoices/${invoice.id}/pdf`;
    const paper = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return codeOfPdf(Buffer.from(await paper.arrayBuffer())).rows;
  };
  expect(await scanned()).toEqual(rowsOfCode(`pay?to=555111&for=${invoice.number}&sum=29.99&in=USD`));
  await running.call(`POST /api/invoices/${invoice.id}/payments`, { amountMinor: '1000' });
  expect(await scanned()).toEqual(rowsOfCode(`pay?to=555111&for=${invoice.number}&sum=19.99&in=USD`));
});

test('the forecast says who is reminded, suspended and restored, on which day and why, and changes nothing', async () => {
  await running.query(`update settings.provider set grace_days = 2`);
  const invoice = await owe('2026-06-17');
  const { days } = (await running.call('GET /api/billing/forecast')).body;
  expect(days).toHaveLength(7);
  const found = days.flatMap(({ day, groups }: Loose) =>
    groups.flatMap(({ kind, items }: Loose) =>
      items
        .filter((item: Loose) => item.customerId === customerId)
        .map(({ invoiceNumber }: Loose) => [day, kind, invoiceNumber]),
    ),
  );
  expect(found.filter(([, kind]: string[]) => kind !== 'invoice')).toEqual([
    ['2026-06-18', 'remind', invoice.number],
    ['2026-06-20', 'suspend', invoice.number],
  ]);
  await running.call('POST /api/billing/promises', { customerId, untilOn: '2026-06-20' });
  const later = (await running.call('GET /api/billing/forecast')).body.days.at(-1);
  expect(later).toMatchObject({ day: '2026-06-21', groups: [{ kind: 'suspend', count: 1 }] });
  await running.query(`update settings.provider set grace_days = 0`);
});

test('the forecast says what will be charged, who goes on vacation or comes back, and whose subscription ends', async () => {
  const [{ id, revision }] = (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items;
  const day = (days: number) =>
    clock
      .now()
      .toString()
      .slice(0, 10)
      .replace(/..$/, (date) => String(Number(date) + days));
  const own = async () => {
    const { days } = (await running.call('GET /api/billing/forecast')).body;
    return days.flatMap(({ day, groups }: Loose) =>
      groups.flatMap(({ kind, items }: Loose) =>
        items
          .filter((item: Loose) => item.customerId === customerId)
          .map(({ reason, planName, startsOn }: Loose) => ({ day, kind, reason, planName, startsOn })),
      ),
    );
  };
  const nothing = { planName: null, startsOn: null };
  expect(await own()).toEqual([
    { day: day(0), kind: 'invoice', reason: 'period', planName: 'Basic', startsOn: day(0) },
  ]);
  const paused = await running.call(`POST /api/subscriptions/${id}/pause`, { revision, from: day(2), until: day(4) });
  expect(paused).toMatchObject({ status: 200 });
  expect((await own()).filter(({ kind }: Loose) => kind !== 'invoice')).toEqual([
    { day: day(2), kind: 'suspend', reason: 'vacation', ...nothing },
    { day: day(4), kind: 'restore', reason: 'vacation', ...nothing },
  ]);
  await running.query(`update billing.subscriptions set ends_on = '${day(3)}' where id = '${id}'`);
  expect((await own()).filter(({ kind }: Loose) => kind !== 'invoice')).toEqual([
    { day: day(2), kind: 'suspend', reason: 'vacation', ...nothing },
    { day: day(3), kind: 'suspend', reason: 'ended', ...nothing },
  ]);
});

test('the forecast and the run agree: who is said for today is suspended today', async () => {
  await owe('2026-06-14');
  const [today] = (await running.call('GET /api/billing/forecast?days=1')).body.days;
  const suspend = today.groups.find(({ kind }: Loose) => kind === 'suspend');
  expect(suspend).toMatchObject({ count: 1, items: [{ customerId }] });
  expect((await running.call('POST /api/billing/overdue-runs')).body).toMatchObject({ suspendedCount: 1 });
});
