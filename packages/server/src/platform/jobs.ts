// Schedules by pg-boss: on time, once in all server processes together, and tried again when they fail.
import { PgBoss } from 'pg-boss';
import type { Log } from './log.ts';

/** When something runs: five fields of cron, and by which clock. */
export type Timing = { cron: string; timeZone: string };

export type Schedule = {
  name: string;
  run: () => Promise<void>;
} & (Timing | { /** By settings, asked for again when they change. */ timing: () => Promise<Timing> });

export type Jobs = {
  schedule(schedule: Schedule): Promise<void>;
  /** Settings have changed: what is timed by them is timed anew. */
  retime(): Promise<void>;
  stop(): Promise<void>;
};

/** Runs a schedule now, in whichever process is free; false when it waits or runs already. */
export type RunNow = (name: string) => Promise<boolean>;

/** Who keeps the books of the runs. */
export type JobKeeper = {
  know(schedule: Timing & { name: string }): Promise<void>;
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
  const bySettings = new Map<string, () => Promise<Timing>>();
  const setTiming = async (name: string, { cron, timeZone }: Timing) => {
    await keeper.know({ name, cron, timeZone });
    await boss.schedule(name, cron, {}, { tz: timeZone });
  };
  return {
    async schedule({ name, run, ...when }) {
      await boss.createQueue(name, {
        policy: 'exclusive',
        retryLimit: 3,
        retryBackoff: true,
        retryDelay: 10,
        expireInSeconds: 600,
      });
      await boss.work(name, { pollingIntervalSeconds: 5 }, () => runKept(keeper, name, run));
      if ('timing' in when) bySettings.set(name, when.timing);
      await setTiming(name, 'timing' in when ? await when.timing() : when);
    },
    async retime() {
      for (const [name, timing] of bySettings) await setTiming(name, await timing());
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
