import { plans } from '@lastmile/contract/plans.ts';
import { type Http, mount } from '#platform/http.ts';
import { addPlan, changePlan, getPlan, listPlans, removePlan } from './plans.ts';

export function planRoutes(http: Http): void {
  mount(http, plans, {
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
