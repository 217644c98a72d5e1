// For tests only: acts that change something, room by room, each with the entry that it leaves in the log.
import { cash, clockIn, counterStaff } from './counter.test-support.ts';
import { startMailServer } from './mail-server.test-support.ts';
import { addCustomer, addRouter, fresh, issueInvoice, planNamed, startTestRouter } from './provider.test-support.ts';
import type { Answer, Loose, Running } from './running.ts';

export type Deed = { action: string; make?: () => Promise<Loose>; do: (made: Loose) => Promise<Answer> };

type Place = { running: () => Running; routerId: () => string };

const untilOn = () => Temporal.Now.plainDateISO('UTC').add({ days: 3 }).toString();

export function accountDeeds({ running, routerId }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const customer = () => addCustomer(running(), routerId());
  const field = async () => (await call('POST /api/customer-fields', { name: fresh('Meter'), kind: 'text' })).body;
  return {
    'POST /api/customers/:customerId/accounts': {
      action: 'account.added',
      make: customer,
      do: async ({ id }) =>
        call(`POST /api/customers/${id}/accounts`, {
          username: fresh('second'),
          routerId: routerId(),
          planId: (await planNamed(running(), 'Basic')).id,
        }),
    },
    'PUT /api/accounts/:accountId': {
      action: 'account.changed',
      make: customer,
      do: ({ accounts, revision }) => call(`PUT /api/accounts/${accounts[0].id}`, { revision, username: fresh('new') }),
    },
    'DELETE /api/accounts/:accountId': {
      action: 'account.removed',
      make: customer,
      do: ({ accounts }) => call(`DELETE /api/accounts/${accounts[0].id}`),
    },
    'POST /api/accounts/:accountId/data-grants': {
      action: 'account.data_given',
      make: async () => {
        const capped = { name: fresh('Capped'), priceMinor: '1', downKbps: '10M', upKbps: '5M', dataCapBytes: '1000' };
        const { id: planId } = (await call('POST /api/plans', capped)).body;
        return addCustomer(running(), routerId(), { planId });
      },
      do: ({ accounts }) =>
        call(`POST /api/accounts/${accounts[0].id}/data-grants`, { bytes: '5000', reason: 'the line was down' }),
    },
    'POST /api/customer-fields': {
      action: 'customer_field.added',
      do: () => call('POST /api/customer-fields', { name: fresh('Meter'), kind: 'text' }),
    },
    'PUT /api/customer-fields/:fieldId': {
      action: 'customer_field.changed',
      make: field,
      do: ({ id, revision }) => call(`PUT /api/customer-fields/${id}`, { revision, name: fresh('Roof') }),
    },
    'DELETE /api/customer-fields/:fieldId': {
      action: 'customer_field.removed',
      make: field,
      do: ({ id }) => call(`DELETE /api/customer-fields/${id}`),
    },
  };
}

export function moneyDeeds({ running, routerId }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const customer = () => addCustomer(running(), routerId());
  const payment = async () => {
    const { id } = await customer();
    await issueInvoice(running(), id);
    return (await call('POST /api/payments', { customerId: id, amountMinor: '2999' })).body;
  };
  const withCredit = async () => {
    const { id } = await customer();
    await call('POST /api/payments', { customerId: id, amountMinor: '500' });
    return { id };
  };
  const bankFile = (reference = 'thanks') => ({
    fileName: 'july.csv',
    bank: fresh('Bank'),
    content: Buffer.from(`Date,Name,Reference,Amount\n2026-01-31,Ana,${reference},29.99\n`).toString('base64'),
    format: {
      skippedLines: 1,
      dateColumn: 0,
      dateOrder: 'ymd',
      amountColumn: 3,
      decimalSign: '.',
      payerColumn: 1,
      referenceColumns: [2],
      bankRefColumn: null,
    },
  });
  const bankLine = async (reference?: string) => {
    const { body } = await call('POST /api/bank-imports', bankFile(reference));
    const { items } = (await call('GET /api/bank-lines')).body;
    return items.find(({ bank }: Loose) => bank === body.bank);
  };
  const transfer = async () => {
    const { id } = await customer();
    return (await call('POST /api/payments', { customerId: id, amountMinor: '2999', method: 'transfer' })).body.id;
  };
  const message = async (state: string) => {
    const id = crypto.randomUUID();
    await running().query(
      `insert into notifications.messages (id, kind, to_address, language, subject, body, state, next_try_at, created_at, expires_at, ended_at)
       values ($1, 'reminder_before', 'ana@example.org', 'en', 'Soon due', 'Please pay', $2::text,
         case when $2 = 'waiting' then now() end, now(), now() + interval '1 day', case when $2 <> 'waiting' then now() end)`,
      [id, state],
    );
    return { id };
  };
  const gateway = () =>
    call('POST /api/payment-gateways', { name: `mpesa-${crypto.randomUUID().slice(0, 8)}`, method: 'mobile_money' });
  const ownText = (kind: string) =>
    call(`PUT /api/message-templates/${kind}/en`, { subject: 'Ours', body: 'Hello', revision: 0 });
  const mailSettings = async (change: object) =>
    call('PUT /api/mail-settings', { revision: (await call('GET /api/mail-settings')).body.revision, ...change });
  return {
    'POST /api/plans/:planId/price-moves': {
      action: 'plan.price_moved',
      make: () => planNamed(running(), 'Basic'),
      do: ({ id }) => call(`POST /api/plans/${id}/price-moves`),
    },
    'PUT /api/message-templates/:kind/:language': {
      action: 'message_template.changed',
      do: () => ownText('receipt'),
    },
    'DELETE /api/message-templates/:kind/:language': {
      action: 'message_template.restored',
      make: async () => (await ownText('statement')).body,
      do: ({ kind }) => call(`DELETE /api/message-templates/${kind}/en`),
    },
    'POST /api/payment-gateways': {
      action: 'payment_gateway.added',
      do: gateway,
    },
    'POST /api/payment-gateways/:gateway/secret': {
      action: 'payment_gateway.secret_renewed',
      make: async () => (await gateway()).body,
      do: ({ name }) => call(`POST /api/payment-gateways/${name}/secret`),
    },
    'DELETE /api/payment-gateways/:gateway': {
      action: 'payment_gateway.ended',
      make: async () => (await gateway()).body,
      do: ({ name }) => call(`DELETE /api/payment-gateways/${name}`),
    },
    'POST /api/invoices/:invoiceId/letters': {
      action: 'invoice.mailed',
      make: async () => {
        await mailSettings({ isOn: true, host: '127.0.0.1', fromAddress: 'office@example.org' });
        const { id } = await customer();
        const { revision } = (await call(`GET /api/customers/${id}`)).body;
        await call(`PUT /api/customers/${id}`, { revision, email: 'ana@example.org' });
        return issueInvoice(running(), id);
      },
      do: ({ id }) => call(`POST /api/invoices/${id}/letters`),
    },
    'POST /api/payments': {
      action: 'payment.recorded',
      make: customer,
      do: ({ id }) => call('POST /api/payments', { customerId: id, amountMinor: '100' }),
    },
    'POST /api/payments/:paymentId/reverse': {
      action: 'payment.reversed',
      make: payment,
      do: ({ id }) => call(`POST /api/payments/${id}/reverse`, { reason: 'was none' }),
    },
    'POST /api/payments/:paymentId/refunds': {
      action: 'payment.refunded',
      make: payment,
      do: ({ id }) => call(`POST /api/payments/${id}/refunds`, { amountMinor: '100', reason: 'paid twice' }),
    },
    'POST /api/customers/:customerId/credit-refunds': {
      action: 'payment.refunded',
      make: withCredit,
      do: ({ id }) => call(`POST /api/customers/${id}/credit-refunds`, { amountMinor: '100', reason: 'leaves' }),
    },
    'POST /api/books/closing': {
      action: 'books.closed',
      do: () => call('POST /api/books/closing', { through: '2020-01-31' }),
    },
    'POST /api/books/reopening': {
      action: 'books.reopened',
      make: async () => {
        await call('POST /api/books/closing', { through: '2020-02-29' });
        return {};
      },
      do: () => call('POST /api/books/reopening', { from: '2020-02-01', reason: 'closed by mistake' }),
    },
    'POST /api/bank-imports': {
      action: 'bank_statement.imported',
      do: () => call('POST /api/bank-imports', bankFile()),
    },
    'POST /api/bank-lines/assign-certain': {
      action: 'bank_line.assigned',
      make: async () => {
        const { id } = await customer();
        return bankLine((await issueInvoice(running(), id)).number);
      },
      do: () => call('POST /api/bank-lines/assign-certain', {}),
    },
    'POST /api/bank-lines/:lineId/assign': {
      action: 'bank_line.assigned',
      make: async () => ({ ...(await bankLine()), customerId: (await customer()).id }),
      do: ({ id, customerId }) =>
        call(`POST /api/bank-lines/${id}/assign`, { parts: [{ customerId, amountMinor: '2999' }] }),
    },
    'POST /api/bank-lines/:lineId/link': {
      action: 'bank_line.linked',
      make: async () => ({ ...(await bankLine()), paymentId: await transfer() }),
      do: ({ id, paymentId }) => call(`POST /api/bank-lines/${id}/link`, { paymentId }),
    },
    'POST /api/bank-lines/:lineId/unlink': {
      action: 'bank_line.unlinked',
      make: async () => {
        const [{ id }, paymentId] = [await bankLine(), await transfer()];
        await call(`POST /api/bank-lines/${id}/link`, { paymentId });
        return { id, paymentId };
      },
      do: ({ id, paymentId }) => call(`POST /api/bank-lines/${id}/unlink`, { paymentId }),
    },
    'POST /api/bank-lines/:lineId/set-aside': {
      action: 'bank_line.set_aside',
      make: () => bankLine(),
      do: ({ id }) => call(`POST /api/bank-lines/${id}/set-aside`, { reason: 'interest' }),
    },
    'POST /api/bank-lines/:lineId/take-back': {
      action: 'bank_line.taken_back',
      make: async () => {
        const { id } = await bankLine();
        return (await call(`POST /api/bank-lines/${id}/set-aside`, { reason: 'interest' })).body;
      },
      do: ({ id }) => call(`POST /api/bank-lines/${id}/take-back`),
    },
    'POST /api/customers/:customerId/statement/mail': {
      action: 'statement.mailed',
      make: () => addCustomer(running(), routerId(), { email: 'ana@example.org' }),
      do: ({ id }) => call(`POST /api/customers/${id}/statement/mail`, {}),
    },
    'POST /api/billing/promises': {
      action: 'promise.recorded',
      make: customer,
      do: ({ id }) => call('POST /api/billing/promises', { customerId: id, untilOn: untilOn() }),
    },
    'POST /api/billing/exemptions': {
      action: 'exemption.recorded',
      make: customer,
      do: ({ id }) => call('POST /api/billing/exemptions', { customerId: id, untilOn: untilOn(), reason: 'hospital' }),
    },
    'DELETE /api/billing/holds/:holdId': {
      action: 'exemption.ended',
      make: async () => {
        const { id } = await customer();
        const hold = { customerId: id, untilOn: untilOn(), reason: 'hospital' };
        return (await call('POST /api/billing/exemptions', hold)).body;
      },
      do: ({ id }) => call(`DELETE /api/billing/holds/${id}`),
    },
    'POST /api/billing/fuse/lift': {
      action: 'billing.fuse_lifted',
      make: async () => {
        const { revision } = (await call('GET /api/billing/overdue-policy')).body;
        await call('PUT /api/billing/overdue-policy', { revision, fuseLeastCount: 0, fusePercent: 1 });
        for (let n = 0; n < 2; n++) await issueInvoice(running(), (await customer()).id);
        return (await call('POST /api/billing/overdue-runs')).body;
      },
      do: () => call('POST /api/billing/fuse/lift', { allowedCount: 2, note: 'all are right' }),
    },
    'PUT /api/billing/overdue-policy': {
      action: 'billing.overdue_policy_changed',
      make: async () => (await call('GET /api/billing/overdue-policy')).body,
      do: ({ revision, exemptionDays }) =>
        call('PUT /api/billing/overdue-policy', { revision, exemptionDays: exemptionDays + 1 }),
    },
    'PUT /api/billing/document-settings': {
      action: 'settings.documents_changed',
      make: async () => (await call('GET /api/billing/document-settings')).body,
      do: ({ revision }) => call('PUT /api/billing/document-settings', { revision, footer: 'Thank you' }),
    },
    'PUT /api/billing/number-schemes/:kind': {
      action: 'settings.numbers_changed',
      make: async () => (await call('GET /api/billing/number-schemes')).body.items[1],
      do: ({ revision }) =>
        call('PUT /api/billing/number-schemes/credit_note', { prefix: 'CN', hasYear: true, digits: 4, revision }),
    },
    'PUT /api/customers/:customerId/contact-preferences': {
      action: 'customer.contact_changed',
      make: customer,
      do: ({ id }) =>
        call(`PUT /api/customers/${id}/contact-preferences`, { language: null, email: 'a@example.org', optedOut: [] }),
    },
    'POST /api/messages/:messageId/retry': {
      action: 'message.retried',
      make: () => message('dead'),
      do: ({ id }) => call(`POST /api/messages/${id}/retry`),
    },
    'POST /api/messages/:messageId/cancel': {
      action: 'message.cancelled',
      make: () => message('waiting'),
      do: ({ id }) => call(`POST /api/messages/${id}/cancel`),
    },
    'PUT /api/mail-settings': {
      action: 'settings.mail_changed',
      do: () => mailSettings({ fromName: fresh('Savanna Net') }),
    },
    'POST /api/mail-settings/test': {
      action: 'settings.mail_tested',
      make: async () => {
        const { port } = await startMailServer();
        return mailSettings({
          isOn: true,
          host: '127.0.0.1',
          port,
          security: 'none',
          fromAddress: 'billing@isp.example',
        });
      },
      do: () => call('POST /api/mail-settings/test', { to: 'me@isp.example' }),
    },
  };
}

export function counterDeeds({ running }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const newPackage = (change: object = {}) =>
    call('POST /api/voucher-packages', {
      name: fresh('Hour'),
      priceMinor: '500',
      durationSeconds: 3600,
      downKbps: 1024,
      upKbps: 1024,
      ...change,
    });
  const cashier = async () => {
    const { id } = await addRouter(running(), await startTestRouter());
    return { routerId: id, ...(await counterStaff(running())) };
  };
  const clockedIn = async (amount = '0') => {
    const person = await cashier();
    return { ...person, shift: await clockIn(person.call, person.routerId, amount) };
  };
  const sold = async () => {
    const person = await clockedIn();
    const packageId = (await newPackage()).body.id;
    const sale = await person.call('POST /api/counter/sales', { packageId, idempotencyKey: crypto.randomUUID() });
    return { ...person, voucherId: sale.body.vouchers[0].id };
  };
  const newBatch = async () => {
    const packageId = (await newPackage()).body.id;
    return (await call('POST /api/voucher-batches', { packageId, quantity: 1 })).body;
  };
  const sealedCode = async () => {
    const { body } = await call(`POST /api/voucher-batches/${(await newBatch()).id}/prints`);
    return body.tickets[0].code;
  };
  return {
    'POST /api/voucher-packages': { action: 'voucher.package_added', do: () => newPackage() },
    'PUT /api/voucher-packages/:packageId': {
      action: 'voucher.package_changed',
      make: async () => (await newPackage()).body,
      do: ({ id, revision }) => call(`PUT /api/voucher-packages/${id}`, { revision, priceMinor: '600' }),
    },
    'PUT /api/voucher-settings': {
      action: 'voucher.settings_changed',
      make: async () => (await call('GET /api/voucher-settings')).body,
      do: ({ revision, codeLength }) => call('PUT /api/voucher-settings', { revision, codeLength: codeLength + 1 }),
    },
    'POST /api/counter/shift': {
      action: 'shift.opened',
      make: cashier,
      do: ({ call: as, routerId }) => as('POST /api/counter/shift', { routerId, cash: cash('50') }),
    },
    'POST /api/counter/cash': {
      action: 'shift.cash_moved',
      make: () => clockedIn('50'),
      do: ({ call: as }) =>
        as('POST /api/counter/cash', {
          kind: 'to_safe',
          amountMinor: '1000',
          reason: 'too much',
          idempotencyKey: crypto.randomUUID(),
        }),
    },
    'POST /api/counter/sales': {
      action: 'voucher.sold',
      make: async () => ({ ...(await clockedIn()), packageId: (await newPackage()).body.id }),
      do: ({ call: as, packageId }) =>
        as('POST /api/counter/sales', { packageId, idempotencyKey: crypto.randomUUID() }),
    },
    'POST /api/counter/shift/count': {
      action: 'shift.counted',
      make: () => clockedIn('50'),
      do: ({ call: as }) => as('POST /api/counter/shift/count', { cash: cash('50') }),
    },
    'POST /api/shifts/:shiftId/approval': {
      action: 'shift.variance_approved',
      make: async () => {
        const { call: as, shift } = await clockedIn('80');
        await as('POST /api/counter/shift/count', { cash: cash('1') });
        return shift;
      },
      do: ({ id }) => call(`POST /api/shifts/${id}/approval`, { note: 'counted again together' }),
    },
    'POST /api/auth/login': {
      action: 'staff.signed_in',
      make: cashier,
      do: ({ name }) => running().stranger('POST /api/auth/login', { username: name, password: 'correct horse' }),
    },
    'POST /api/tokens/generate': {
      action: 'voucher.sold',
      make: async () => ({ ...(await clockedIn()), packageId: (await newPackage()).body.id }),
      do: ({ call: as, packageId }) => as('POST /api/tokens/generate', { packageId }),
    },
    'POST /api/counter/prints': {
      action: 'voucher.printed',
      make: sold,
      do: ({ call: as, voucherId }) => as('POST /api/counter/prints', { voucherIds: [voucherId] }),
    },
    'POST /api/vouchers/:voucherId/refund': {
      action: 'voucher.refunded',
      make: sold,
      do: ({ voucherId }) => call(`POST /api/vouchers/${voucherId}/refund`, { reason: 'no signal' }),
    },
    'POST /api/counter/voids': {
      action: 'voucher.refunded',
      make: async () => {
        const { body } = await call('GET /api/voucher-settings');
        await call('PUT /api/voucher-settings', { voidAloneLimitMinor: '500', revision: body.revision });
        return sold();
      },
      do: ({ call: as, voucherId }) => as('POST /api/counter/voids', { voucherId, reason: 'wrong package' }),
    },
    'POST /api/counter/sealed-sales': {
      action: 'voucher.sold',
      make: async () => ({ ...(await clockedIn()), codes: [await sealedCode()] }),
      do: ({ call: as, codes }) => as('POST /api/counter/sealed-sales', { codes, idempotencyKey: crypto.randomUUID() }),
    },
    'POST /api/voucher-batches': {
      action: 'voucher.batch_made',
      make: newPackage,
      do: ({ body }) => call('POST /api/voucher-batches', { packageId: body.id, quantity: 2 }),
    },
    'POST /api/voucher-batches/:batchId/prints': {
      action: 'voucher.batch_printed',
      make: newBatch,
      do: ({ id }) => call(`POST /api/voucher-batches/${id}/prints`),
    },
    'POST /api/voucher-batches/:batchId/allotments': {
      action: 'voucher.batch_allotted',
      make: newBatch,
      do: ({ id }) => call(`POST /api/voucher-batches/${id}/allotments`, { locationId: null }),
    },
    'POST /api/voucher-batches/:batchId/voids': {
      action: 'voucher.batch_voided',
      make: newBatch,
      do: ({ id }) => call(`POST /api/voucher-batches/${id}/voids`, { reason: 'wet' }),
    },
    'POST /api/voucher-alerts/:alertId/notes': {
      action: 'voucher.alert_settled',
      make: async () => {
        const { call: as, voucherId } = await sold();
        for (const _ of [1, 2]) await as('POST /api/counter/prints', { voucherIds: [voucherId] });
        const { items } = (await call('GET /api/voucher-alerts')).body;
        return items.find((alert: Loose) => alert.voucherId === voucherId);
      },
      do: ({ id }) => call(`POST /api/voucher-alerts/${id}/notes`, { state: 'explained', note: 'paper jam' }),
    },
    'POST /api/hand-overs': {
      action: 'cash.handed_over',
      do: () => call('POST /api/hand-overs', { amountMinor: '100', reference: 'slip' }),
    },
    'POST /api/hand-overs/:handOverId/receipt': {
      action: 'cash.received',
      make: async () => {
        const { call: as, shift } = await clockedIn('50');
        await as('POST /api/counter/shift/count', { cash: cash('50') });
        const { items } = (await call('GET /api/hand-overs')).body;
        return items.find((handOver: Loose) => handOver.shiftId === shift.id);
      },
      do: ({ id }) => call(`POST /api/hand-overs/${id}/receipt`, { receivedMinor: '5000' }),
    },
    'POST /api/reconciliations': {
      action: 'voucher.day_reconciled',
      do: () => call('POST /api/reconciliations', { day: Temporal.Now.plainDateISO('UTC').toString() }),
    },
  };
}

/** The doors of seed B do what others do, so they leave what those leave. */
export function mikrotikDeeds({ running, routerId }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const customerOf = () => ({ name: 'Ana', username: fresh('seed'), password: 'secret-1' });
  return {
    'DELETE /api/mikrotik/users': {
      action: 'account.removed',
      make: () => addCustomer(running(), routerId()),
      do: ({ accounts }) => call(`DELETE /api/mikrotik/users?id=${accounts[0].id}`),
    },
    'DELETE /api/mikrotik/sessions': {
      action: 'session.disconnected',
      make: async () => {
        const router = await startTestRouter();
        const { id } = await addRouter(running(), router);
        router.put('/ppp/secret', { name: 'guest', password: 'x' });
        router.dial('guest', 'x');
        await call(`POST /api/routers/${id}/sync`);
        return { id };
      },
      do: ({ id }) => call(`DELETE /api/mikrotik/sessions?username=guest&routerId=${id}`),
    },
    'POST /api/mikrotik/profiles': {
      action: 'plan.added',
      do: () =>
        call('POST /api/mikrotik/profiles', {
          type: 'pppoe',
          package: { name: fresh('Package'), priceMinor: '100', downloadSpeed: '1M', uploadSpeed: '1M' },
        }),
    },
    'POST /api/mikrotik/sync': {
      action: 'customer.added',
      do: () =>
        call('POST /api/mikrotik/sync', {
          customer: customerOf(),
          package: { name: 'Basic' },
          routerId: routerId(),
        }),
    },
    'PUT /api/mikrotik/sync': {
      action: 'customer.added',
      do: () =>
        call('PUT /api/mikrotik/sync', {
          customers: [customerOf()],
          packages: [{ name: 'Basic' }],
          routerId: routerId(),
        }),
    },
  };
}

/** And so do those of seed E. */
export function mikronetDeeds({ running }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const register = () => call('POST /client/register', { name: 'Ana', ppp_secret_name: fresh('secret') });
  const client = async () => (await register()).body.data;
  return {
    'POST /auth/register': {
      action: 'staff.added',
      do: () => call('POST /auth/register', { username: fresh('person'), password: 'battery staple' }),
    },
    'POST /auth/login': {
      action: 'staff.signed_in',
      do: () => running().stranger('POST /auth/login', { username: 'admin', password: 'correct horse' }),
    },
    'POST /auth/logout': {
      action: 'staff.signed_out',
      make: () => running().tokenOf('admin'),
      do: (token) => running().callerWithToken(token)('POST /auth/logout'),
    },
    'POST /client/register': { action: 'customer.added', do: register },
    'PUT /client/update/:clientId': {
      action: 'customer.changed',
      make: client,
      do: ({ client_id: id }) => call(`PUT /client/update/${id}`, { name: 'Eva' }),
    },
    'DELETE /client/delete/:clientId': {
      action: 'customer.removed',
      make: client,
      do: ({ client_id: id }) => call(`DELETE /client/delete/${id}`),
    },
    'POST /client/:clientId/disable': {
      action: 'account.blocked',
      make: client,
      do: ({ client_id: id }) => call(`POST /client/${id}/disable`),
    },
    'POST /client/:clientId/enable': {
      action: 'account.block_lifted',
      make: async () => {
        const made = await client();
        await call(`POST /client/${made.client_id}/disable`);
        return made;
      },
      do: ({ client_id: id }) => call(`POST /client/${id}/enable`),
    },
    'GET /invoices/generate': {
      action: 'billing.invoices_generated',
      do: () => call('GET /invoices/generate'),
    },
  };
}

export function trustDeeds({ running }: Place): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const override = () =>
    call('POST /api/emergency/overrides', { kind: 'suspension_pause', hours: 1, reason: 'a bank file is lost' });
  const alarm = async () => {
    const [{ id }] = await running().query(
      `insert into system.events (at, kind, level, name, message) values (now(), 'system', 'alarm', 'system.test', 'rings') returning id::text`,
    );
    return { id };
  };
  const job = 'auth.clean-up';
  return {
    'POST /api/emergency/overrides': { action: 'emergency.started', do: override },
    'POST /api/emergency/overrides/:overrideId/end': {
      action: 'emergency.ended',
      make: async () => (await call('GET /api/emergency/standing')).body.items[0] ?? (await override()).body,
      do: ({ id }) => call(`POST /api/emergency/overrides/${id}/end`, { note: 'the file is found' }),
    },
    'POST /api/events/silence': {
      action: 'event.alarms_silenced',
      make: alarm,
      do: ({ id }) => call('POST /api/events/silence', { upToId: id }),
    },
    'POST /api/jobs/run': { action: 'job.run_asked', do: () => call('POST /api/jobs/run', { job }) },
    'POST /api/jobs/pause': {
      action: 'job.paused',
      do: () => call('POST /api/jobs/pause', { job, reason: 'it is looked into' }),
    },
    'POST /api/jobs/resume': { action: 'job.resumed', do: () => call('POST /api/jobs/resume', { job }) },
  };
}
