import { plans } from '@lastmile/contract/plans.ts';
import { type Http, mount } from '#platform/http.ts';
import { addPlan, changePlan, getPlan, listPlans, removePlan } from './plans.ts';
import { addTax, archiveTax, listTaxes } from './taxes.ts';

export function planRoutes(http: Http): void {
  mount(http, plans, {
    'GET /api/taxes': { read: async (db) => ({ items: await listTaxes(db) }) },
    'POST /api/taxes': { act: (work, { body }) => addTax(work, body) },
    'POST /api/taxes/:taxId/archive': { act: (work, { params }) => archiveTax(work, params.taxId) },
    'GET /api/plans': { read: (db, { query }) => listPlans(db, query) },
    'POST /api/plans': { act: (work, { body }) => addPlan(work, body) },
    'GET /api/plans/:planId': { read: (db, { params }) => getPlan(db, params.planId) },
    'PUT /api/plans/:planId': { act: (work, { params, body }) => changePlan(work, params.planId, body) },
    'DELETE /api/plans/:planId': {
      act: async (work, { params }) => {
        await removePlan(work, params.planId);
        return undefined;
      },
    },
  });
}
