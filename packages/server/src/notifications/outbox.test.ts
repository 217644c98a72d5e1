import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { startMailServer } from '#test/mail-server.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { addMessage, type NewMessage } from './outbox.ts';
import { maxAttempts } from './retry-rules.ts';
import { sendMessages } from './send-messages.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
const sealer = createSealer(keyFromSecret('a secret for the tests'));
let running: Running & { close(): Promise<void> };
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});
beforeEach(async () => {
  clock.set(noon);
  await running.query('delete from notifications.messages');
  await running.query(
    `update notifications.mail_settings set is_on = false, username = null, password_sealed = null, host = null`,
  );
});

async function changeSettings(change: Record<string, unknown>) {
  const { body } = await running.call('GET /api/mail-settings');
  return running.call('PUT /api/mail-settings', { revision: body.revision, ...change });
}

/** Mail goes to this server from now on. */
async function useServer(port: number, change: Record<string, unknown> = {}) {
  const answer = await changeSettings({
    isOn: true,
    host: '127.0.0.1',
    port,
    security: 'none',
    fromAddress: 'billing@isp.example',
    fromName: 'Savanna Net',
    ...change,
  });
  expect(answer).toMatchObject({ status: 200 });
}

const ana: NewMessage = {
  kind: 'reminder_before',
  customerId: null,
  toAddress: 'ana@example.org',
  language: 'en',
  facts: {
    providerName: 'Savanna Net',
    customerName: 'Ana Horvat',
    number: 'INV-2026-00001',
    amount: { minor: 123_456n, currency: 'USD' },
    dueOn: Temporal.PlainDate.from('2026-06-18'),
  },
};

const add = (change: Partial<NewMessage> = {}) =>
  inTransaction(database, { kind: 'system', id: null, name: 'test' }, (work) =>
    addMessage(work, { ...ana, ...change }),
  );
const send = () => sendMessages(database, sealer);
const messages = async (): Promise<Loose[]> => (await running.call('GET /api/messages')).body.items;

test('a message reaches a real mail server: its text, its sender, its attachment', async () => {
  const server = await startMailServer();
  await useServer(server.port, { replyTo: 'office@isp.example' });
  await add({ attachments: [{ name: 'INV-1.pdf', type: 'application/pdf', content: Buffer.from('%PDF-1.7 …') }] });
  expect(await send()).toBe(1);
  const [mail] = server.mails;
  expect(mail).toMatchObject({
    from: { name: 'Savanna Net', address: 'billing@isp.example' },
    to: [{ address: 'ana@example.org' }],
    replyTo: [{ address: 'office@isp.example' }],
    subject: 'Invoice INV-2026-00001 is due on 18 June 2026',
  });
  expect(mail?.text).toContain('Hello Ana Horvat,\n\nUSD\u00a01,234.56 of your invoice INV-2026-00001 are open');
  expect(mail?.attachments).toMatchObject([{ filename: 'INV-1.pdf', mimeType: 'application/pdf' }]);
  expect(await messages()).toMatchObject([{ state: 'sent', attemptCount: 1, nextTryAt: null, lastError: null }]);
  expect(await send()).toBe(0);
  expect(server.mails).toHaveLength(1);
});

test('a name with a line break, a comma and letters of other scripts harms no header', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  const customerName = 'Ωmega,\r\nBcc: all@example.org <b>রহিমা</b>';
  await add({ kind: 'receipt', facts: { ...ana.facts, customerName, providerName: 'Сеть "№1", Ltd\nX: y' } });
  await send();
  expect(server.mails[0]?.to).toHaveLength(1);
  expect(server.mails[0]?.bcc).toBeUndefined();
  expect(server.mails[0]?.text).toContain('Hello Ωmega, Bcc: all@example.org <b>রহিমা</b>,');
});

test('the same thing is said once, however often it is added', async () => {
  const added = await Promise.all(Array.from({ length: 8 }, () => add({ dedupeKey: 'reminder:1:before-3' })));
  expect(added.filter(Boolean)).toHaveLength(1);
  expect(await messages()).toHaveLength(1);
});

test('several senders at once send each message once', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  for (let n = 0; n < 12; n++) await add({ toAddress: `c${n}@example.org` });
  const counts = await Promise.all([send(), send(), send()]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(12);
  expect(new Set(server.mails.map(({ to }) => to?.[0]?.address)).size).toBe(12);
  expect(server.mails).toHaveLength(12);
});

test('a server that is busy is tried again later and later, and in the end a person must look', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  await add({ lastsHours: 1000 });
  server.refuse(451);
  const waits: number[] = [];
  for (let attempt = 1; attempt < maxAttempts; attempt++) {
    await send();
    const [message] = await messages();
    expect(message).toMatchObject({ state: 'waiting', attemptCount: attempt });
    expect(message.lastError).toContain('not now');
    const nextTryAt = Temporal.Instant.from(message.nextTryAt);
    waits.push(clock.now().until(nextTryAt).total('minutes'));
    expect(await send()).toBe(0);
    clock.set(nextTryAt.toString());
  }
  expect(waits[0]).toBeLessThan(1.6);
  expect(waits.at(-1)).toBeGreaterThan(100);
  await send();
  expect(await messages()).toMatchObject([{ state: 'dead', attemptCount: maxAttempts, nextTryAt: null }]);
  expect((await running.call('GET /api/messages')).body).toMatchObject({ deadCount: 1, waitingCount: 0 });

  server.refuse(undefined);
  const [{ id }] = await messages();
  expect((await running.call(`POST /api/messages/${id}/retry`)).body).toMatchObject({
    state: 'waiting',
    attemptCount: 0,
  });
  expect(await send()).toBe(1);
  expect(await running.call(`POST /api/messages/${id}/retry`)).toMatchObject({
    status: 409,
    body: { code: 'message_not_dead' },
  });
});

test('an address that does not exist is not tried again', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  server.refuse(550);
  await add();
  await send();
  expect(await messages()).toMatchObject([{ state: 'dead', attemptCount: 1 }]);
});

test('while the server is away only one message spends an attempt, and all go when it returns', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  await server.stop();
  for (let n = 0; n < 3; n++) await add({ toAddress: `c${n}@example.org` });
  expect(await send()).toBe(0);
  expect((await messages()).map(({ attemptCount }) => attemptCount).toSorted()).toEqual([0, 0, 1]);
  const again = await startMailServer();
  await useServer(again.port);
  clock.advance({ minutes: 2 });
  expect(await send()).toBe(3);
});

test('a process that died between sending and writing it down leaves the message to the next one', async () => {
  const server = await startMailServer();
  await useServer(server.port);
  await add();
  const { claimMessage } = await import('./outbox.ts');
  await inTransaction(database, { kind: 'system', id: null, name: 'test' }, claimMessage);
  expect(await send()).toBe(0);
  clock.advance({ minutes: 11 });
  expect(await send()).toBe(1);
});

test('what could not be sent in time is not sent any more', async () => {
  const server = await startMailServer();
  await add({ lastsHours: 24 });
  await send();
  expect(await messages()).toMatchObject([{ state: 'waiting' }]);
  clock.advance({ hours: 25 });
  await useServer(server.port);
  await send();
  expect(await messages()).toMatchObject([{ state: 'dead', lastError: 'could not be sent in time' }]);
  expect(server.mails).toEqual([]);
});

test('a message that waits can be cancelled, and is not sent', async () => {
  const server = await startMailServer();
  await add();
  const [{ id }] = await messages();
  expect((await running.call(`POST /api/messages/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' });
  await useServer(server.port);
  expect(await send()).toBe(0);
  expect(await running.call(`POST /api/messages/${id}/cancel`)).toMatchObject({
    status: 409,
    body: { code: 'message_not_waiting' },
  });
});

test('the password of the mail server is sealed, used, and never told', async () => {
  const server = await startMailServer({ wantsLogin: true });
  await useServer(server.port, { username: 'isp', password: 'right' });
  const [{ text }] = await running.query(
    `select encode(password_sealed, 'escape') as text from notifications.mail_settings`,
  );
  expect(text).not.toContain('right');
  const { body } = await running.call('GET /api/mail-settings');
  expect(body).toMatchObject({ hasPassword: true, username: 'isp' });
  expect(JSON.stringify(body)).not.toContain('right');
  const entries = await running.query(
    `select details from audit.entries where action = 'settings.mail_changed' order by id desc limit 1`,
  );
  expect(JSON.stringify(entries)).not.toContain('right');
  await add();
  expect(await send()).toBe(1);
  expect(server.logins).toEqual([{ username: 'isp', password: 'right' }]);
});

test('a password does not go to another server with somebody who does not know it', async () => {
  const server = await startMailServer({ wantsLogin: true });
  await useServer(server.port, { username: 'isp', password: 'right' });
  expect(await changeSettings({ host: 'evil.example' })).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'password' }] },
  });
});

test('a test message says what the server answered, and why it did not work', async () => {
  const server = await startMailServer();
  expect(await running.call('POST /api/mail-settings/test', { to: 'me@isp.example' })).toMatchObject({
    status: 409,
    body: { code: 'mail_is_off' },
  });
  await useServer(server.port);
  expect(await running.call('POST /api/mail-settings/test', { to: 'me@isp.example' })).toMatchObject({ status: 200 });
  expect(server.mails).toMatchObject([{ subject: 'Test message of Savanna Net' }]);
  // Its certificate is its own: somebody in between would have one, too.
  await useServer(server.port, { security: 'starttls' });
  const failed = await running.call('POST /api/mail-settings/test', { to: 'me@isp.example' });
  expect(failed).toMatchObject({ status: 502, body: { code: 'mail_failed' } });
  expect(failed.body.details.reason).toMatch(/certificate/i);
  await server.stop();
  await useServer(server.port);
  expect((await running.call('POST /api/mail-settings/test', { to: 'me@isp.example' })).body.details.reason).toMatch(
    /ECONNREFUSED/,
  );
});

test.each([
  [{ isOn: true }, 'host'],
  [{ isOn: true, host: 'mail.example', fromAddress: null }, 'fromAddress'],
  [{ host: 'two words' }, 'host'],
  [{ fromAddress: 'nobody' }, 'fromAddress'],
  [{ port: 70_000 }, 'port'],
])('mail settings of %j are refused at %s', async (change, path) => {
  expect(await changeSettings(change)).toMatchObject({ status: 400, body: { fields: [{ path }] } });
});

test('the outbox is filtered and pages without losing one', async () => {
  for (let n = 0; n < 5; n++) await add({ toAddress: `c${n}@example.org` });
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const { body } = await running.call(`GET /api/messages?state=waiting&limit=2&after=${after}`);
    seen.push(...body.items.map(({ toAddress }: Loose) => toAddress));
    if (!body.next) break;
    after = body.next;
  }
  expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => `c${n}@example.org`));
  expect((await running.call('GET /api/messages?state=dead')).body.items).toEqual([]);
});
