// A living provider in a box: the real program with its own data folder, and simulated routers on loopback sockets.
import path from 'node:path';
import { readConfig } from '@lastmile/server/config.ts';
import { type Lastmile, type Options, startLastmile } from '@lastmile/server/main.ts';
import { type Actor, type Database, inTransaction } from '@lastmile/server/platform/db.ts';
import type { Sealer } from '@lastmile/server/platform/secrets.ts';
import { rewriteAllCodes } from '@lastmile/server/vouchers/rewrite-codes.ts';
import { fillBank } from './bank.ts';
import { fillBooks } from './books.ts';
import { fillCafes, listLiveCodes } from './cafes.ts';
import { type DemoNetwork, siteLabels, startDemoNetwork } from './network.ts';

export const demoAdministrator = { username: 'admin', password: 'demo1234' };

const demo: Actor = { kind: 'system', id: null, name: 'demo' };

export type Demo = Lastmile & { login: typeof demoAdministrator };

/** Starts the demo. It never sees the real installation's database, key or passwords. */
export async function startDemo(environment: NodeJS.ProcessEnv, options: Pick<Options, 'logTo'> = {}): Promise<Demo> {
  const real = readConfig(environment);
  const config = {
    ...real,
    dataDir: path.join(real.dataDir, 'demo'),
    databaseUrl: undefined,
    secretKey: undefined,
    firstRouter: undefined,
    areLocalRoutersAllowed: true,
    adminPassword: demoAdministrator.password,
  };
  const network = await startDemoNetwork(real.demoRouterPort);
  try {
    const lastmile = await startLastmile(config, {
      ...options,
      isDemo: true,
      prepare: (database, sealer) => prepare(database, sealer, network),
    });
    network.live();
    return {
      ...lastmile,
      login: demoAdministrator,
      async stop() {
        await lastmile.stop();
        await network.stop();
      },
    };
  } catch (error) {
    await network.stop();
    throw error;
  }
}

async function prepare(database: Database, sealer: Sealer, network: DemoNetwork): Promise<void> {
  await fillBooks(database, sealer, network.ports, (text) => console.error(text));
  await fillBank(database);
  // The simulated routers begin empty each time.
  await inTransaction(database, demo, rewriteAllCodes);
  await fillCafes(database);
  await followPorts(database, network.ports);
  for (const { site, code } of await listLiveCodes(database)) network.visit(site, code);
  const accounts = await database.db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .select(['account.id', 'account.name', 'account.password_sealed as passwordSealed', 'router.label'])
    .where('account.removed_at', 'is', null)
    .limit(5000)
    .execute();
  for (const { id, name, passwordSealed, label } of accounts) {
    const site = siteLabels.indexOf(label);
    if (site >= 0) network.connect(site, { name, password: sealer.openOrPlain(passwordSealed, id) });
  }
}

/** The simulated routers may listen on other ports than last time. */
async function followPorts(database: Database, ports: readonly number[]): Promise<void> {
  for (const [index, port] of ports.entries()) {
    await database.pool.query(
      `update routers.routers set port = $1, connection_version = connection_version + 1, state = 'unknown' where label = $2 and port <> $1`,
      [port, siteLabels[index]],
    );
  }
}
