// What payment providers tell us by signed calls: kept once, and a payment at once where it is plain whose it is.
import { GatewayPayment, type GatewayReceipt } from '@lastmile/contract/payment-gateways.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { assignIfCertain, assignLine, viewOfLine } from './bank-lines.ts';
import { getToday } from './invoices.ts';
import { getSecret } from './payment-gateways.ts';
import { receiptOfRequest } from './rules/payment-rules.ts';
import { distrustOf, type SignedCall } from './rules/webhook-signature-rules.ts';

type Told = z.output<typeof GatewayPayment>;
type Receipt = z.output<typeof GatewayReceipt>;

/** Looks at the signature before at anything else that was sent. */
export async function receiveGatewayCall(
  { database, sealer, address }: { database: Database; sealer: Sealer; address: string },
  gateway: string,
  call: SignedCall,
): Promise<Receipt> {
  const secret = await getSecret(database.db, sealer, gateway);
  const distrust = distrustOf(secret, call, database.clock.now());
  if (distrust)
    throw new DomainError(
      'signature_refused',
      { gateway, reason: distrust },
      distrust === 'time' ? 'the time of this call is not now' : 'the signature is not right',
    );
  const told = GatewayPayment.safeParse(parsed(call.body));
  if (!told.success) {
    const [{ path, message } = { path: [], message: 'is not as promised' }] = told.error.issues;
    throw new DomainError('invalid_input', { gateway }, `${path.join('.') || 'the body'} ${message}`);
  }
  const actor: Actor = { kind: 'system', id: null, name: `gateway ${gateway}`, address };
  return inTransaction(database, actor, (work) => receiveGatewayPayment(work, gateway, told.data));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Of two calls that tell the same at the same moment the second waits here for the first, and finds its line. */
export async function receiveGatewayPayment(work: Work, gateway: string, told: Told): Promise<Receipt> {
  const id = newId();
  const reference = [told.invoiceNumber, told.customerNumber && `#${told.customerNumber}`, told.reference]
    .filter(Boolean)
    .join(' ');
  const line = {
    bank: gateway,
    bank_ref: told.paymentId,
    booked_on: told.paidOn ?? (await getToday(work.db, work.now)),
    amount_minor: told.amountMinor,
    currency: told.currency,
    payer: told.payer,
    reference,
  };
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('billing.bank_lines')
    .values({ id, gateway, ...line })
    .onConflict((conflict) => conflict.columns(['bank', 'bank_ref']).doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return repeat(work, gateway, told, reference);
  await work.db
    .updateTable('billing.payment_gateways')
    .set({ last_used_at: work.now })
    .where('name', '=', gateway)
    .execute();
  await audit(work, 'payment_gateway.payment_told', [id], {
    gateway,
    paymentId: told.paymentId,
    amountMinor: told.amountMinor.toString(),
    currency: told.currency,
  });
  work.announce('invoice', '*');
  const isAssigned = (await assignToNamed(work, id, told)) || (await assignIfCertain(work, id));
  const { payments } = await viewOfLine(work.db, id);
  return { status: isAssigned ? 'recorded' : 'waiting', payments };
}

/** The same number with other contents is a mistake of the sender (R-PAY-4). */
async function repeat(work: Work, gateway: string, told: Told, reference: string): Promise<Receipt> {
  const known = await work.db
    .selectFrom('billing.bank_lines')
    .select(['id', 'amount_minor as amountMinor', 'currency', 'payer', 'reference'])
    .where('bank', '=', gateway)
    .where('bank_ref', '=', told.paymentId)
    .executeTakeFirstOrThrow();
  const contents = (line: Omit<typeof known, 'id'>) =>
    JSON.stringify([line.amountMinor.toString(), line.currency, line.payer, line.reference]);
  if (receiptOfRequest(contents(known), contents({ ...told, reference })) === 'idempotency_key_reuse')
    throw new DomainError(
      'idempotency_key_used',
      { gateway, paymentId: told.paymentId },
      `payment ${told.paymentId} was told with other contents before`,
    );
  const { payments } = await viewOfLine(work.db, known.id);
  return { status: 'repeated', payments };
}

/** Who is named outright gets all of it, whatever is open: too little stays open, too much stays as credit. */
async function assignToNamed(work: Work, lineId: string, told: Told): Promise<boolean> {
  const { invoiceNumber, customerNumber, amountMinor } = told;
  if (!invoiceNumber && !customerNumber) return false;
  const invoice = invoiceNumber
    ? await work.db
        .selectFrom('billing.invoices')
        .select(['id', 'customer_id as customerId', 'status', 'currency'])
        .where('number', '=', invoiceNumber)
        .executeTakeFirst()
    : undefined;
  const customer = customerNumber
    ? await work.db
        .selectFrom('customers.customers')
        .select('id')
        .where('number', '=', customerNumber)
        .where('removed_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  // A number that nobody has, or two that name different people, are for a person to look at.
  if (invoiceNumber && !invoice) return false;
  if (customerNumber && !customer) return false;
  if (invoice && customer && invoice.customerId !== customer.id) return false;
  const customerId = invoice?.customerId ?? customer?.id;
  if (!customerId) return false;
  const isPayable = invoice?.status === 'open' && invoice.currency === told.currency;
  await assignLine(work, lineId, [
    { customerId, amountMinor, ...(invoice && isPayable ? { invoiceIds: [invoice.id] } : {}) },
  ]);
  return true;
}
