import { drift } from '@lastmile/contract/drift.ts';
import { provisioning } from '@lastmile/contract/provisioning.ts';
import { routers } from '@lastmile/contract/routers.ts';
import { inTransaction, scopeOf } from '#platform/db.ts';
import { type Call, type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { recordTrouble } from '#routers/health.ts';
import { getHealthHistory } from '#routers/health-history.ts';
import { addLocation, changeLocation, removeLocation } from '#routers/locations.ts';
import type { Probe } from '#routers/probe.ts';
import { addRouter, changeRouter, getRouter, newRouterId } from '#routers/routers.ts';
import { retryAccount, revealPassword } from './accounts.ts';
import { changeBlockedAccess, getBlockedAccess } from './blocked-access.ts';
import { liftLimit } from './change-limit.ts';
import { disconnectSession, disconnectSessions } from './disconnect.ts';
import { ignoreDrift, listDrifts, revertDrift } from './drifts.ts';
import { getLocation, listLocations } from './location-overview.ts';
import { listPendingAccounts } from './pending.ts';
import { previewRouter, requirePreview } from './preview.ts';
import type { Reconciler } from './reconciler.ts';
import { getRouterOverview, listRouters, removeEmptyRouter } from './router-overview.ts';
import { getRouterState } from './router-state.ts';
import { SessionTraffic } from './session-traffic.ts';
import { syncRouter } from './sync.ts';

export type ProvisioningParts = { sealer: Sealer; connections: RouterConnections; reconciler: Reconciler };

export function provisioningRoutes(http: Http, { sealer, connections, reconciler }: ProvisioningParts): void {
  const { database } = http;
  const looking = { database, sealer, connections };
  mount(http, routers, {
    'GET /api/routers': { read: (db, { query }, scope) => listRouters(db, query, scope) },
    'POST /api/routers': {
      live: async (call, { body }) => {
        await connections.refuseHost(body.host);
        const probe = await connections.probe(body);
        // A router that has subscribers already is observed until somebody decides: nothing is ever written to it.
        const mode = body.mode ?? (probe.ok && probe.facts.secretCount > 0 ? 'observe' : 'manage');
        const id = newRouterId();
        await inTransaction(database, call.actor, async (work) => {
          await addRouter(work, sealer, id, { ...body, mode });
          if (!probe.ok) await recordTrouble(work, id, probe.trouble);
        });
        // Who waited in vain once need not wait for a second try.
        if (probe.ok) await reconciler.lookNow(id);
        return getRouterOverview(database.db, id, scopeOf(call.actor));
      },
    },
    'POST /api/routers/test': {
      live: async (call, { body }) => {
        await connections.refuseHost(body.host);
        const access = { ...body, password: body.password ?? (await storedPassword(call, sealer, body.routerId)) };
        return testReply(await connections.probe(access));
      },
    },
    'GET /api/routers/:routerId': { read: (db, { params }, scope) => getRouterOverview(db, params.routerId, scope) },
    'PUT /api/routers/:routerId': {
      live: async (call, { params: { routerId }, body: { previewToken, ...change } }) => {
        const scope = scopeOf(call.actor);
        const { mode, host } = await getRouter(database.db, routerId, scope);
        if (change.host !== undefined && change.host !== host) await connections.refuseHost(change.host);
        const isSwitched = change.mode === 'manage' && mode === 'observe';
        const heldCount = isSwitched ? await requirePreview(looking, call.actor, routerId, previewToken) : 0;
        await inTransaction(database, call.actor, async (work) => {
          await changeRouter(work, sealer, routerId, change);
          // Who switches has seen them.
          if (heldCount > 0) await liftLimit(work, routerId, heldCount);
        });
        return getRouterOverview(database.db, routerId, scope);
      },
    },
    'DELETE /api/routers/:routerId': {
      act: async (work, { params }) => {
        await removeEmptyRouter(work, params.routerId);
        return undefined;
      },
    },
    'POST /api/routers/:routerId/test': {
      live: async (call, { params }) => {
        const router = await getRouter(database.db, params.routerId, scopeOf(call.actor));
        const probe = await connections.probeKnown(router);
        // What was refused is not tried again by itself: now somebody has seen that it works.
        if (probe.ok && router.state !== 'online') await reconciler.lookNow(router.id);
        return testReply(probe);
      },
    },
    'GET /api/routers/:routerId/health': {
      read: (db, { params, query }, scope) =>
        getHealthHistory(db, params.routerId, query.window, database.clock.now(), scope),
    },
    'POST /api/routers/:routerId/sync': {
      live: (call, { params }) => syncRouter(database, reconciler, call.actor, params.routerId),
    },
    'GET /api/locations': { read: (db, { query }, scope) => listLocations(db, query, scope) },
    'POST /api/locations': {
      act: async (work, { body }) => getLocation(work.db, await addLocation(work, body), scopeOf(work.actor)),
    },
    'GET /api/locations/:locationId': { read: (db, { params }, scope) => getLocation(db, params.locationId, scope) },
    'PUT /api/locations/:locationId': {
      act: async (work, { params, body }) => {
        await changeLocation(work, params.locationId, body);
        return getLocation(work.db, params.locationId, scopeOf(work.actor));
      },
    },
    'DELETE /api/locations/:locationId': {
      act: async (work, { params }) => {
        await removeLocation(work, params.locationId);
        return undefined;
      },
    },
  });

  mount(http, drift, {
    'GET /api/routers/:routerId/preview': {
      live: (call, { params }) => previewRouter(looking, call.actor, params.routerId),
    },
    'POST /api/routers/:routerId/limit-lifts': {
      act: async (work, { params, body }) => {
        await liftLimit(work, params.routerId, body.allowedCount);
        return getRouterOverview(work.db, params.routerId, scopeOf(work.actor));
      },
    },
    'GET /api/drifts': { read: (db, { query }, scope) => listDrifts(db, query, scope) },
    'POST /api/drifts/:driftId/revert': { act: (work, { params }) => revertDrift(work, params.driftId) },
    'POST /api/drifts/:driftId/ignore': {
      act: (work, { params, body }) => ignoreDrift(work, params.driftId, body.until),
    },
  });
  const traffic = new SessionTraffic(database, connections);
  mount(http, provisioning, {
    'GET /api/settings/blocked-access': { read: (db) => getBlockedAccess(db) },
    'PUT /api/settings/blocked-access': { act: (work, { body }) => changeBlockedAccess(work, body) },
    'DELETE /api/sessions/:sessionId': {
      live: async (call, { params }) => {
        await disconnectSession(database, connections, call.actor, params.sessionId);
        return undefined;
      },
    },
    'POST /api/sessions/traffic': {
      live: async (call, { body }) => ({ items: await traffic.read(body.sessionIds, scopeOf(call.actor)) }),
    },
    'POST /api/sessions/disconnect': {
      live: async (call, { body }) => ({
        items: await disconnectSessions(database, connections, call.actor, body.sessionIds),
      }),
    },
    'GET /api/pending': { read: (db, { query }, scope) => listPendingAccounts(db, query, scope) },
    'GET /api/accounts/:accountId/router-state': {
      live: (call, { params }) => getRouterState(looking, call.actor, params.accountId),
    },
    'POST /api/accounts/:accountId/reveal': {
      act: async (work, { params }) => ({ password: await revealPassword(work, sealer, params.accountId) }),
    },
    'POST /api/accounts/:accountId/retry': {
      live: async (call, { params }) => {
        const routerId = await inTransaction(database, call.actor, (work) => retryAccount(work, params.accountId));
        await reconciler.lookNow(routerId);
        return undefined;
      },
    },
  });
}

async function storedPassword(call: Call, sealer: Sealer, routerId: string | undefined): Promise<string> {
  if (!routerId) return '';
  const router = await getRouter(call.database.db, routerId, scopeOf(call.actor));
  return sealer.openOrPlain(router.passwordSealed, router.id);
}

function testReply(probe: Probe) {
  if (!probe.ok)
    return {
      ok: false,
      latencyMs: null,
      facts: null,
      trouble: { code: probe.trouble.code, message: probe.trouble.message },
    };
  const { identity, model, rosVersion, secretCount } = probe.facts;
  return { ok: true, latencyMs: probe.latencyMs, trouble: null, facts: { identity, model, rosVersion, secretCount } };
}
