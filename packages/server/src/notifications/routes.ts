import { notifications } from '@lastmile/contract/notifications.ts';
import { type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import { changeMailSettings, getMailSettings } from './mail-settings.ts';
import { cancelMessage, getMessage, listMessages, retryMessage } from './outbox.ts';
import { sendTestMail } from './send-messages.ts';
import { changeTemplate, listTemplates, restoreTemplate } from './templates.ts';

export function notificationRoutes(http: Http, sealer: Sealer): void {
  mount(http, notifications, {
    'GET /api/messages': { read: (db, { query }) => listMessages(db, query) },
    'GET /api/messages/:messageId': { read: (db, { params }) => getMessage(db, params.messageId) },
    'POST /api/messages/:messageId/retry': { act: (work, { params }) => retryMessage(work, params.messageId) },
    'POST /api/messages/:messageId/cancel': { act: (work, { params }) => cancelMessage(work, params.messageId) },
    'GET /api/message-templates': { read: async (db) => ({ items: await listTemplates(db) }) },
    'PUT /api/message-templates/:kind/:language': {
      act: (work, { params, body }) => changeTemplate(work, params, body),
    },
    'DELETE /api/message-templates/:kind/:language': { act: (work, { params }) => restoreTemplate(work, params) },
    'GET /api/mail-settings': { read: (db) => getMailSettings(db) },
    'PUT /api/mail-settings': { act: (work, { body }) => changeMailSettings(work, sealer, body) },
    'POST /api/mail-settings/test': {
      live: (call, { body }) => sendTestMail(call.database, sealer, call.actor, body.to),
    },
  });
}
