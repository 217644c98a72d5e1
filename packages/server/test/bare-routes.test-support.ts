// For tests only: every route of the server, and nothing that runs by itself or listens.
import os from 'node:os';
import { openAnchorFile } from '../src/audit/anchor-file.ts';
import { readConfig } from '../src/config.ts';
import { createRoutes } from '../src/main.ts';
import type { Database } from '../src/platform/db.ts';
import type { Http } from '../src/platform/http.ts';
import { createLocks } from '../src/platform/locks.ts';
import { createLog } from '../src/platform/log.ts';
import { createSealer, keyFromSecret } from '../src/platform/secrets.ts';
import { Reconciler } from '../src/provisioning/reconciler.ts';
import { RouterConnections } from '../src/routers/connections.ts';

export function createTestRoutes(database: Database): Promise<Http> {
  const log = createLog('silent', false);
  const sealer = createSealer(keyFromSecret('a secret for the tests'));
  const connections = new RouterConnections(sealer, { areLocalRoutersAllowed: true });
  const reconciler = new Reconciler({ database, sealer, connections, locks: createLocks('', log), log });
  return createRoutes(readConfig({}), {}, database, log, {
    sealer,
    connections,
    reconciler,
    runNow: async () => true,
    witness: {
      signing: undefined,
      anchors: openAnchorFile(os.tmpdir(), Buffer.alloc(32)),
      timeZone: async () => 'UTC',
    },
  });
}
