import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, Language, optionalText, PageQuery, page, Revision, text } from './shapes.ts';

export const messageStates = ['waiting', 'sent', 'dead', 'cancelled'] as const;
const everywhere = ['customerName', 'customerNumber', 'providerName', 'contact', 'howToPay'] as const;
const ofData = ['planName', 'used', 'allowed', 'renewsOn'] as const;

export const messageKinds = [
  'invoice_issued',
  'reminder_before',
  'reminder_after',
  'cut',
  'restored',
  'receipt',
  'statement',
  'data_near',
  'data_slowed',
  'data_cut',
  'test',
  'alarm',
  'audit_root',
] as const;
/** What in a template of each kind of message stands for a fact of the customer who gets it. */
export const placeholdersOf = {
  invoice_issued: [...everywhere, 'number', 'amount', 'dueOn'],
  reminder_before: [...everywhere, 'number', 'amount', 'dueOn'],
  reminder_after: [...everywhere, 'number', 'amount', 'dueOn'],
  cut: [...everywhere, 'number', 'amount', 'dueOn'],
  restored: everywhere,
  receipt: [...everywhere, 'number', 'amount', 'receivedOn'],
  statement: everywhere,
  data_near: [...everywhere, ...ofData],
  data_slowed: [...everywhere, ...ofData],
  data_cut: [...everywhere, ...ofData],
} as const satisfies { [kind in (typeof messageKinds)[number]]?: readonly string[] };

/** Those of which a provider may write the text. */
export type CustomerMessageKind = keyof typeof placeholdersOf;
export const customerMessageKinds = Object.keys(placeholdersOf) as CustomerMessageKind[];

export const mailSecurities = ['starttls', 'tls', 'none'] as const;
export const mailCategories = ['invoice', 'reminder', 'receipt'] as const;

export const MailAddress = z.email('must be an e-mail address').max(254);

export const Message = z
  .object({
    id: Id,
    kind: z.enum(messageKinds),
    customerId: Id.nullable(),
    toAddress: z.string(),
    language: z.string(),
    subject: z.string(),
    state: z.enum(messageStates),
    attemptCount: z.int(),
    /** null once it is not tried again. */
    nextTryAt: Instant.nullable(),
    lastError: z.string().nullable(),
    createdAt: Instant,
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Message' });

export const MessageDetail = Message.extend({
  body: z.string(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), sizeBytes: z.int() })),
}).meta({ id: 'MessageDetail' });

const mailFields = {
  isOn: z.boolean(),
  host: z
    .string()
    .trim()
    .regex(/^([A-Za-z0-9_.-]{1,253}|\[?[0-9a-fA-F:.]{2,45}\]?)$/, 'must be a host name or an address')
    .nullable(),
  port: z.int().min(1).max(65_535),
  security: z.enum(mailSecurities),
  username: optionalText(200),
  fromAddress: MailAddress.nullable(),
  fromName: text(80),
  replyTo: MailAddress.nullable(),
};

export const MailSettings = z
  .object({
    ...mailFields,
    host: z.string().nullable(),
    username: z.string().nullable(),
    fromName: z.string(),
    hasPassword: z.boolean(),
    revision: Revision,
  })
  .meta({ id: 'MailSettings' });

export const MessageTexts = z.object({
  subject: text(200, 1).refine((subject) => !/[\r\n]/.test(subject), 'must be one line'),
  body: text(5000, 1),
});

export const MessageTemplate = z
  .object({
    kind: z.enum(customerMessageKinds),
    language: Language,
    subject: z.string(),
    body: z.string(),
    /** The provider's own text, and not the standard one. */
    isOwn: z.boolean(),
    placeholders: z.array(z.string()),
    /** 0: the standard text. */
    revision: z.int().min(0),
  })
  .meta({ id: 'MessageTemplate' });

/** What is none of these is not found. */
export const templateOfKind = z.object({ kind: z.string().max(40), language: z.string().max(40) });

const messageId = z.object({ messageId: Id });

export const notifications = {
  'GET /api/messages': {
    name: 'listMessages',
    summary: 'The outbox, newest first: what waits, what was sent, and what could not be.',
    permission: 'message:read',
    needsEverywhere: true,
    query: PageQuery.extend({ state: z.enum(messageStates).optional(), customerId: Id.optional() }),
    reply: page(Message).extend({
      waitingCount: z.int(),
      deadCount: z.int(),
      isMailOn: z.boolean(),
    }),
  },
  'GET /api/messages/:messageId': {
    name: 'getMessage',
    summary: 'One message with its text.',
    permission: 'message:read',
    needsEverywhere: true,
    params: messageId,
    reply: MessageDetail,
  },
  'POST /api/messages/:messageId/retry': {
    name: 'retryMessage',
    summary: 'Try a message again now that could not be sent, with all its attempts.',
    permission: 'message:write',
    needsEverywhere: true,
    params: messageId,
    reply: MessageDetail,
  },
  'POST /api/messages/:messageId/cancel': {
    name: 'cancelMessage',
    summary: 'Do not send a message that waits.',
    permission: 'message:write',
    needsEverywhere: true,
    params: messageId,
    reply: MessageDetail,
  },
  'GET /api/message-templates': {
    name: 'listMessageTemplates',
    summary:
      'What customers are written, by kind of message and language: the standard texts and those of the provider.',
    permission: 'settings:read',
    reply: z.object({ items: z.array(MessageTemplate) }),
  },
  'PUT /api/message-templates/:kind/:language': {
    name: 'changeMessageTemplate',
    summary: 'Write another text for a kind of message in a language. {{placeholders}} are filled in when it is sent.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: templateOfKind,
    body: MessageTexts.extend({ revision: z.int().min(0) }),
    reply: MessageTemplate,
  },
  'DELETE /api/message-templates/:kind/:language': {
    name: 'restoreMessageTemplate',
    summary: 'Go back to the standard text.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: templateOfKind,
    reply: MessageTemplate,
  },
  'GET /api/mail-settings': {
    name: 'getMailSettings',
    summary: 'Through which server mail is sent. The password never leaves.',
    permission: 'settings:read',
    reply: MailSettings,
  },
  'PUT /api/mail-settings': {
    name: 'changeMailSettings',
    summary: 'Change how mail is sent; what is left out stays. A password of null is removed.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z
      .object({ ...mailFields, password: z.string().min(1).max(500).nullable() })
      .partial()
      .extend({ revision: Revision }),
    reply: MailSettings,
  },
  'POST /api/mail-settings/test': {
    name: 'sendTestMail',
    summary: 'Send a test message through the saved settings, and say what the server answered.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object({ to: MailAddress }),
    reply: z.object({ answer: z.string() }),
  },
} satisfies EndpointRecord;
