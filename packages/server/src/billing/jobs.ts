import type { Actor, Database } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Jobs } from '#platform/jobs.ts';
import { getSettings } from '#settings/provider.ts';
import { watchBooks } from './book-check.ts';
import { writeLetters } from './letters.ts';
import { runOverdueCheck } from './overdue-runs.ts';
import { watchPaidAndBlocked } from './paid-and-blocked.ts';
import { recognizeRevenue } from './recognition.ts';
import { runScheduledInvoicing } from './scheduled-invoicing.ts';

const invoicing: Actor = { kind: 'schedule', id: null, name: 'invoicing' };
const recognition: Actor = { kind: 'schedule', id: null, name: 'revenue recognition' };
const bookCheck: Actor = { kind: 'schedule', id: null, name: 'check of the books' };
const returnWatch: Actor = { kind: 'schedule', id: null, name: 'watch of who paid' };
const schedule: Actor = { kind: 'schedule', id: null, name: 'overdue check' };

export async function scheduleBillingJobs(jobs: Jobs, database: Database): Promise<void> {
  // Every hour, because the day changes at another one in each zone, and what was missed is caught up with. Before the overdue
  // check of the same hour: what comes first has its credit applied before anybody is cut.
  await jobs.schedule({
    name: 'billing.invoices',
    cron: '35 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await runScheduledInvoicing(database, invoicing);
    },
  });
  await jobs.schedule({
    name: 'billing.overdue-check',
    timing: async () => {
      const { overdueCheckHours, timeZone } = await getSettings(database.db);
      return { cron: `5 */${overdueCheckHours} * * *`, timeZone };
    },
    run: async () => {
      try {
        await runOverdueCheck(database, schedule);
      } catch (error) {
        // A person runs it just now: that is as good.
        if (!(error instanceof DomainError && error.code === 'billing_run_busy')) throw error;
      }
    },
  });
  await jobs.schedule({
    name: 'billing.paid-and-blocked',
    cron: '*/5 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await watchPaidAndBlocked(database, returnWatch);
    },
  });
  // The day changes at another hour in each zone; where it has not, nothing is done.
  await jobs.schedule({
    name: 'billing.recognition',
    cron: '50 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await recognizeRevenue(database, recognition);
    },
  });
  // All postings are read: once a night, in none of the hours in which the others begin.
  await jobs.schedule({
    name: 'billing.verify',
    cron: '20 2 * * *',
    timeZone: 'UTC',
    run: async () => {
      await watchBooks(database, bookCheck);
    },
  });
  await jobs.schedule({
    name: 'billing.letters',
    cron: '*/10 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await writeLetters(database);
    },
  });
}
