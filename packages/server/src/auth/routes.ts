import { auth, type SessionInfo } from '@lastmile/contract/auth.ts';
import { widePermissions } from '@lastmile/contract/permissions.ts';
import type { z } from 'zod';
import { type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Call, type Caller, type Http, isLocal, mount } from '#platform/http.ts';
import { getSettings } from '#settings/provider.ts';
import { findCaller, isSeenLongAgo, markSeen } from './sessions.ts';
import { changePassword, isOpenToNetwork, signIn, signOut } from './sign-in.ts';
import { findStaff } from './staff.ts';
import { getStaffScope, limitStaff, listOwnLocations } from './staff-scope.ts';

export type Installation = { version: string; isDemo: boolean };

/** The caller behind a token, for every route. */
export function identifier(database: Database): Http['identify'] {
  return async (token) => {
    const now = database.clock.now();
    const caller = await findCaller(database.db, token, now);
    if (caller && isSeenLongAgo(caller.seenAt, now))
      await inTransaction(database, caller.actor, (work) => markSeen(work, caller.sessionHash));
    return caller;
  };
}

/** Keeps the network out until the password that everybody knows is gone. */
export function guardFreshInstallation(http: Http): void {
  let isOpen = false;
  http.app.addHook('onRequest', async (request) => {
    if (isOpen) return;
    isOpen = await isOpenToNetwork(http.database);
    if (!isOpen && !isLocal(request)) throw new DomainError('initial_password_local_only');
  });
}

export function authRoutes(http: Http, installation: Installation): void {
  mount(http, auth, {
    'POST /api/auth/signin': {
      live: async (call, { body }) => {
        const { token, expiresAt, staff } = await signIn(call.database, {
          ...body,
          address: call.address,
          agent: call.agent,
          isLocal: call.isLocal,
        });
        if (body.kind === 'cookie') call.setSessionCookie(token, expiresAt);
        const caller = await findCaller(call.database.db, token, call.database.clock.now());
        if (!caller) throw new DomainError('signed_out', { staffId: staff.id });
        const session = await getSessionInfo(call.database, caller, installation);
        return { session, expiresAt, token: body.kind === 'token' ? token : null };
      },
    },
    'GET /api/auth/session': { live: (call) => getSessionInfo(call.database, call.caller, installation) },
    'POST /api/auth/signout': {
      live: async (call) => {
        const { sessionHash, actor } = callerOf(call);
        await inTransaction(call.database, actor, (work) => signOut(work, sessionHash));
        call.setSessionCookie(null);
        return undefined;
      },
    },
    'PUT /api/admin/password': {
      live: async (call, { body }) => {
        const caller = callerOf(call);
        await changePassword(call.database, caller.actor, {
          ...body,
          staffId: caller.actor.id ?? '',
          sessionHash: caller.sessionHash,
          address: call.address,
        });
        return getSessionInfo(call.database, { ...caller, isPasswordChangeRequired: false }, installation);
      },
    },
    'GET /api/staff/:staffId/scope': { read: (db, { params }) => getStaffScope(db, params.staffId) },
    'PUT /api/staff/:staffId/scope': {
      act: async (work, { params, body }) => {
        await limitStaff(work, params.staffId, body.limitedTo);
        return getStaffScope(work.db, params.staffId);
      },
    },
  });
}

function callerOf(call: Call): Caller {
  if (!call.caller) throw new DomainError('signed_out');
  return call.caller;
}

async function getSessionInfo(
  database: Database,
  caller: Caller | undefined,
  installation: Installation,
): Promise<z.output<typeof SessionInfo>> {
  const { providerName, currency, timeZone, country, hasLogo } = await getSettings(database.db);
  const staff = caller ? await findStaff(database.db, caller.actor.id ?? '') : undefined;
  return {
    staff:
      caller && staff
        ? {
            id: staff.id,
            username: staff.username,
            role: staff.role,
            // What a page may offer: what needs everywhere is not offered to who is limited.
            permissions: [...caller.permissions].filter(
              (permission) => scopeOf(caller.actor) === 'everywhere' || !widePermissions.includes(permission),
            ),
            limitedTo: await listOwnLocations(database.db, staff.id),
          }
        : null,
    passwordChangeRequired: caller?.isPasswordChangeRequired ?? false,
    provider: { name: providerName, currency, timeZone, country, hasLogo },
    ...installation,
  };
}
