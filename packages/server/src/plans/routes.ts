import { plans } from '@lastmile/contract/plans.ts';
import { type Http, mount } from '#platform/http.ts';
import { getPlanOnRouters, redialPlan, stopRedialOfPlan } from './plan-on-routers.ts';
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
    'GET /api/plans/:planId/routers': { read: (db, { params }, scope) => getPlanOnRouters(db, params.planId, scope) },
    'POST /api/plans/:planId/redial': { act: (work, { params, body }) => redialPlan(work, params.planId, body.when) },
    'DELETE /api/plans/:planId/redial': {
      act: async (work, { params }) => {
        await stopRedialOfPlan(work, params.planId);
        return undefined;
      },
    },
    'DELETE /api/plans/:planId': {
      act: async (work, { params }) => {
        await removePlan(work, params.planId);
        return undefined;
      },
    },
  });
}
