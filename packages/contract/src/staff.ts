import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { permissions, roles } from './permissions.ts';
import { Id, Instant, optionalText, PageQuery, page, Revision, SearchText, text } from './shapes.ts';

export const Username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must be 2 to 64 letters, digits or . _ @ -');

export const NewPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(200, 'must have at most 200 characters');

export const StaffMember = z
  .object({
    id: Id,
    username: z.string(),
    fullName: z.string(),
    role: z.enum(roles),
    isDisabled: z.boolean(),
    isInvited: z.boolean(),
    isLimited: z.boolean(),
    isPasswordChangeRequired: z.boolean(),
    hasSecondFactor: z.boolean(),
    isSecondFactorRequired: z.boolean(),
    lockedUntil: Instant.nullable(),
    shutOutUntil: Instant.nullable(),
    seenAt: Instant.nullable(),
    createdAt: Instant,
    revision: Revision,
  })
  .meta({ id: 'StaffMember' });

export const StaffSession = z
  .object({
    id: Id,
    kind: z.enum(['cookie', 'token']),
    address: z.string(),
    agent: z.string(),
    createdAt: Instant,
    seenAt: Instant,
    expiresAt: Instant,
    isCurrent: z.boolean(),
  })
  .meta({ id: 'StaffSession' });

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string(),
    scopes: z.array(z.enum(permissions)),
    createdAt: Instant,
    expiresAt: Instant,
    lastUsedAt: Instant.nullable(),
    lastAddress: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });

const RoleRule = z
  .object({
    role: z.enum(roles),
    permissions: z.array(z.enum(permissions)),
    requiresSecondFactor: z.boolean(),
    staffCount: z.int(),
  })
  .meta({ id: 'RoleRule' });

const staffId = z.object({ staffId: Id });
const reason = optionalText(300);
/** How a person comes to a password: one that somebody chose for him, or a link by which he chooses it himself. */
const password = NewPassword.nullable().default(null);
const invitation = z.string().nullable();

export const staff = {
  'GET /api/staff': {
    name: 'listStaff',
    summary: 'The people who sign in here, by username.',
    permission: 'staff:read',
    needsEverywhere: true,
    query: PageQuery.extend({ search: SearchText.optional(), status: z.enum(['active', 'disabled']).optional() }),
    reply: page(StaffMember),
  },
  'POST /api/staff': {
    name: 'addStaff',
    summary:
      'Add a person, with a first password that he must change, or with an invitation (its token is replied once).',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    status: 201,
    body: z.object({ username: Username, fullName: text(120).default(''), role: z.enum(roles), password }),
    reply: z.object({ staff: StaffMember, invitation }),
  },
  'GET /api/staff/:staffId': {
    name: 'getStaffMember',
    summary: 'One person, with his sessions and API keys.',
    permission: 'staff:read',
    needsEverywhere: true,
    params: staffId,
    reply: StaffMember.extend({ sessions: z.array(StaffSession), keys: z.array(ApiKey) }),
  },
  'PUT /api/staff/:staffId': {
    name: 'changeStaff',
    summary: 'Change the name or the role, deactivate or reactivate. A new role or a deactivation ends the sessions.',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    params: staffId,
    body: z
      .object({ fullName: text(120), role: z.enum(roles), isDisabled: z.boolean(), reason })
      .partial()
      .extend({ revision: Revision }),
    reply: StaffMember,
  },
  'POST /api/staff/:staffId/password': {
    name: 'resetPassword',
    summary: 'Give a person a password that he must change, or an invitation. Ends his sessions.',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    params: staffId,
    body: z.object({ password }),
    reply: z.object({ invitation }),
  },
  'DELETE /api/staff/:staffId/sessions': {
    name: 'signOutEverywhere',
    summary: 'End all sessions of a person.',
    permission: 'staff:write',
    needsEverywhere: true,
    params: staffId,
  },
  'DELETE /api/staff/:staffId/second-factor': {
    name: 'removeSecondFactorOf',
    summary: 'Take the second factor from a person who lost it.',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    params: staffId,
  },
  'DELETE /api/staff/:staffId/keys/:keyId': {
    name: 'revokeApiKeyOf',
    summary: 'Revoke an API key of a person.',
    permission: 'staff:write',
    needsEverywhere: true,
    params: z.object({ staffId: Id, keyId: Id }),
  },
  'GET /api/roles': {
    name: 'listRoles',
    summary: 'The roles, and what each may do.',
    permission: 'staff:read',
    needsEverywhere: true,
    reply: z.object({ items: z.array(RoleRule), permissions: z.array(z.enum(permissions)) }),
  },
  'PUT /api/roles': {
    name: 'changeRole',
    summary: 'Require a second factor of everybody who has a role, or no longer.',
    permission: 'staff:write',
    needsEverywhere: true,
    isDangerous: true,
    body: z.object({ role: z.enum(roles), requiresSecondFactor: z.boolean() }),
  },
  'GET /api/sign-in-failures': {
    name: 'listSignInFailures',
    summary: 'Wrong passwords and codes, newest first.',
    permission: 'staff:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(z.object({ id: z.string(), at: Instant, username: z.string(), address: z.string() })),
  },
} satisfies EndpointRecord;
