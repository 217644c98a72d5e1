import { z } from 'zod';
import { decimalsOfCurrency } from './currencies.ts';
import type { EndpointRecord } from './endpoint.ts';
import { MailAddress } from './notifications.ts';
import { Currency, Language, Revision, text } from './shapes.ts';

const TimeZone = z.string().max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

function isKnownCurrency(code: string): boolean {
  return decimalsOfCurrency(code) !== undefined;
}

const TimeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 03:00');

/** Colours of buttons and links; none is the colour of a state. */
export const accents = ['blue', 'teal', 'olive', 'plum', 'slate'] as const;
export type Accent = (typeof accents)[number];

const fields = {
  providerName: text(80, 1),
  currency: Currency.refine(isKnownCurrency, 'is not a currency of ISO 4217'),
  timeZone: TimeZone,
  /** ISO 3166-1 alpha-2. */
  country: z.string().regex(/^[A-Z]{2}$/, 'must be a country code of two letters, such as US'),
  /** Of letters and papers, for customers who chose none; and of what the owner is written. */
  language: Language,
  /** The colour of the pages. */
  accent: z.enum(accents),
  /** How often live figures are read from the routers. */
  liveIntervalSeconds: z.int().min(2).max(300),
  /** Days between the due date and the suspension. */
  graceDays: z.int().min(0).max(90),
  /** Alarms and the root of each day's log go here. */
  ownerEmail: MailAddress.nullable(),
  /** How long the event log is kept. */
  eventDays: z.int().min(7).max(3650),
  /** The time of day at which lines may be dropped for some seconds, by the provider's clock. */
  quietHour: TimeOfDay,
  /** How often all that is ours on a router is looked at, changed by us or by hand. Its health is asked as often, and at least every five minutes. */
  fullLookMinutes: z.int().min(1).max(60),
  /** What divides a day, so that the checks are at the same hours each day. */
  overdueCheckHours: z.int().refine((hours) => hours > 0 && 24 % hours === 0, 'must be 1, 2, 3, 4, 6, 8, 12 or 24'),
  /** When the vouchers and the cash of the day before are held against each other, by the provider's clock. */
  reconcileAt: TimeOfDay,
};

export const Settings = z.object({ ...fields, hasLogo: z.boolean(), revision: Revision }).meta({ id: 'Settings' });

export const settings = {
  'GET /api/settings': {
    name: 'getSettings',
    summary: 'The settings of the provider.',
    permission: 'settings:read',
    reply: Settings,
  },
  'PUT /api/settings': {
    name: 'changeSettings',
    summary: 'Change settings; what is left out stays.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object(fields).partial().extend({ revision: Revision }),
    reply: Settings,
  },
  'PUT /api/settings/logo': {
    name: 'changeLogo',
    summary: 'Set the logo: PNG, JPEG or WebP of at most 256 KiB, in base64.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object({ image: z.base64().max(350_000, 'must be at most 256 KiB') }),
    reply: Settings,
  },
  'DELETE /api/settings/logo': {
    name: 'removeLogo',
    summary: 'Remove the logo.',
    permission: 'settings:write',
    needsEverywhere: true,
    reply: Settings,
  },
  'GET /api/system': {
    name: 'getSystem',
    summary: 'Versions and sizes of this installation.',
    permission: 'settings:read',
    reply: z
      .object({
        version: z.string(),
        nodeVersion: z.string(),
        databaseVersion: z.string(),
        databaseBytes: z.string(),
        isDatabaseEmbedded: z.boolean(),
        startedAt: z.string(),
      })
      .meta({ id: 'System' }),
  },
} satisfies EndpointRecord;
