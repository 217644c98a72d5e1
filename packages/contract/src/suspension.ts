// Money and the network: who is cut for a debt and who is not, promises and exemptions, and the fuse of the overdue run.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Day, Id, Instant, Minor, optionalText, PageQuery, PositiveMinor, page, Revision, text } from './shapes.ts';

export const holdKinds = ['promise', 'exemption'] as const;
export const fuseReasons = ['too_many', 'clock_went_back', 'last_run_long_ago', 'payments_late'] as const;
/** Why a run suspended nobody: the fuse, or an emergency that pauses all suspension. */
export const stopReasons = [...fuseReasons, 'paused'] as const;
export const lateFeeKinds = ['flat', 'percent', 'daily_flat', 'daily_percent'] as const;

export const Hold = z
  .object({
    id: Id,
    customerId: Id,
    customerName: z.string(),
    kind: z.enum(holdKinds),
    /** The last day on which nobody is cut. */
    untilOn: Day,
    reason: z.string().nullable(),
    recordedBy: z.string(),
    recordedAt: Instant,
    endedBy: z.string().nullable(),
    endedAt: Instant.nullable(),
    isStanding: z.boolean(),
  })
  .meta({ id: 'Hold' });

export const FuseTrip = z
  .object({
    id: Id,
    at: Instant,
    reason: z.enum(fuseReasons),
    /** How many the run would have suspended. */
    plannedCount: z.int(),
    /** How many customers were on. */
    activeCount: z.int(),
    /** How many it may suspend without being asked. */
    limitCount: z.int(),
    lastRunAt: Instant.nullable(),
    liftedAt: Instant.nullable(),
    liftedBy: z.string().nullable(),
    liftNote: z.string().nullable(),
    allowedCount: z.int().nullable(),
  })
  .meta({ id: 'FuseTrip' });

const CustomerRef = z.object({ customerId: Id, customerName: z.string() });

export const OverdueRun = z
  .object({
    id: Id,
    at: Instant,
    by: z.string(),
    checkedCount: z.int(),
    suspendedCount: z.int(),
    restoredCount: z.int(),
    /** The first of those suspended. */
    suspended: z.array(CustomerRef),
    /** How many were to be suspended. */
    plannedCount: z.int().nullable(),
    /** Why the run stopped before it suspended anybody. */
    stoppedReason: z.enum(stopReasons).nullable(),
  })
  .meta({ id: 'OverdueRun' });

const lateFee = {
  lateFeeKind: z.enum(lateFeeKinds).nullable(),
  lateFeeMinor: PositiveMinor.nullable(),
  /** 150 is 1.5 %. */
  lateFeeBasisPoints: z.int().min(1).max(100_000).nullable(),
  lateFeeGraceDays: z.int().min(0).max(365),
  lateFeeMaxMinor: PositiveMinor.nullable(),
};

const policyFields = {
  toleranceMinor: Minor.refine((amount) => amount >= 0n, 'must not be below zero'),
  exemptionDays: z.int().min(1).max(90),
  fusePercent: z.int().min(1).max(100),
  fuseLeastCount: z.int().min(0).max(1_000_000),
  fuseStaleHours: z.int().min(2).max(720),
  fuseImportDays: z.int().min(1).max(60).nullable(),
  /** On which days before and after the due date a customer is reminded. */
  reminderDaysBefore: z.array(z.int().min(0).max(60)).max(5),
  reminderDaysAfter: z.array(z.int().min(1).max(90)).max(5),
  /** From this hour of the day on. */
  reminderHour: z.int().min(0).max(23),
  doesMailInvoices: z.boolean(),
  doesMailReceipts: z.boolean(),
  /** When the connection was cut for money, and when it is back. */
  doesMailCuts: z.boolean(),
  ...lateFee,
};

export const OverduePolicy = z.object({ ...policyFields, revision: Revision }).meta({ id: 'OverduePolicy' });

const Planned = CustomerRef.extend({
  /** The oldest invoice that does it; null for who comes back. */
  invoiceNumber: z.string().nullable(),
  dueOn: Day.nullable(),
  openMinor: Minor.nullable(),
});

export const forecastKinds = ['invoice', 'remind', 'suspend', 'restore'] as const;
/** An invoice that is open; a period that begins; a vacation that begins or is over; an end that was agreed; a debt that is gone. */
export const forecastReasons = ['due', 'period', 'vacation', 'ended', 'settled'] as const;

export const Forecast = z
  .object({
    /** The first is today: what the next run does. */
    days: z.array(
      z.object({
        day: Day,
        groups: z.array(
          z.object({
            kind: z.enum(forecastKinds),
            count: z.int(),
            /** The first of them. */
            items: z.array(
              CustomerRef.extend({
                reason: z.enum(forecastReasons),
                /** The invoice that is or was due, where it is that. */
                invoiceNumber: z.string().nullable(),
                dueOn: Day.nullable(),
                /** The plan that is charged and the first of its days, where a period is. */
                planName: z.string().nullable(),
                startsOn: Day.nullable(),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Forecast' });

export const suspension = {
  'GET /api/billing/forecast': {
    name: 'getForecast',
    summary:
      'Who will be invoiced, reminded, suspended and restored in the next days, and why, as the books stand now.',
    permission: 'invoice:read',
    needsEverywhere: true,
    query: z.object({ days: z.coerce.number().int().min(1).max(31).default(7) }),
    reply: Forecast,
  },
  'GET /api/billing/overdue-runs/latest': {
    name: 'getLatestOverdueRun',
    summary: 'The last run of the overdue check.',
    permission: 'invoice:read',
    needsEverywhere: true,
    reply: z.object({ run: OverdueRun.nullable() }),
  },
  'GET /api/billing/overdue-runs/preview': {
    name: 'previewOverdueRun',
    summary: 'A dry run: whom the overdue check would suspend and restore now, and whether the fuse would stop it.',
    permission: 'invoice:read',
    needsEverywhere: true,
    reply: z
      .object({
        suspendCount: z.int(),
        suspend: z.array(Planned),
        restoreCount: z.int(),
        restore: z.array(Planned),
        activeCount: z.int(),
        limitCount: z.int(),
        stoppedReason: z.enum(stopReasons).nullable(),
      })
      .meta({ id: 'OverduePreview' }),
  },
  'POST /api/billing/overdue-runs': {
    name: 'runOverdueCheck',
    summary:
      'Run the overdue check now: suspend who is overdue past the days of grace, restore who no longer is. The fuse may stop it.',
    permission: 'billing:run',
    needsEverywhere: true,
    reply: OverdueRun,
    status: 201,
  },
  'GET /api/billing/fuse': {
    name: 'getFuse',
    summary: 'Why suspensions wait for a person now, or that they do not.',
    permission: 'invoice:read',
    reply: z.object({ trip: FuseTrip.nullable() }),
  },
  'POST /api/billing/fuse/lift': {
    name: 'liftFuse',
    summary: 'Let the stopped suspensions go on, for as many customers as you have looked at.',
    permission: 'billing:run',
    needsEverywhere: true,
    body: z.object({ allowedCount: z.int().min(0).max(10_000_000), note: text(300, 1) }).meta({ id: 'FuseLift' }),
    reply: FuseTrip,
  },
  'GET /api/billing/overdue-policy': {
    name: 'getOverduePolicy',
    summary: 'Tolerance, fuse, late fee and how long an exemption by hand lasts.',
    permission: 'settings:read',
    reply: OverduePolicy,
  },
  'PUT /api/billing/overdue-policy': {
    name: 'changeOverduePolicy',
    summary: 'Change the overdue policy; what is left out stays.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object(policyFields).partial().extend({ revision: Revision }),
    reply: OverduePolicy,
  },
  'GET /api/billing/holds': {
    name: 'listHolds',
    summary: 'Promises to pay and exemptions, newest first.',
    permission: 'invoice:read',
    query: PageQuery.extend({ customerId: Id.optional(), standing: z.enum(['yes', 'no']).optional() }),
    reply: page(Hold),
  },
  'POST /api/billing/promises': {
    name: 'recordPromise',
    summary: 'Record a promise to pay: the customer is not suspended up to and with that day, and comes back at once.',
    permission: 'payment:record',
    body: z.object({ customerId: Id, untilOn: Day, reason: optionalText(300) }).meta({ id: 'NewPromise' }),
    reply: Hold,
    status: 201,
  },
  'POST /api/billing/exemptions': {
    name: 'addExemption',
    summary: 'Never suspend this customer for a debt up to and with a day, for a stated reason.',
    permission: 'customer:block',
    body: z.object({ customerId: Id, untilOn: Day, reason: text(300, 1) }).meta({ id: 'NewExemption' }),
    reply: Hold,
    status: 201,
  },
  'DELETE /api/billing/holds/:holdId': {
    name: 'endHold',
    summary: 'End a promise or an exemption before its day. The next run suspends who is past grace.',
    permission: 'customer:block',
    params: z.object({ holdId: Id }),
    reply: Hold,
  },
} satisfies EndpointRecord;
