// Invoices and receipts as papers: what stands in the books, put on the sheet.
import { getPerson } from '#customers/customers.ts';
import { getPreferences } from '#notifications/preferences.ts';
import type { Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { languageOf } from '#platform/languages.ts';
import { formatMoney } from '#platform/money.ts';
import { findLogo, getSettings } from '#settings/provider.ts';
import { getDocumentSettings } from './document-settings.ts';
import { drawInvoice, type Seller } from './invoice-paper.ts';
import { getInvoice } from './invoices.ts';
import { getPayment } from './payments.ts';
import { drawReceipt, type ReceiptSize } from './receipt-paper.ts';

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
  const { address } = await getPerson(db, invoice.customerId, 'everywhere');
  const { language } = await getPreferences(db, invoice.customerId);
  const { paymentText, qrTemplate, footer } = await getDocumentSettings(db);
  const facts = {
    number,
    amount: formatMoney(invoice.balanceMinor, invoice.currency),
    currency: invoice.currency,
  };
  return drawInvoice({
    kind: 'invoice',
    number,
    state: status === 'paid' || status === 'void' ? status : 'open',
    currency: invoice.currency,
    language: languageOf(language),
    issuedOn,
    dueOn: invoice.dueOn,
    seller: await getSeller(db),
    buyer: { name: invoice.customerName, address },
    lines: invoice.lines,
    taxes: invoice.taxes.map(({ name, rateBp, netMinor, taxMinor }) => ({
      name,
      basisPoints: rateBp,
      baseMinor: netMinor,
      taxMinor,
    })),
    netMinor: invoice.netMinor,
    totalMinor: invoice.amountMinor,
    settledMinor: invoice.settledMinor,
    paymentText: filled(paymentText, facts),
    qrText: qrTemplate ? filled(qrTemplate, facts) : undefined,
    footer,
    createdAt: invoice.createdAt,
  });
}

function filled(template: string, facts: Record<string, string>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => facts[name] ?? whole);
}

export async function renderReceipt(
  db: Db,
  paymentId: string,
  size: ReceiptSize,
  scope: Scope = 'everywhere',
): Promise<Buffer> {
  const payment = await getPayment(db, paymentId, scope);
  const { language } = await getPreferences(db, payment.customerId);
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
      language: languageOf(language),
    },
    size,
  );
}
