import { driftAdoption } from '@lastmile/contract/drift.ts';
import { imports } from '@lastmile/contract/imports.ts';
import { type Http, mount } from '#platform/http.ts';
import type { Looking } from '#provisioning/preview.ts';
import { adoptDrift } from './adopt-drift.ts';
import { importRouter, reviewImport } from './router-import.ts';

export function importRoutes(http: Http, looking: Looking): void {
  mount(http, imports, {
    'GET /api/routers/:routerId/import': {
      live: (call, { params }) => reviewImport(looking, call.actor, params.routerId),
    },
    'POST /api/routers/:routerId/import': {
      live: (call, { params, body }) => importRouter(looking, call.actor, params.routerId, body),
    },
  });
  mount(http, driftAdoption, {
    'POST /api/drifts/:driftId/adopt': {
      live: (call, { params }) => adoptDrift(looking, call.actor, params.driftId),
    },
  });
}
