import { emergency } from '@lastmile/contract/emergency.ts';
import { type Http, mount } from '#platform/http.ts';
import { endOverride, startOverride } from './break-glass.ts';
import { listOverrides, listStanding } from './overrides.ts';

export function emergencyRoutes(http: Http): void {
  mount(http, emergency, {
    'GET /api/emergency/standing': { read: async (db) => ({ items: await listStanding(db) }) },
    'GET /api/emergency/overrides': { read: (db, { query }) => listOverrides(db, query) },
    'POST /api/emergency/overrides': {
      live: ({ database, actor }, { body }) => startOverride(database, actor, body),
    },
    'POST /api/emergency/overrides/:overrideId/end': {
      act: (work, { params, body }) => endOverride(work, params.overrideId, body.note),
    },
  });
}
