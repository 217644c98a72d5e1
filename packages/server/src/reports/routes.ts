import { reports } from '@lastmile/contract/reports.ts';
import { type Http, mount } from '#platform/http.ts';
import { getDashboard } from './dashboard.ts';

export function reportRoutes(http: Http): void {
  mount(http, reports, {
    'GET /api/dashboard': { read: (db, _input, scope) => getDashboard(db, http.database.clock.now(), scope) },
  });
}
