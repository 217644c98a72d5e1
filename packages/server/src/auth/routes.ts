import { auth, type SessionInfo } from '@lastmile/contract/auth.ts';
import { permissions, widePermissions } from '@lastmile/contract/permissions.ts';
import { staff } from '@lastmile/contract/staff.ts';
import type { z } from 'zod';
import { type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Call, type Caller, type Http, isLocal, mount } from '#platform/http.ts';
import { hashPassword, type Sealer } from '#platform/secrets.ts';
import { getSettings } from '#settings/provider.ts';
import { addApiKey, findKeyCaller, isApiKey, listApiKeys, markKeyUsed, revokeApiKey } from './api-keys.ts';
import { hashNothing, refuseGuessable } from './passwords.ts';
import {
  acceptInvitation,
  changeRoleRule,
  changeStaff,
  findInvited,
  getStaffMember,
  hireStaff,
  listRoles,
  listSignInFailures,
  listStaff,
  resetPassword,
  signOutEverywhere,
} from './people.ts';
import { hasPin, setPin } from './pins.ts';
import { register } from './registration.ts';
import { acceptSecondFactor, offerSecondFactor, removeSecondFactor, renewRecoveryCodes } from './second-factor.ts';
import { findCaller, isSeenLongAgo, listSessions, markSeen, revokeSession } from './sessions.ts';
import { changePassword, confirmIdentity, isOpenToNetwork, signIn, signOut } from './sign-in.ts';
import { findStaff, lockStaff } from './staff.ts';
import { getStaffScope, limitStaff, listOwnLocations } from './staff-scope.ts';

export type Installation = { version: string; isDemo: boolean };

/** The caller behind a token, for every route. */
export function identifier(database: Database): Http['identify'] {
  return async (token, address) => {
    const now = database.clock.now();
    if (isApiKey(token)) {
      const key = await findKeyCaller(database.db, token, now);
      if (key && (!key.seenAt || isSeenLongAgo(key.seenAt, now)))
        await inTransaction(database, { ...key.actor, address }, (work) => markKeyUsed(work, key.keyId));
      return key;
    }
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

export function authRoutes(http: Http, installation: Installation, sealer: Sealer): void {
  staffRoutes(http);
  mount(http, auth, {
    'POST /api/auth/signin': {
      live: async (call, { body }) => {
        const { token, expiresAt, staff } = await signIn(call.database, sealer, {
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
    'POST /api/auth/register': { live: ({ database, ...registrar }, { body }) => register(database, registrar, body) },
    'POST /api/auth/invitation': {
      live: async ({ database, actor }, { body }) => {
        const invited = await findInvited(database.db, body.token, database.clock.now());
        await refuseGuessable(database.db, 'password', body.password, [invited.username, invited.fullName]);
        const passwordHash = await hashPassword(body.password);
        const himself = { ...actor, kind: 'staff', id: invited.id, name: invited.username } as const;
        await inTransaction(database, himself, (work) => acceptInvitation(work, body.token, passwordHash));
        return { username: invited.username };
      },
    },
    'POST /api/auth/confirmation': {
      live: async (call, { body }) => {
        const { sessionHash } = callerOf(call);
        const attempt = { ...body, staffId: call.actor.id ?? '', sessionHash, address: call.address };
        await confirmIdentity(call.database, sealer, call.actor, attempt);
        return undefined;
      },
    },
    'GET /api/auth/sessions': {
      live: async (call) => {
        const { sessionHash } = callerOf(call);
        const { db, clock } = call.database;
        return { items: await listSessions(db, call.actor.id ?? '', clock.now(), sessionHash) };
      },
    },
    'DELETE /api/auth/sessions/:ownSessionId': {
      act: async (work, { params }) => {
        await revokeSession(work, work.actor.id ?? '', params.ownSessionId);
        return undefined;
      },
    },
    'POST /api/auth/second-factor/offer': {
      live: ({ database, actor }) =>
        offerSecondFactor(database.db, sealer, { id: actor.id ?? '', username: actor.name }, database.clock.now()),
    },
    'POST /api/auth/second-factor': {
      act: async (work, { body }) => ({
        recoveryCodes: await acceptSecondFactor(work, sealer, work.actor.id ?? '', body),
      }),
    },
    'DELETE /api/auth/second-factor': {
      act: async (work) => {
        await removeSecondFactor(work, work.actor.id ?? '');
        return undefined;
      },
    },
    'POST /api/auth/recovery-codes': {
      act: async (work) => {
        const staff = await lockStaff(work, work.actor.id ?? '');
        if (!staff?.totpSealed) throw new DomainError('second_factor_off_already');
        return { recoveryCodes: await renewRecoveryCodes(work, staff.id) };
      },
    },
    'PUT /api/auth/pin': {
      live: async ({ database, actor }, { body }) => {
        await refuseGuessable(database.db, 'pin', body.pin, []);
        const pinHash = await hashPassword(body.pin);
        await inTransaction(database, actor, (work) => setPin(work, actor.id ?? '', pinHash));
        return undefined;
      },
    },
    'DELETE /api/auth/pin': {
      act: async (work) => {
        await setPin(work, work.actor.id ?? '', null);
        return undefined;
      },
    },
    'GET /api/auth/keys': {
      live: async ({ database, actor }) => ({ items: await listApiKeys(database.db, actor.id ?? '') }),
    },
    'POST /api/auth/keys': {
      live: async (call, { body }) => {
        const { permissions } = callerOf(call);
        return inTransaction(call.database, call.actor, (work) =>
          addApiKey(work, call.actor.id ?? '', permissions, body),
        );
      },
    },
    'DELETE /api/auth/keys/:ownKeyId': {
      act: async (work, { params }) => {
        await revokeApiKey(work, work.actor.id ?? '', params.ownKeyId);
        return undefined;
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

function staffRoutes(http: Http): void {
  const done = async (act: Promise<unknown>) => {
    await act;
    return undefined;
  };
  mount(http, staff, {
    'GET /api/staff': { read: (db, { query }) => listStaff(db, query) },
    'POST /api/staff': {
      live: async ({ database, actor }, { body: { password, ...person } }) => {
        const passwordHash = await hashFirst(database, password, [person.username, person.fullName]);
        const isInvited = password === null;
        return inTransaction(database, actor, async (work) => {
          const { id, invitation } = await hireStaff(work, {
            ...person,
            passwordHash,
            isInvited,
            isPasswordInitial: false,
            isPasswordForced: true,
          });
          return { staff: await getStaffMember(work.db, id), invitation };
        });
      },
    },
    'GET /api/staff/:staffId': {
      live: async ({ database: { db, clock } }, { params: { staffId } }) => ({
        ...(await getStaffMember(db, staffId)),
        sessions: await listSessions(db, staffId, clock.now()),
        keys: await listApiKeys(db, staffId),
      }),
    },
    'PUT /api/staff/:staffId': {
      act: async (work, { params, body: { reason, ...change } }) => {
        await changeStaff(work, params.staffId, { ...change, reason: reason ?? undefined });
        return getStaffMember(work.db, params.staffId);
      },
    },
    'POST /api/staff/:staffId/password': {
      live: async ({ database, actor }, { params, body: { password } }) => {
        const { username, fullName } = await getStaffMember(database.db, params.staffId);
        const passwordHash = await hashFirst(database, password, [username, fullName]);
        return inTransaction(database, actor, async (work) => ({
          invitation: await resetPassword(work, params.staffId, passwordHash, password === null),
        }));
      },
    },
    'DELETE /api/staff/:staffId/sessions': { act: (work, { params }) => done(signOutEverywhere(work, params.staffId)) },
    'DELETE /api/staff/:staffId/second-factor': {
      act: (work, { params }) => done(removeSecondFactor(work, params.staffId)),
    },
    'DELETE /api/staff/:staffId/keys/:keyId': {
      act: (work, { params }) => done(revokeApiKey(work, params.staffId, params.keyId)),
    },
    'GET /api/roles': { read: async (db) => ({ items: await listRoles(db), permissions: [...permissions] }) },
    'PUT /api/roles': {
      act: (work, { body }) => done(changeRoleRule(work, body.role, body.requiresSecondFactor)),
    },
    'GET /api/sign-in-failures': { read: (db, { query }) => listSignInFailures(db, query) },
  });
}

/** Hashed before any row is locked, for it is slow. */
async function hashFirst(database: Database, password: string | null, names: string[]): Promise<string> {
  if (password === null) return hashNothing();
  await refuseGuessable(database.db, 'password', password, names);
  return hashPassword(password);
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
  const { providerName, currency, timeZone, country, hasLogo, accent } = await getSettings(database.db);
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
    secondFactorRequired: caller?.isSecondFactorRequired ?? false,
    hasSecondFactor: staff?.totpSince != null,
    hasPin: staff !== undefined && (await hasPin(database.db, staff.id)),
    provider: { name: providerName, currency, timeZone, country, hasLogo, accent },
    ...installation,
  };
}
