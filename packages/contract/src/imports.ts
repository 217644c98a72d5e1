// Taking over a router that was there before us. It is only read: nothing is written to it.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { serviceKinds } from './provisioning.ts';
import { Day, Id, Kbps, Minor, text } from './shapes.ts';

/** `known`: an account of ours already; `conflict`: carries a mark that is nobody's here; `unclear`: cannot be understood. */
export const importStates = ['new', 'known', 'conflict', 'unclear'] as const;

const service = z.enum(serviceKinds);

export const ImportReview = z
  .object({
    profiles: z.array(
      z.object({
        service,
        name: z.string(),
        /** As it stands on the router. */
        rateLimit: z.string(),
        accountCount: z.int(),
        /** A plan of ours that fits. */
        planId: Id.nullable(),
        /** Where none fits, what a new one would be. */
        proposal: z.object({ name: z.string(), downKbps: z.int(), upKbps: z.int() }).nullable(),
        isUnclear: z.boolean(),
      }),
    ),
    counts: z.object({ new: z.int(), known: z.int(), conflict: z.int(), unclear: z.int(), needsPassword: z.int() }),
    /** The first of each state. */
    accounts: z.array(
      z.object({
        service,
        name: z.string(),
        profile: z.string(),
        state: z.enum(importStates),
        customerName: z.string(),
        customerId: Id.nullable(),
        isDisabled: z.boolean(),
        needsPassword: z.boolean(),
      }),
    ),
    pools: z.array(z.object({ name: z.string(), ranges: z.string() })),
    /** Secrets of other services (l2tp, ovpn), which are left alone. */
    otherCount: z.int(),
    /** Codes of vouchers of ours, which are no accounts of customers. */
    voucherCount: z.int(),
    /** How many one import takes. */
    mostAtOnce: z.int(),
  })
  .meta({ id: 'ImportReview' });

const profileOfRouter = { service, name: z.string().max(200) };

export const imports = {
  'GET /api/routers/:routerId/import': {
    name: 'reviewImport',
    summary:
      'What is on a router and could be taken over: profiles with the plans they would become, accounts with their state.',
    permission: 'router:read',
    params: z.object({ routerId: Id }),
    reply: ImportReview,
  },
  'POST /api/routers/:routerId/import': {
    name: 'importRouter',
    summary:
      'Take over the new accounts of a router: each becomes a customer with an account. Nothing is written to the router. May be repeated: what is known is left out.',
    permission: 'router:write',
    params: z.object({ routerId: Id }),
    body: z
      .object({
        /** What each profile becomes; accounts of a profile that is left out are left out. */
        profiles: z
          .array(
            z.union([
              z.object({ ...profileOfRouter, planId: Id }),
              z.object({
                ...profileOfRouter,
                newPlan: z.object({
                  name: text(80, 1),
                  priceMinor: Minor.refine((price) => price >= 0n, 'must not be negative'),
                  downKbps: Kbps,
                  upKbps: Kbps,
                }),
              }),
            ]),
          )
          .min(1)
          .max(500),
        /**
         * The first day that they are charged for by their plans, from a month ago to a year ahead. null or left out: not charged
         * before somebody subscribes them.
         */
        chargedFrom: Day.nullable().default(null),
      })
      .meta({ id: 'RouterImport' }),
    reply: z.object({
      importedCount: z.int(),
      newPlanCount: z.int(),
      /** New ones that were left out: their profile was, or they are too many for one step. */
      leftCount: z.int(),
      withoutPasswordCount: z.int(),
    }),
    status: 201,
  },
} satisfies EndpointRecord;
