import { system } from '@lastmile/contract/system.ts';
import type { BackupPlace } from '#platform/backups.ts';
import { inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Http, mount } from '#platform/http.ts';
import type { RunNow } from '#platform/jobs.ts';
import { getDatabaseReport } from './database-report.ts';
import { listEvents, silenceAlarms } from './events.ts';
import { askForRun, listSystemJobs, pauseJob, resumeJob } from './schedules.ts';

export function systemRoutes(http: Http, runNow: RunNow, backupPlace: BackupPlace | undefined): void {
  const done = async (act: Promise<unknown>) => {
    await act;
    return undefined;
  };
  mount(http, system, {
    'GET /api/events': { read: (db, { query }) => listEvents(db, query) },
    'POST /api/events/silence': { act: (work, { body }) => done(silenceAlarms(work, body.upToId)) },
    'GET /api/jobs': {
      live: async ({ database: { db, clock } }) => ({ items: await listSystemJobs(db, clock.now()) }),
    },
    'POST /api/jobs/run': {
      live: async ({ database, actor }, { body }) => {
        await inTransaction(database, actor, (work) => askForRun(work, body.job));
        if (!(await runNow(body.job))) throw new DomainError('job_under_way', { job: body.job });
        return undefined;
      },
    },
    'POST /api/jobs/pause': { act: (work, { body }) => done(pauseJob(work, body.job, body.reason)) },
    'POST /api/jobs/resume': { act: (work, { body }) => done(resumeJob(work, body.job)) },
    'GET /api/database': { live: ({ database, actor }) => getDatabaseReport(database, actor, backupPlace) },
  });
}
