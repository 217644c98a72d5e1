import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { permissions, roles } from './permissions.ts';
import { Currency, Id, Instant, text } from './shapes.ts';

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
    provider: z.object({
      name: z.string(),
      currency: Currency,
      timeZone: z.string(),
      country: z.string(),
      hasLogo: z.boolean(),
    }),
    isDemo: z.boolean(),
    version: z.string(),
  })
  .meta({ id: 'SessionInfo' });

/** To which locations a person is limited; null: to none, he sees everything. An empty list: he sees nothing of any place. */
export const StaffScope = z.object({ limitedTo: z.array(Id).max(1000).nullable() }).meta({ id: 'StaffScope' });

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
    params: z.object({ staffId: Id }),
    body: StaffScope,
    reply: StaffScope,
  },
} satisfies EndpointRecord;
