import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Message = Item<'GET /api/messages'>;
export type MailSettings = Reply<'GET /api/mail-settings'>;

export const messageList = (query: Query<'GET /api/messages'>) =>
  queryOptions({
    queryKey: ['message', 'list', query],
    queryFn: ({ signal }) => call('GET /api/messages', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['settings'] as const },
  });

export const mailSettingsQuery = queryOptions({
  queryKey: ['settings', 'mail'],
  queryFn: ({ signal }) => call('GET /api/mail-settings', { signal }),
});

export type MessageTemplate = Item<'GET /api/message-templates'>;

export const messageTemplates = queryOptions({
  queryKey: ['settings', 'message-templates'],
  queryFn: ({ signal }) => call('GET /api/message-templates', { signal }),
});

type TemplateKey = Pick<MessageTemplate, 'kind' | 'language'>;
type Texts = Pick<MessageTemplate, 'subject' | 'body'>;

const paramsOf = ({ kind, language }: TemplateKey) => ({ kind, language });

export const messagePreview = (key: TemplateKey, texts: Texts, customerId: string | null) =>
  queryOptions({
    queryKey: ['settings', 'message-preview', paramsOf(key), texts, customerId],
    queryFn: ({ signal }) =>
      call('POST /api/message-templates/:kind/:language/preview', {
        params: paramsOf(key),
        body: { ...texts, ...(customerId ? { customerId } : {}) },
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
  });

export async function changeMessageTemplate(key: TemplateKey, body: Texts & { revision: number }): Promise<void> {
  await call('PUT /api/message-templates/:kind/:language', { params: paramsOf(key), body });
  await refresh('settings');
}

export async function restoreMessageTemplate(key: TemplateKey): Promise<void> {
  await call('DELETE /api/message-templates/:kind/:language', { params: paramsOf(key) });
  await refresh('settings');
}

export const messageById = (messageId: string) =>
  queryOptions({
    queryKey: ['message', 'one', messageId],
    queryFn: ({ signal }) => call('GET /api/messages/:messageId', { params: { messageId }, signal }),
  });

export type ContactPreferences = Reply<'GET /api/customers/:customerId/contact-preferences'>;

export const contactPreferences = (customerId: string) =>
  queryOptions({
    queryKey: ['customer', 'contact', customerId],
    queryFn: ({ signal }) =>
      call('GET /api/customers/:customerId/contact-preferences', { params: { customerId }, signal }),
  });

export async function changeContactPreferences(
  customerId: string,
  body: Body<'PUT /api/customers/:customerId/contact-preferences'>,
): Promise<void> {
  await call('PUT /api/customers/:customerId/contact-preferences', { params: { customerId }, body });
  await refresh('customer');
}

export async function retryMessage(messageId: string): Promise<void> {
  await call('POST /api/messages/:messageId/retry', { params: { messageId } });
  await refresh('message');
}

export async function cancelMessage(messageId: string): Promise<void> {
  await call('POST /api/messages/:messageId/cancel', { params: { messageId } });
  await refresh('message');
}

export async function changeMailSettings(body: Body<'PUT /api/mail-settings'>): Promise<void> {
  await call('PUT /api/mail-settings', { body });
  await refresh('settings', 'message');
}

export function sendTestMail(to: string): Promise<{ answer: string }> {
  return call('POST /api/mail-settings/test', { body: { to } });
}
