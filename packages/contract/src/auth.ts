import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { permissions, roles } from './permissions.ts';
import { accents } from './settings.ts';
import { Currency, Id, Instant, text } from './shapes.ts';
import { ApiKey, NewPassword, StaffSession, Username } from './staff.ts';

export const Staff = z
  .object({
    id: Id,
    username: z.string(),
    role: z.enum(roles),
    permissions: z.array(z.enum(permissions)),
    /** The locations that this person is limited to; null: sees everything. */
    limitedTo: z.array(z.object({ id: Id, name: z.string() })).nullable(),
  })
  .meta({ id: 'Staff' });

/** Who is looking, and at what: all that a screen needs before it asks for anything else. */
export const SessionInfo = z
  .object({
    staff: Staff.nullable(),
    passwordChangeRequired: z.boolean(),
    /** The role asks for a second factor, and this person has none yet. */
    secondFactorRequired: z.boolean(),
    hasSecondFactor: z.boolean(),
    /** For signing at somebody else's counter. */
    hasPin: z.boolean(),
    provider: z.object({
      name: z.string(),
      currency: Currency,
      timeZone: z.string(),
      country: z.string(),
      hasLogo: z.boolean(),
      accent: z.enum(accents),
    }),
    isDemo: z.boolean(),
    version: z.string(),
  })
  .meta({ id: 'SessionInfo' });

/** To which locations a person is limited; null: to none, he sees everything. An empty list: he sees nothing of any place. */
export const StaffScope = z.object({ limitedTo: z.array(Id).max(1000).nullable() }).meta({ id: 'StaffScope' });

const Code = z.string().max(20, 'must be a code of six digits, or a recovery code');

/** More digits than are read over a shoulder at once. */
export const Pin = z.string().regex(/^\d{6,12}$/, 'must be 6 to 12 digits');

const Password = z.string().max(200, 'must have at most 200 characters');

export const auth = {
  'POST /api/auth/signin': {
    name: 'signIn',
    summary: 'Sign in. With kind "token" the reply holds a bearer token and no cookie is set.',
    permission: 'public',
    body: z.object({
      username: text(64, 1),
      password: Password.min(1, 'must not be empty'),
      kind: z.enum(['cookie', 'token']).default('cookie'),
      /** Of the authenticator app, or a recovery code; asked for with `second_factor_needed`. */
      code: Code.optional(),
    }),
    reply: z.object({ session: SessionInfo, token: z.string().nullable(), expiresAt: Instant }),
  },
  'GET /api/auth/session': {
    name: 'getSession',
    summary: 'Who is signed in, and the name, currency and time zone of the provider.',
    permission: 'public',
    reply: SessionInfo,
  },
  'POST /api/auth/signout': {
    name: 'signOut',
    summary: 'End this session.',
    permission: 'password_change',
  },
  'PUT /api/admin/password': {
    name: 'changePassword',
    summary: 'Change your own password. Other sessions of yours end.',
    permission: 'password_change',
    body: z
      .object({
        currentPassword: Password,
        newPassword: Password.min(8, 'must have at least 8 characters'),
        confirmPassword: Password.optional(),
      })
      .refine((body) => body.confirmPassword === undefined || body.confirmPassword === body.newPassword, {
        path: ['confirmPassword'],
        message: 'is not the same as the new password',
      }),
    reply: SessionInfo,
  },
  'POST /api/auth/register': {
    name: 'register',
    summary:
      'Choose the first administrator, on this machine and only while nobody did. Afterwards: add a member of staff.',
    permission: 'public',
    status: 201,
    body: z.object({ username: Username, password: NewPassword, fullName: text(120).default('') }),
    reply: z.object({ id: Id, username: z.string() }),
  },
  'POST /api/auth/invitation': {
    name: 'acceptInvitation',
    summary: 'Choose a password by the token of an invitation, which works once.',
    permission: 'public',
    body: z.object({ token: z.string().min(1).max(200), password: NewPassword }),
    reply: z.object({ username: z.string() }),
  },
  'POST /api/auth/confirmation': {
    name: 'confirmIdentity',
    summary: 'Give the password again, so that dangerous acts are open for a quarter of an hour.',
    permission: 'signed_in',
    body: z.object({ password: Password.min(1, 'must not be empty'), code: Code.optional() }),
  },
  'GET /api/auth/sessions': {
    name: 'listOwnSessions',
    summary: 'Where you are signed in.',
    permission: 'signed_in',
    reply: z.object({ items: z.array(StaffSession) }),
  },
  'DELETE /api/auth/sessions/:ownSessionId': {
    name: 'endOwnSession',
    summary: 'End one of your sessions.',
    permission: 'signed_in',
    params: z.object({ ownSessionId: Id }),
  },
  'POST /api/auth/second-factor/offer': {
    name: 'offerSecondFactor',
    summary: 'A secret for an authenticator app. It counts once a code shows that the app has it.',
    permission: 'password_change',
    isDangerous: true,
    reply: z.object({ secret: z.string(), address: z.string(), qrCode: z.string(), ticket: z.string() }),
  },
  'POST /api/auth/second-factor': {
    name: 'acceptSecondFactor',
    summary: 'Switch the second factor on; replies the recovery codes, once.',
    permission: 'password_change',
    isDangerous: true,
    body: z.object({ ticket: z.string().max(1000), code: Code }),
    reply: z.object({ recoveryCodes: z.array(z.string()) }),
  },
  'DELETE /api/auth/second-factor': {
    name: 'removeSecondFactor',
    summary: 'Switch your second factor off, where your role does not require one.',
    permission: 'signed_in',
    isDangerous: true,
  },
  'POST /api/auth/recovery-codes': {
    name: 'renewRecoveryCodes',
    summary: 'New recovery codes; the old ones are worth nothing from now on.',
    permission: 'signed_in',
    isDangerous: true,
    reply: z.object({ recoveryCodes: z.array(z.string()) }),
  },
  'PUT /api/auth/pin': {
    name: 'setOwnPin',
    summary: 'Set the PIN by which you sign at somebody else’s counter. It opens nothing.',
    permission: 'signed_in',
    isDangerous: true,
    body: z.object({ pin: Pin }),
  },
  'DELETE /api/auth/pin': {
    name: 'removeOwnPin',
    summary: 'Have no PIN any more.',
    permission: 'signed_in',
  },
  'GET /api/auth/keys': {
    name: 'listOwnApiKeys',
    summary: 'Your API keys.',
    permission: 'signed_in',
    reply: z.object({ items: z.array(ApiKey) }),
  },
  'POST /api/auth/keys': {
    name: 'addApiKey',
    summary: 'Make an API key that may do some of what you may. The key itself is replied once.',
    permission: 'signed_in',
    isDangerous: true,
    status: 201,
    body: z.object({
      name: text(80, 1),
      scopes: z.array(z.enum(permissions)).min(1, 'must name at least one permission').max(100),
      days: z.int().min(1).max(730).default(365),
    }),
    reply: z.object({ id: Id, key: z.string() }),
  },
  'DELETE /api/auth/keys/:ownKeyId': {
    name: 'revokeApiKey',
    summary: 'Revoke one of your API keys.',
    permission: 'signed_in',
    params: z.object({ ownKeyId: Id }),
  },
  'GET /api/staff/:staffId/scope': {
    name: 'getStaffScope',
    summary: 'To which locations a person is limited.',
    permission: 'staff:read',
    needsEverywhere: true,
    params: z.object({ staffId: Id }),
    reply: StaffScope,
  },
  'PUT /api/staff/:staffId/scope': {
    name: 'limitStaff',
    summary: 'Limit a person to locations, or lift that with null. It holds from his next request on.',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    params: z.object({ staffId: Id }),
    body: StaffScope,
    reply: StaffScope,
  },
} satisfies EndpointRecord;
