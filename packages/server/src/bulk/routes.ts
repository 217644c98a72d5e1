import { bulk } from '@lastmile/contract/bulk.ts';
import { customerImports } from '@lastmile/contract/customer-imports.ts';
import { inTransaction, scopeOf, type Work } from '#platform/db.ts';
import { type Call, type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import {
  addBulkJob,
  getBulkJob,
  type JobView,
  liftBulkJob,
  listBulkItems,
  listBulkJobs,
  type Mayer,
  retryBulkJob,
  stopBulkJob,
} from './bulk-jobs.ts';
import { checkCustomerImport, confirmCustomerImport, getCustomerImport, readCustomerFile } from './customer-imports.ts';
import { previewSelection } from './selection.ts';

export function bulkRoutes(http: Http, sealer: Sealer): void {
  const now = () => http.database.clock.now();
  mount(http, bulk, {
    'POST /api/bulk/preview': {
      live: ({ database, actor }, { body }) => previewSelection(database.db, body.kind, body, now(), scopeOf(actor)),
    },
    'POST /api/bulk/blocks': { act: (work, { body }) => addBulkJob(work, body) },
    'POST /api/bulk/changes': { act: (work, { body }) => addBulkJob(work, body) },
    'POST /api/bulk/disconnects': { act: (work, { body }) => addBulkJob(work, { ...body, kind: 'disconnect' }) },
    'GET /api/bulk/jobs': { read: (db, { query }, scope) => listBulkJobs(db, query, scope) },
    'GET /api/bulk/jobs/:bulkJobId': { read: (db, { params }, scope) => getBulkJob(db, params.bulkJobId, scope) },
    'GET /api/bulk/jobs/:bulkJobId/items': {
      read: (db, { params, query }, scope) => listBulkItems(db, params.bulkJobId, query, scope),
    },
    'POST /api/bulk/jobs/:bulkJobId/stop': { live: asAllowed(stopBulkJob) },
    'POST /api/bulk/jobs/:bulkJobId/retry': { live: asAllowed(retryBulkJob) },
    'POST /api/bulk/jobs/:bulkJobId/lift': { live: asAllowed(liftBulkJob) },
  });
  mount(http, customerImports, {
    'POST /api/customer-imports': { act: (work, { body }) => readCustomerFile(work, sealer, body) },
    'GET /api/customer-imports/:importId': {
      read: (db, { params }, scope) => getCustomerImport(db, sealer, params.importId, scope),
    },
    'PUT /api/customer-imports/:importId': {
      act: (work, { params, body }) => checkCustomerImport(work, sealer, params.importId, body),
    },
    'POST /api/customer-imports/:importId/confirm': {
      act: (work, { params, body }) => confirmCustomerImport(work, sealer, params.importId, body.confirmedCount),
    },
  });
}

type JobAct = (work: Work, jobId: string, may: Mayer) => Promise<JobView>;

/** The permission is that of the job's kind, which only the row tells. */
function asAllowed(act: JobAct) {
  return ({ database, actor, caller }: Call, { params }: { params: { bulkJobId: string } }) =>
    inTransaction(database, actor, (work) =>
      act(work, params.bulkJobId, (permission) => caller?.permissions.has(permission) ?? false),
    );
}
