import { customers } from '@lastmile/contract/customers.ts';
import { type Http, mount } from '#platform/http.ts';
import { addField, changeField, listFields, listTags, removeField } from './fields.ts';

export function customerRoutes(http: Http): void {
  mount(http, customers, {
    'GET /api/customer-fields': { read: async (db) => ({ items: await listFields(db) }) },
    'POST /api/customer-fields': { act: (work, { body }) => addField(work, body) },
    'PUT /api/customer-fields/:fieldId': { act: (work, { params, body }) => changeField(work, params.fieldId, body) },
    'DELETE /api/customer-fields/:fieldId': {
      act: async (work, { params }) => {
        await removeField(work, params.fieldId);
        return undefined;
      },
    },
    'GET /api/customer-tags': { read: async (db, _input, scope) => ({ items: await listTags(db, scope) }) },
  });
}
