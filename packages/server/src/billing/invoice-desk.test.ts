// What the office asks about invoices before it does something, and how it finds them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;
let taxId: string;

const call: Running['call'] = (...request) => running.call(...request);

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  taxId = (await call('POST /api/taxes', { name: 'VAT', rateBp: 1600 })).body.id;
});
afterAll(() => running.close());
beforeEach(async () => {
  clock.set(noon);
  customerId = (await addCustomer(running, routerId, { name: fresh('Ana') })).id;
});

const line = (change: Loose = {}) => ({ description: 'Cable', unitMinor: '1050', taxId, ...change });
const issue = (change: Loose = {}): Promise<Loose> => issueInvoice(running, customerId, change);
const issueLines = (...lines: Loose[]) => issue({ amountMinor: undefined, lines });

describe('a preview', () => {
  const lines = [line({ quantity: 3, discountMinor: '100' }), line({ taxId: null, unitMinor: '333' })];

  test('comes to what the invoice then says', async () => {
    const { status, body: preview } = await call('POST /api/invoices/preview', { lines });
    expect(status).toBe(200);
    const invoice = await issueLines(...lines);
    for (const key of ['netMinor', 'taxMinor', 'amountMinor', 'taxMode', 'currency', 'taxes'])
      expect([key, preview[key]]).toEqual([key, invoice[key]]);
    expect(preview.lines.map((each: Loose) => each.amountMinor)).toEqual(['3050', '333']);
  });

  test('writes nothing, and refuses at the field what the invoice would refuse', async () => {
    const [before] = await running.query('select count(*)::int as n from billing.invoices');
    const { status, body } = await call('POST /api/invoices/preview', { lines: [line({ discountMinor: '1051' })] });
    expect([status, body.fields]).toEqual([
      400,
      [{ path: 'lines.0.discountMinor', message: expect.stringContaining('more than the line') }],
    ]);
    expect(await running.query('select count(*)::int as n from billing.invoices')).toEqual([before]);
  });
});

describe('a credit note', () => {
  test('is previewed to the cent: what it settles, and what becomes credit', async () => {
    const invoice = await issueLines(line({ quantity: 2 }), line());
    await call(`POST /api/invoices/${invoice.id}/payments`, { amountMinor: '3000' });
    const lines = [{ lineNo: 1, amountMinor: '1050' }];
    const preview = await call(`POST /api/invoices/${invoice.id}/credit-notes/preview`, { lines });
    expect(preview).toMatchObject({ status: 200, body: { netMinor: '1050', taxMinor: '168', amountMinor: '1218' } });
    const { body } = await call(`POST /api/invoices/${invoice.id}/credit-notes`, { lines, reason: 'came late' });
    expect(body.creditNotes).toEqual([
      expect.objectContaining({ amountMinor: '1218', appliedMinor: preview.body.appliedMinor }),
    ]);
    expect(preview.body.appliedMinor).toBe('654');
  });

  test('of more than is left is refused in the preview, too', async () => {
    const invoice = await issueLines(line());
    const lines = [{ lineNo: 1, amountMinor: '1051' }];
    const refused = await call(`POST /api/invoices/${invoice.id}/credit-notes/preview`, { lines });
    expect(refused).toMatchObject({ status: 409, body: { fields: [{ path: 'lines.0.amountMinor' }] } });
    const draft = await issue({ isDraft: true });
    expect(await call(`POST /api/invoices/${draft.id}/credit-notes/preview`, {})).toMatchObject({
      status: 409,
      body: { code: 'invoice_not_open' },
    });
  });
});

describe('the list', () => {
  const ids = async (query: string) =>
    (await call(`GET /api/invoices?customerId=${customerId}&${query}`)).body.items.map(({ id }: Loose) => id);

  test('is narrowed by days of issue, both included, and by every state', async () => {
    clock.set('2026-05-31T12:00:00Z');
    const may = await issue({ dueOn: '2026-06-20' });
    clock.set('2026-06-01T12:00:00Z');
    const june = await issue({ dueOn: '2026-06-20' });
    const draft = await issue({ isDraft: true, dueOn: '2026-06-20' });
    await call(`POST /api/invoices/${may.id}/write-off`, { reason: 'moved away' });
    expect(await ids('issuedFrom=2026-06-01')).toEqual([june.id]);
    expect(await ids('issuedTo=2026-05-31')).toEqual([may.id]);
    expect(await ids('issuedFrom=2026-05-31&issuedTo=2026-06-01')).toEqual([june.id, may.id]);
    expect(await ids('status=draft')).toEqual([draft.id]);
    expect(await ids('status=uncollectible')).toEqual([may.id]);
    expect((await call('GET /api/invoices?issuedFrom=2026-02-30')).status).toBe(400);
  });

  test('says what it comes to, of which what is written off is owed by nobody', async () => {
    await issue({ amountMinor: '1000' });
    const partly = await issue({ amountMinor: '500' });
    await call(`POST /api/invoices/${partly.id}/payments`, { amountMinor: '200' });
    const lost = await issue({ amountMinor: '70' });
    await call(`POST /api/invoices/${lost.id}/write-off`, { reason: 'moved away' });
    expect((await call(`GET /api/invoices/sums?customerId=${customerId}`)).body).toEqual({
      isAll: true,
      count: 3,
      sums: [{ currency: 'USD', amountMinor: '1570', balanceMinor: '1300' }],
    });
  });

  test('becomes a file with every row that the filter finds, and no formula', async () => {
    const person = await addCustomer(running, routerId, { name: '=HYPERLINK("http://evil")' });
    await issueInvoice(running, person.id, { amountMinor: '1050', dueOn: '2026-06-20' });
    const { status, body } = await call(`GET /api/invoices.csv?customerId=${person.id}`);
    expect(status).toBe(200);
    const [head, row, end] = String(body).split('\r\n');
    expect(head).toContain('Number,Customer,State,Issued,Due,Currency,Amount');
    expect(row).toMatch(/^INV-2026-\d{5},"'=HYPERLINK\(""http:\/\/evil""\)",open,2026-06-15,2026-06-20,USD,10\.50,/);
    expect(end).toBe('');
  });
});

describe('sent by e-mail', () => {
  const mail = (id: string) => call(`POST /api/invoices/${id}/letters`);
  const turnMail = async (isOn: boolean) => {
    const { revision } = (await call('GET /api/mail-settings')).body;
    const settings = { revision, isOn, host: '127.0.0.1', fromAddress: 'office@example.org' };
    expect((await call('PUT /api/mail-settings', settings)).status).toBe(200);
  };
  const messages = (id: string) =>
    running.query(
      `select message.to_address, attachment.name from notifications.messages message
       join notifications.attachments attachment on attachment.message_id = message.id where dedupe_key like $1`,
      [`invoice:${id}:%`],
    );

  test('an invoice waits in the outbox with its paper, once for two clicks, again a minute later', async () => {
    await turnMail(true);
    const { revision } = (await call(`GET /api/customers/${customerId}`)).body;
    await call(`PUT /api/customers/${customerId}`, { revision, email: 'ana@example.org' });
    const { id, number } = await issue();
    const answers = await Promise.all([mail(id), mail(id)]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 202, body: { toAddress: 'ana@example.org' } });
    expect(await messages(id)).toEqual([{ to_address: 'ana@example.org', name: `${number}.pdf` }]);
    clock.set('2026-06-15T12:02:00Z');
    await mail(id);
    expect(await messages(id)).toHaveLength(2);
  });

  test('it is refused with the reason: no address, no mail server, a draft', async () => {
    await turnMail(true);
    const { id } = await issue();
    expect(await mail(id)).toMatchObject({ status: 409, body: { code: 'customer_without_email' } });
    const draft = await issue({ isDraft: true });
    expect(await mail(draft.id)).toMatchObject({ status: 409, body: { code: 'invoice_not_open' } });
    await turnMail(false);
    expect(await mail(id)).toMatchObject({ status: 409, body: { code: 'mail_is_off' } });
  });
});
