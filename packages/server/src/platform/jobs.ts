// Schedules by pg-boss: on time, once in all server processes together, and tried again when they fail.
import { PgBoss } from 'pg-boss';
import type { Log } from './log.ts';

export type Schedule = {
  name: string;
  /** Five fields of cron. */
  cron: string;
  timeZone: string;
  run: () => Promise<void>;
};

export type Jobs = {
  schedule(schedule: Schedule): Promise<void>;
  stop(): Promise<void>;
};

/** Runs a schedule now, in whichever process is free; false when it waits or runs already. */
export type RunNow = (name: string) => Promise<boolean>;

/** Who keeps the books of the runs. */
export type JobKeeper = {
  know(schedule: Omit<Schedule, 'run'>): Promise<void>;
  /** False: somebody paused it. */
  begin(name: string): Promise<boolean>;
  end(name: string, error?: unknown): Promise<void>;
};

/** `schedules: 'off'`: nothing runs by itself, for tests that hold between 11:59 and 12:01, too. */
export async function startJobs(
  databaseUrl: string,
  log: Log,
  keeper: JobKeeper,
  schedules: 'on' | 'off' = 'on',
): Promise<Jobs & { runNow: RunNow }> {
  const isScheduling = schedules === 'on';
  const connection = { connectionString: databaseUrl, max: 3, application_name: 'lastmile jobs' };
  const boss = new PgBoss({ ...connection, schedule: isScheduling });
  boss.on('error', (error) => log.error({ error }, 'the job queue has trouble'));
  await boss.start();
  return {
    async schedule({ name, cron, timeZone, run }) {
      await boss.createQueue(name, {
        policy: 'exclusive',
        retryLimit: 3,
        retryBackoff: true,
        retryDelay: 10,
        expireInSeconds: 600,
      });
      await keeper.know({ name, cron, timeZone });
      await boss.work(name, { pollingIntervalSeconds: 5 }, () => runKept(keeper, name, run));
      await boss.schedule(name, cron, {}, { tz: timeZone });
    },
    runNow: async (name) => (await boss.send(name)) !== null,
    async stop() {
      await boss.stop({ graceful: true, timeout: 5000 });
    },
  };
}

async function runKept(keeper: JobKeeper, name: string, run: () => Promise<void>): Promise<void> {
  if (!(await keeper.begin(name))) return;
  try {
    await run();
  } catch (error) {
    await keeper.end(name, error);
    throw error;
  }
  await keeper.end(name);
}
