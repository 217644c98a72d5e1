// What accounts use, and what they may use in their period.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { usedUpActs } from './plans.ts';
import { Bytes, Day, Id, Instant, text } from './shapes.ts';

export const quotaStages = ['within', 'near', 'used_up'] as const;

export const AccountUsage = z
  .object({
    accountId: Id,
    planName: z.string().nullable(),
    /** The billing period of its subscription; without one the calendar month. */
    periodStartsOn: Day,
    /** The first day of the next one. */
    periodEndsOn: Day,
    /** Down and up together, of all devices. */
    usedBytes: Bytes,
    /** More than the line can carry in the time, so it is not counted. */
    doubtedBytes: Bytes,
    /** null: the plan has no cap. */
    quota: z
      .object({
        capBytes: Bytes,
        /** Given on top of the plan. */
        extraBytes: Bytes,
        /** As much as he likes till the period ends. */
        isFree: z.boolean(),
        whenUsedUp: z.enum(usedUpActs),
        stage: z.enum(quotaStages),
      })
      .nullable(),
    slowedSince: Instant.nullable(),
    cutSince: Instant.nullable(),
    grants: z.array(
      z.object({ id: Id, bytes: Bytes.nullable(), reason: z.string(), by: z.string(), givenAt: Instant }),
    ),
    /** The last 30 days, the latest first, without those on which nothing was used. */
    days: z.array(z.object({ day: Day, downBytes: Bytes, upBytes: Bytes, doubtedBytes: Bytes })),
  })
  .meta({ id: 'AccountUsage' });

// More is a slip of the finger, and a sum of them stays a number.
const mostGivenBytes = 1024n ** 5n;
const GivenBytes = Bytes.refine((bytes) => bytes > 0n, 'must be above zero').refine(
  (bytes) => bytes <= mostGivenBytes,
  'must be at most 1024 TB',
);

const accountId = z.object({ accountId: Id });

export const usage = {
  'GET /api/accounts/:accountId/usage': {
    name: 'getAccountUsage',
    summary: 'What an account used in its period and on the last 30 days, what its plan includes, and what follows.',
    permission: 'customer:read',
    params: accountId,
    reply: AccountUsage,
  },
  'POST /api/accounts/:accountId/data-grants': {
    name: 'giveData',
    summary:
      'Give an account more data for the period that runs; null: as much as it likes. Who was slowed down or cut for it is back at once.',
    permission: 'customer:write',
    params: accountId,
    body: z.object({ bytes: GivenBytes.nullable(), reason: text(300, 1) }).meta({ id: 'NewDataGrant' }),
    reply: AccountUsage,
    status: 201,
  },
} satisfies EndpointRecord;
