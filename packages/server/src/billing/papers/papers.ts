// Invoices, credit notes, receipts and statements as papers: what stands in the books, put on the sheet.
import { sql } from 'kysely';
import { filledPaymentText, getDocumentSettings } from '#billing/document-settings.ts';
import { getInvoice, taxTableOf } from '#billing/invoices.ts';
import { exampleNumber } from '#billing/number-schemes.ts';
import { getPayment } from '#billing/payments.ts';
import { getStatement, type StatementQuery } from '#billing/statements.ts';
import { getPerson } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import { getPreferences } from '#notifications/preferences.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Language } from '#platform/languages.ts';
import { currencyExponent } from '#platform/money.ts';
import { findLogo, getSettings } from '#settings/provider.ts';
import { drawInvoice, type PaperTax } from './invoice-paper.ts';
import type { Seller } from './letterhead.ts';
import { drawReceipt, type ReceiptSize } from './receipt-paper.ts';
import { drawStatement } from './statement-paper.ts';

/** The customer's own language, else the provider's. */
export async function getLanguage(db: Db, customerId: string): Promise<Language> {
  const { language } = await getPreferences(db, customerId);
  return language ?? (await getSettings(db)).language;
}

async function getSeller(db: Db): Promise<Seller> {
  const { providerName } = await getSettings(db);
  const { legalName, address, taxId, contact } = await getDocumentSettings(db);
  const logo = await findLogo(db);
  return { name: legalName ?? providerName, address, taxId, contact, logo: logo?.image };
}

export async function renderInvoice(
  db: Db,
  invoiceId: string,
  now: Temporal.Instant,
  scope: Scope = 'everywhere',
): Promise<Buffer> {
  const invoice = await getInvoice(db, invoiceId, now, scope);
  const { number, issuedOn, status } = invoice;
  if (number === null || issuedOn === null)
    throw new DomainError('invoice_not_open', { number, status }, 'a draft has no paper');
  const { address, billingAddress } = await getPerson(db, invoice.customerId, 'everywhere');
  const language = await getLanguage(db, invoice.customerId);
  const { paymentText, qrTemplate, footer } = await getDocumentSettings(db);
  const payable = { number, amount: { minor: invoice.balanceMinor, currency: invoice.currency } };
  return drawInvoice({
    kind: 'invoice',
    number,
    state: status === 'paid' || status === 'void' ? status : 'open',
    currency: invoice.currency,
    language,
    issuedOn,
    dueOn: invoice.dueOn,
    seller: await getSeller(db),
    buyer: { name: invoice.customerName, address: billingAddress ?? address },
    lines: invoice.lines,
    taxes: paperTaxes(invoice.taxes),
    netMinor: invoice.netMinor,
    totalMinor: invoice.amountMinor,
    settledMinor: invoice.settledMinor,
    // What a note credited beyond what was open settled nothing here.
    credits: invoice.creditNotes.filter(({ appliedMinor }) => appliedMinor > 0n),
    paymentText: filledPaymentText(paymentText, payable),
    qrText: qrTemplate ? filledPaymentText(qrTemplate, payable) : undefined,
    footer,
    createdAt: invoice.createdAt,
  });
}

function paperTaxes(taxes: ReturnType<typeof taxTableOf>): PaperTax[] {
  return taxes.map(({ name, rateBp, netMinor, taxMinor }) => ({
    name,
    basisPoints: rateBp,
    baseMinor: netMinor,
    taxMinor,
  }));
}

export async function renderReceipt(
  db: Db,
  paymentId: string,
  size: ReceiptSize,
  scope: Scope = 'everywhere',
): Promise<Buffer> {
  const payment = await getPayment(db, paymentId, scope);
  const language = await getLanguage(db, payment.customerId);
  const { footer } = await getDocumentSettings(db);
  return drawReceipt(
    {
      number: payment.receiptNumber,
      receivedOn: payment.receivedOn,
      createdAt: payment.recordedAt,
      seller: await getSeller(db),
      customerName: payment.customerName,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      method: payment.method,
      takenBy: payment.recordedBy,
      invoices: payment.allocations,
      creditMinor: payment.creditMinor,
      isReversed: payment.reversedAt !== null,
      footer,
      language,
    },
    size,
  );
}

export async function renderCreditNote(db: Db, creditNoteId: string, scope: Scope = 'everywhere'): Promise<Buffer> {
  const note = await db
    .selectFrom('billing.credit_notes as note')
    .innerJoin('billing.invoices as invoice', 'invoice.id', 'note.invoice_id')
    .select([
      'note.number',
      'note.customer_id as customerId',
      'note.currency',
      'note.net_minor as netMinor',
      'note.amount_minor as totalMinor',
      'note.reason',
      'note.issued_on as issuedOn',
      'note.created_at as createdAt',
      sql<string>`coalesce(invoice.number, '')`.as('invoiceNumber'),
    ])
    .where('note.id', '=', creditNoteId)
    .where(customerInScope(scope, 'note.customer_id'))
    .executeTakeFirst();
  if (!note) throw new DomainError('credit_note_not_found', { creditNoteId });
  const lines = await db
    .selectFrom('billing.credit_note_lines')
    .select([
      'description',
      'amount_minor as amountMinor',
      'tax_name as taxName',
      'rate_bp as rateBp',
      'net_minor as netMinor',
      'tax_minor as taxMinor',
    ])
    .where('credit_note_id', '=', creditNoteId)
    .orderBy('line_no')
    .execute();
  const { customerId, invoiceNumber, reason, ...rest } = note;
  const person = await getPerson(db, customerId, 'everywhere');
  const language = await getLanguage(db, customerId);
  const { footer } = await getDocumentSettings(db);
  return drawInvoice({
    ...rest,
    kind: 'credit_note',
    state: 'open',
    language,
    dueOn: undefined,
    takesBack: { number: invoiceNumber, reason },
    seller: await getSeller(db),
    buyer: { name: person.name, address: person.billingAddress ?? person.address },
    lines,
    taxes: paperTaxes(taxTableOf(lines)),
    settledMinor: 0n,
    paymentText: '',
    qrText: undefined,
    footer,
  });
}

export async function renderStatement(
  db: Db,
  customerId: string,
  query: StatementQuery,
  { now, scope }: { now: Temporal.Instant; scope: Scope },
): Promise<Buffer> {
  const statement = await getStatement(db, customerId, query, { now, scope });
  const { address, billingAddress } = await getPerson(db, customerId, 'everywhere');
  const language = await getLanguage(db, customerId);
  const { footer } = await getDocumentSettings(db);
  return drawStatement({
    statement,
    seller: await getSeller(db),
    address: billingAddress ?? address,
    language,
    createdAt: now,
    footer,
  });
}

/** An invoice of nobody, as the settings of now would print it. */
export async function renderSample(db: Db, now: Temporal.Instant): Promise<Buffer> {
  const { currency, timeZone, language } = await getSettings(db);
  const { paymentText, qrTemplate, footer } = await getDocumentSettings(db);
  const today = localDate(now, timeZone);
  const number = await exampleNumber(db, 'invoice', today);
  const [netMinor, taxMinor] = [
    2500n * 10n ** BigInt(currencyExponent(currency)),
    400n * 10n ** BigInt(currencyExponent(currency)),
  ];
  const payable = { number, amount: { minor: netMinor + taxMinor, currency } };
  return drawInvoice({
    kind: 'invoice',
    number,
    state: 'open',
    currency,
    language,
    issuedOn: today,
    dueOn: today.add({ days: 14 }),
    seller: await getSeller(db),
    buyer: { name: 'Ana Horvat · আনা · आना · آنا', address: 'Market Road 7' },
    lines: [{ description: 'Internet 20 Mbps', amountMinor: netMinor }],
    taxes: [{ name: 'VAT', basisPoints: 1600, baseMinor: netMinor, taxMinor }],
    netMinor,
    totalMinor: netMinor + taxMinor,
    settledMinor: 0n,
    paymentText: filledPaymentText(paymentText, payable),
    qrText: qrTemplate ? filledPaymentText(qrTemplate, payable) : undefined,
    footer,
    createdAt: now,
  });
}
