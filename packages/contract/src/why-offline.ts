import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Block, PastSession, Pending } from './provisioning.ts';
import { routerModes, routerStates, Trouble } from './routers.ts';
import { Currency, Day, Id, Instant, Minor } from './shapes.ts';

export const offlineVerdicts = [
  'connected',
  'being_cut',
  'blocked_by_hand',
  'overdue',
  'data_used_up',
  'blocked_otherwise',
  'router_offline',
  'router_observed',
  'needs_person',
  'pending_change',
  'changed_on_router',
  'never_connected',
  'was_dropped',
  'device_silent',
] as const;

export const offlineFixes = [
  'activate',
  'take_payment',
  'retry',
  /** Have the account compared with its router and written where it differs. */
  'write_again',
  'open_router',
  'show_password',
  'open_subscription',
  'give_data',
] as const;

export const WhyOffline = z
  .object({
    /** What the customer owes. */
    balanceMinor: Minor,
    overdueMinor: Minor,
    currency: Currency,
    accounts: z.array(
      z.object({
        accountId: Id,
        accountName: z.string(),
        verdict: z.enum(offlineVerdicts),
        since: Instant.nullable(),
        /** What a person can do about it. */
        fix: z.enum(offlineFixes).nullable(),
        /** When something is tried by itself; null: nothing is. */
        nextAt: Instant.nullable(),
        /** The oldest invoice past its grace that is for this account, or for the customer as a whole. */
        cutFor: z.object({ invoiceId: Id, number: z.string().nullable(), dueOn: Day }).nullable(),
        /** The period for which he has service if he pays today: as it ran, or anew. null: nothing is charged for today. */
        whenPaid: z.object({ isAnew: z.boolean(), startsOn: Day, endsOn: Day }).nullable(),
        blocks: z.array(Block),
        /** Wanted and not seen on the router yet; null: the router is as wanted. */
        pending: Pending.nullable(),
        router: z.object({
          id: Id,
          label: z.string(),
          mode: z.enum(routerModes),
          state: z.enum(routerStates),
          stateSince: Instant.nullable(),
          trouble: Trouble.nullable(),
          locationName: z.string().nullable(),
        }),
        /** The latest first. */
        sessions: z.array(PastSession),
      }),
    ),
  })
  .meta({ id: 'WhyOffline' });

export const whyOffline = {
  'GET /api/customers/:customerId/why-offline': {
    name: 'getWhyOffline',
    summary:
      'Why a customer is offline, account by account: money, blocks, the router, the last sessions, what is next and what helps.',
    permission: 'customer:read',
    params: z.object({ customerId: Id }),
    reply: WhyOffline,
  },
} satisfies EndpointRecord;
