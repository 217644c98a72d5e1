import { reports } from '@lastmile/contract/reports.ts';
import { whyOffline } from '@lastmile/contract/why-offline.ts';
import { type Http, mount } from '#platform/http.ts';
import { getDashboard } from './dashboard.ts';
import { getWhyOffline } from './why-offline.ts';

export function reportRoutes(http: Http): void {
  mount(http, reports, {
    'GET /api/dashboard': { read: (db, _input, scope) => getDashboard(db, http.database.clock.now(), scope) },
  });
  mount(http, whyOffline, {
    'GET /api/customers/:customerId/why-offline': {
      read: (db, { params }, scope) => getWhyOffline(db, params.customerId, http.database.clock.now(), scope),
    },
  });
}
