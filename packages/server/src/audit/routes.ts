import { audit } from '@lastmile/contract/audit.ts';
import { type Http, mount } from '#platform/http.ts';
import { listAuditEntries } from './entries.ts';

export function auditRoutes(http: Http): void {
  mount(http, audit, {
    'GET /api/audit': { read: (db, { query }) => listAuditEntries(db, query) },
  });
}
