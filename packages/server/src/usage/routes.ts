import { usage } from '@lastmile/contract/usage.ts';
import { type Http, mount } from '#platform/http.ts';
import { getAccountUsage, giveData } from './grants.ts';

export function usageRoutes(http: Http): void {
  const now = () => http.database.clock.now();
  mount(http, usage, {
    'GET /api/accounts/:accountId/usage': {
      read: (db, { params }, scope) => getAccountUsage(db, params.accountId, now(), scope),
    },
    'POST /api/accounts/:accountId/data-grants': {
      act: (work, { params, body }) => giveData(work, params.accountId, body),
    },
  });
}
