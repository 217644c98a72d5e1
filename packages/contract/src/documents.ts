// What stands on invoices and receipts, and how customers want to be written to.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { MailAddress, MessageTexts, mailCategories, templateOfKind } from './notifications.ts';
import { Id, Language, optionalText, Revision, text } from './shapes.ts';

export const ReceiptPaper = z.enum(['a4', '80mm']);

const fields = {
  legalName: optionalText(120),
  address: text(400),
  taxId: optionalText(60),
  contact: text(200),
  paymentText: text(1000),
  /** {{number}}, {{amount}} and {{currency}} are filled in. */
  qrTemplate: optionalText(400),
  footer: text(300),
  receiptPaper: ReceiptPaper,
};

export const DocumentSettings = z
  .object({
    legalName: z.string().nullable(),
    address: z.string(),
    taxId: z.string().nullable(),
    contact: z.string(),
    paymentText: z.string(),
    qrTemplate: z.string().nullable(),
    footer: z.string(),
    receiptPaper: ReceiptPaper,
    revision: Revision,
  })
  .meta({ id: 'DocumentSettings' });

export const documentKinds = ['invoice', 'credit_note', 'receipt'] as const;

const scheme = {
  prefix: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9/-]{0,15}$/, 'must be 1 to 16 letters, digits, / or -'),
  /** Whether numbers say the year, and begin anew with it. */
  hasYear: z.boolean(),
  digits: z.int().min(1).max(12),
};

const DocumentNo = z.int().min(1).max(999_999_999_999);
const standing = { nextNo: DocumentNo, nextNumber: z.string(), hasBegun: z.boolean() };

export const NumberScheme = z
  .object({ kind: z.enum(documentKinds), ...scheme, ...standing, revision: Revision })
  .meta({ id: 'NumberScheme' });

const wish = {
  ...scheme,
  /** The number of the next document, where none has one yet; never one that was drawn. */
  nextNo: DocumentNo.optional(),
};

function tellsYears({ prefix, hasYear }: { prefix: string; hasYear: boolean }): boolean {
  return hasYear || !/-[0-9]{4}$/.test(prefix);
}

const yearInPrefix = {
  path: ['prefix'],
  message: 'must not end like a year where numbers go on over the years',
};

/** What is none of these is not found. */
const documentKind = z.object({ kind: z.string().max(40) });

export const ContactPreferences = z
  .object({
    language: Language.nullable(),
    /** Instead of the customer's own address. */
    email: MailAddress.nullable(),
    optedOut: z.array(z.enum(mailCategories)).max(3),
  })
  .meta({ id: 'ContactPreferences' });

const customerId = z.object({ customerId: Id });

export const documents = {
  'GET /api/billing/document-settings': {
    name: 'getDocumentSettings',
    summary: 'What stands on invoices and receipts beside the figures.',
    permission: 'settings:read',
    reply: DocumentSettings,
  },
  'PUT /api/billing/document-settings': {
    name: 'changeDocumentSettings',
    summary: 'Change what stands on invoices and receipts; what is left out stays.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object(fields).partial().extend({ revision: Revision }),
    reply: DocumentSettings,
  },
  'GET /api/billing/number-schemes': {
    name: 'listNumberSchemes',
    summary: 'How invoices, credit notes and receipts are numbered, and what their next numbers are.',
    permission: 'settings:read',
    reply: z.object({ items: z.array(NumberScheme) }),
  },
  'POST /api/billing/number-schemes/:kind/preview': {
    name: 'previewNumberScheme',
    summary: 'What the next number would be by another scheme. Nothing is changed.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: documentKind,
    body: z.object(wish).refine(tellsYears, yearInPrefix),
    reply: z.object(standing),
  },
  'PUT /api/billing/number-schemes/:kind': {
    name: 'changeNumberScheme',
    summary: 'Number documents in another way from now on. Numbers go on after those before, and none comes back.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: documentKind,
    body: z.object({ ...wish, revision: Revision }).refine(tellsYears, yearInPrefix),
    reply: NumberScheme,
  },
  'POST /api/message-templates/:kind/:language/preview': {
    name: 'previewMessage',
    summary:
      'What a customer would get by a text, with what is known of him; of nobody without a customer. Nothing is sent.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: templateOfKind,
    body: MessageTexts.extend({ customerId: Id.optional() }),
    reply: z.object({ subject: z.string(), body: z.string() }),
  },
  'GET /api/customers/:customerId/contact-preferences': {
    name: 'getContactPreferences',
    summary: 'In which language and about what a customer is written to.',
    permission: 'customer:read',
    params: customerId,
    reply: ContactPreferences,
  },
  'PUT /api/customers/:customerId/contact-preferences': {
    name: 'changeContactPreferences',
    summary: 'Say in which language, where and about what not a customer is written to.',
    permission: 'customer:write',
    params: customerId,
    body: ContactPreferences,
    reply: ContactPreferences,
  },
} satisfies EndpointRecord;
