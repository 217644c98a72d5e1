// The roof: builds every part, starts them in order and stops them in reverse. Nobody inside the server imports it.
import path from 'node:path';
import { openAnchorFile } from '#audit/anchor-file.ts';
import { auditRoutes, type Witness } from '#audit/routes.ts';
import { Sequencer } from '#audit/sequencer.ts';
import { loadSigningKey } from '#audit/signing-key.ts';
import { firstAdministrator, initialPassword, initialUsername } from '#auth/first-administrator.ts';
import { scheduleAuthJobs } from '#auth/jobs.ts';
import { authRoutes, guardFreshInstallation, identifier } from '#auth/routes.ts';
import { isOpenToNetwork } from '#auth/sign-in.ts';
import { listColleagueIds } from '#auth/staff-scope.ts';
import { scheduleBillingJobs } from '#billing/jobs.ts';
import { billingRoutes } from '#billing/routes.ts';
import { BulkRunner } from '#bulk/bulk-runner.ts';
import { bulkRoutes } from '#bulk/routes.ts';
import { compatRoutes } from '#compat/routes.ts';
import { customerRoutes } from '#customers/routes.ts';
import { scheduleEmergencyJobs } from '#emergency/jobs.ts';
import { emergencyRoutes } from '#emergency/routes.ts';
import { importRoutes } from '#imports/routes.ts';
import { scheduleLedgerJobs } from '#ledger/jobs.ts';
import { scheduleNotificationJobs } from '#notifications/jobs.ts';
import { notificationRoutes } from '#notifications/routes.ts';
import { planRoutes } from '#plans/routes.ts';
import { addSamplePlans, moveUnsoldSamples } from '#plans/sample-plans.ts';
import { type Announcements, hearAnnouncements } from '#platform/announcements.ts';
import type { BackupPlace } from '#platform/backups.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { healthRoutes } from '#platform/health-routes.ts';
import { createHttp, type Http } from '#platform/http.ts';
import { type RunNow, startJobs } from '#platform/jobs.ts';
import { openKeyRing } from '#platform/key-file.ts';
import { createLocks } from '#platform/locks.ts';
import { createLog, type Log, type LogDestination } from '#platform/log.ts';
import { migrate } from '#platform/migrate.ts';
import { serveDocumentation } from '#platform/openapi.ts';
import { whoWorks } from '#platform/program-role.ts';
import { startRealtime } from '#platform/realtime.ts';
import { createSealer, type Sealer } from '#platform/secrets.ts';
import { serveWebApp } from '#platform/web-app.ts';
import { scheduleProvisioningJobs } from '#provisioning/jobs.ts';
import { Reconciler } from '#provisioning/reconciler.ts';
import { provisioningRoutes } from '#provisioning/routes.ts';
import { idsInScope } from '#provisioning/scope.ts';
import { reportRoutes } from '#reports/routes.ts';
import { RouterConnections } from '#routers/connections.ts';
import { addFirstRouter } from '#routers/first-router.ts';
import { scheduleRouterJobs } from '#routers/jobs.ts';
import { getSettings } from '#settings/provider.ts';
import { settingsRoutes } from '#settings/routes.ts';
import { subscriberRoutes } from '#subscribers/routes.ts';
import { scheduleSystemJobs } from '#system/jobs.ts';
import { sealPlainTexts } from '#system/rotate-secrets.ts';
import { systemRoutes } from '#system/routes.ts';
import { createJobKeeper } from '#system/schedules.ts';
import { ringForTampering } from '#system/watch-log.ts';
import { scheduleUsageJobs } from '#usage/jobs.ts';
import { usageRoutes } from '#usage/routes.ts';
import { scheduleVoucherJobs } from '#vouchers/jobs.ts';
import { codesOnRouters } from '#vouchers/router-visits.ts';
import { voucherRoutes } from '#vouchers/routes.ts';
import { sealedColumns } from './command-line.ts';
import { type Config, version } from './config.ts';

export type Options = {
  /** Says so on every page, and keeps its cookie apart. */
  isDemo?: boolean;
  clock?: Clock;
  schedules?: 'on' | 'off';
  /** Where the log goes, instead of standard output. */
  logTo?: LogDestination;
  /** Runs when the database stands, before anybody can ask: the demo fills its books here. */
  prepare?: (database: Database, sealer: Sealer) => Promise<void>;
};

export type Lastmile = {
  url: string;
  /** The login to print, only where it is the one that every fresh installation has. */
  initialLogin: { username: string; password: string } | undefined;
  /** Resolves with the reason when something vital ended by itself; only stopping is left then. */
  ended: Promise<string>;
  stop(): Promise<void>;
};

type Part = { name: string; stop: () => Promise<void> };

const setup: Actor = { kind: 'system', id: null, name: 'setup' };
const stopDeadlineMs = 10_000;

export async function startLastmile(config: Config, options: Options = {}): Promise<Lastmile> {
  const log = createLog(config.logLevel, Boolean(process.stdout.isTTY), options.logTo);
  const parts: Part[] = [];
  const started = <T extends { stop(): Promise<void> }>(name: string, part: T): T => {
    parts.push({ name, stop: () => part.stop() });
    return part;
  };
  const stop = () => stopInReverse(parts, log);
  try {
    return await start(config, options, log, started, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  config: Config,
  options: Options,
  log: Log,
  started: <T extends { stop(): Promise<void> }>(name: string, part: T) => T,
  stop: () => Promise<void>,
): Promise<Lastmile> {
  const embedded = config.databaseUrl ? undefined : started('database', await startEmbeddedPostgres(config.dataDir));
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  const database = openDatabase(databaseUrl, options.clock ?? systemClock);
  started('pool', { stop: () => database.pool.end() });
  if (config.databaseUrl) await tryConnection(database).catch(sayThatItIsOf('DATABASE_URL'));
  await migrate(database.pool);
  await warnOfOwner(database, log);
  const sealer = createSealer(openKeyRing(config));
  const signing = await loadSigningKey(database, sealer);
  database.signingKey = signing.key;
  const timeZone = async () => (await getSettings(database.db)).timeZone;
  const witness = { signing, anchors: openAnchorFile(config.dataDir, signing.key), timeZone };
  await inTransaction(database, setup, await firstAdministrator(config.adminPassword));
  await inTransaction(database, setup, addSamplePlans);
  await options.prepare?.(database, sealer);
  await sealPlainTexts(database, sealer, sealedColumns);
  const { areLocalRoutersAllowed } = config;
  const connections = started('connections', new RouterConnections(sealer, { areLocalRoutersAllowed }));
  if (config.firstRouter) await addFirstRouter(database, sealer, connections, config.firstRouter);
  const announcements = started('announcements', await hearAnnouncements(databaseUrl, log));
  startSequencer({ database, log, announcements, witness }, started);
  const jobs = started('jobs', await startJobs(databaseUrl, log, createJobKeeper(database), options.schedules));
  await scheduleSystemJobs(jobs, database, {
    witness,
    sealPlain: () => sealPlainTexts(database, sealer, sealedColumns),
    backupPlace: backupPlaceOf(config),
  });
  await scheduleAuthJobs(jobs, database);
  await scheduleNotificationJobs(jobs, database, sealer);
  await scheduleRouterJobs(jobs, database);
  await scheduleLedgerJobs(jobs, database);
  await scheduleBillingJobs(jobs, database);
  await scheduleUsageJobs(jobs, database);
  await scheduleVoucherJobs(jobs, database, witness);
  await scheduleEmergencyJobs(jobs, database);
  await scheduleProvisioningJobs(jobs, database, connections);
  announcements.listen(({ topic }) => {
    if (topic !== 'settings') return;
    jobs.retime().catch((error: unknown) => log.error({ error }, 'the schedules could not be timed anew'));
  });
  const locks = started('locks', createLocks(databaseUrl, log));
  const reconciler = started(
    'reconciler',
    new Reconciler({ database, sealer, connections, locks, log, guests: [codesOnRouters(database)] }),
  );
  await reconciler.start(announcements);
  started('bulk acts', new BulkRunner({ database, sealer, connections, log })).start(announcements);
  const http = await createRoutes(config, options, database, log, {
    sealer,
    connections,
    reconciler,
    witness,
    runNow: jobs.runNow,
  });
  const url = await listen(config, http, announcements, started);
  const isFresh = !(await isOpenToNetwork(database));
  return {
    url,
    initialLogin: isFresh ? { username: initialUsername, password: initialPassword } : undefined,
    ended: endOf(embedded),
    stop,
  };
}

/** Not kept: a connection from before the migrations still is the owner's. */
async function tryConnection({ pool }: Database): Promise<void> {
  (await pool.connect()).release(true);
}

async function warnOfOwner({ pool }: Database, log: Log): Promise<void> {
  const { name, isOwner } = await whoWorks(pool);
  if (isOwner)
    log.warn(
      `working as ${name}, the owner of the tables, who may make no role: only triggers keep what is kept for ever. See the page Database`,
    );
}

/** None where the database is somebody's own PostgreSQL: then its backups are his, too. */
function backupPlaceOf({ databaseUrl, dataDir, backupsKept }: Config): BackupPlace | undefined {
  return databaseUrl === undefined ? { dataDir, kept: backupsKept } : undefined;
}

function endOf(embedded: EmbeddedPostgres | undefined): Promise<string> {
  if (!embedded) return new Promise(() => {});
  return embedded.exited.then(
    (code) => `the embedded database ended by itself (${code ?? 'killed'}): see postgres.log in the data folder`,
  );
}

type Chained = { database: Database; log: Log; announcements: Announcements; witness: Witness };

/** Chains the audit log while the program runs. */
function startSequencer(
  { database, log, announcements, witness }: Chained,
  started: <T extends { stop(): Promise<void> }>(name: string, part: T) => T,
): void {
  const sequencer = new Sequencer({
    database,
    log,
    anchors: witness.anchors,
    timeZone: witness.timeZone,
    onTampering: async (message) => {
      log.error(message);
      await ringForTampering(database, message);
    },
  });
  announcements.listen(({ topic }) => {
    if (topic === 'audit') sequencer.wake();
  });
  started('sequencer', sequencer).start();
}

export type Devices = {
  sealer: Sealer;
  connections: RouterConnections;
  reconciler: Reconciler;
  witness: Witness;
  runNow: RunNow;
};

/** Every route of the server, not yet listening. */
export async function createRoutes(
  config: Config,
  options: Options,
  database: Database,
  log: Log,
  devices: Devices,
): Promise<Http> {
  const isDemo = options.isDemo ?? false;
  const cookieName = isDemo ? 'lastmile_demo' : 'lastmile_session';
  const http = await createHttp({
    database,
    log,
    identify: identifier(database),
    cookieName,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    allowedOrigins: config.allowedOrigins,
  });
  guardFreshInstallation(http);
  healthRoutes(http);
  authRoutes(http, { version, isDemo }, devices.sealer);
  auditRoutes(http, devices.witness, { idsInScope, listColleagueIds });
  const installation = {
    version,
    isDatabaseEmbedded: config.databaseUrl === undefined,
    startedAt: new Date().toISOString(),
  };
  settingsRoutes(http, installation, { followCurrency: moveUnsoldSamples });
  systemRoutes(http, devices.runNow, backupPlaceOf(config));
  notificationRoutes(http, devices.sealer);
  provisioningRoutes(http, devices);
  planRoutes(http, devices.runNow);
  customerRoutes(http);
  billingRoutes(http, devices.sealer);
  usageRoutes(http);
  voucherRoutes(http, devices);
  subscriberRoutes(http, devices.sealer);
  bulkRoutes(http, devices.sealer);
  importRoutes(http, { ...devices, database });
  emergencyRoutes(http);
  reportRoutes(http);
  compatRoutes(http, devices);
  serveDocumentation(http, 'Lastmile', version);
  serveWebApp(http, path.join(import.meta.dirname, '../../web/dist'));
  return http;
}

async function listen(
  config: Config,
  http: Http,
  announcements: Announcements,
  started: (name: string, part: Part) => Part,
): Promise<string> {
  await http.app.ready();
  const realtime = startRealtime(http, announcements, {
    topics: ['account', 'customer', 'router', 'sessions'],
    idsInScope,
  });
  started('http', { name: 'http', stop: () => http.app.close().then(() => undefined) });
  started('realtime', { name: 'realtime', stop: () => realtime.stop() });
  const address = await http.app.listen({ host: config.host, port: config.port }).catch(sayThatItIsOf('HOST and PORT'));
  return config.publicUrl ?? address.replace('0.0.0.0', 'localhost').replace('[::]', 'localhost');
}

/** A wrong setting is named, not only what the operating system made of it. */
function sayThatItIsOf(setting: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${setting}: ${error instanceof Error ? error.message : error}. See .env.example.`, {
      cause: error,
    });
  };
}

/** In reverse, so that the database goes last; each part has its time, and none keeps the others from stopping. */
async function stopInReverse(parts: Part[], log: Log): Promise<void> {
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { name } = part;
    const deadline = new Promise<'late'>((resolve) => setTimeout(resolve, stopDeadlineMs, 'late').unref());
    const outcome = await Promise.race([part.stop(), deadline]).catch((error: unknown) =>
      log.error({ error }, `stopping ${name} failed`),
    );
    if (outcome === 'late') log.error(`stopping ${name} took more than ${stopDeadlineMs} ms`);
  }
}
