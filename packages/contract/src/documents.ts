// What stands on invoices and receipts, and how customers want to be written to.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { MailAddress, MessageTexts, mailCategories, templateOfKind } from './notifications.ts';
import { Id, Language, optionalText, Revision, text } from './shapes.ts';

const fields = {
  legalName: optionalText(120),
  address: text(400),
  taxId: optionalText(60),
  contact: text(200),
  paymentText: text(1000),
  /** {{number}}, {{amount}} and {{currency}} are filled in. */
  qrTemplate: optionalText(400),
  footer: text(300),
  receiptPaper: z.enum(['a4', '80mm']),
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
    receiptPaper: z.enum(['a4', '80mm']),
    revision: Revision,
  })
  .meta({ id: 'DocumentSettings' });

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
