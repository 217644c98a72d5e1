import { plans } from '@lastmile/contract/plans.ts';
import { inTransaction, scopeOf } from '#platform/db.ts';
import { type Http, mount } from '#platform/http.ts';
import type { RunNow } from '#platform/jobs.ts';
import { redialJob } from '#provisioning/redials.ts';
import { getPlanOnRouters, redialPlan, stopRedialOfPlan } from './plan-on-routers.ts';
import { addPlan, changePlan, getPlan, listPlans, removePlan } from './plans.ts';
import { addTax, archiveTax, listTaxes } from './taxes.ts';

export function planRoutes(http: Http, runNow: RunNow): void {
  mount(http, plans, {
    'GET /api/taxes': { read: async (db) => ({ items: await listTaxes(db) }) },
    'POST /api/taxes': { act: (work, { body }) => addTax(work, body) },
    'POST /api/taxes/:taxId/archive': { act: (work, { params }) => archiveTax(work, params.taxId) },
    'GET /api/plans': { read: (db, { query }) => listPlans(db, query) },
    'POST /api/plans': { act: (work, { body }) => addPlan(work, body) },
    'GET /api/plans/:planId': { read: (db, { params }) => getPlan(db, params.planId) },
    'PUT /api/plans/:planId': { act: (work, { params, body }) => changePlan(work, params.planId, body) },
    'GET /api/plans/:planId/routers': {
      live: ({ database: { db, clock }, actor }, { params }) =>
        getPlanOnRouters(db, params.planId, scopeOf(actor), clock.now()),
    },
    'POST /api/plans/:planId/redial': {
      live: async ({ database, actor }, { params, body: { when } }) => {
        const redial = await inTransaction(database, actor, (work) => redialPlan(work, params.planId, when));
        // One that waits or runs already takes this wish along.
        if (when === 'now') await runNow(redialJob);
        return redial;
      },
    },
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
