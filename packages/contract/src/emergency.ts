// Break-glass acts: for the hour in which the ordinary ways are too slow. Each wants the password again and a reason, is told to
// the owner, ends by itself, and is shown on every page while it stands.
import { z } from 'zod';
import { Cash } from './counter.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, PageQuery, page, text } from './shapes.ts';

export const overrideKinds = ['suspension_pause', 'restoration', 'shut_out', 'shift_takeover', 'observe_all'] as const;

const StandingOverride = z.object({
  id: Id,
  kind: z.enum(overrideKinds),
  startedAt: Instant,
  startedBy: z.string(),
  until: Instant,
});

export const Override = StandingOverride.extend({
  /** Whom or what it is about: a person, a shift. */
  subjectId: Id.nullable(),
  subject: z.string().nullable(),
  reason: z.string(),
  endedAt: Instant.nullable(),
  endedBy: z.string().nullable(),
  note: z.string().nullable(),
  /** How many customers, routers or sessions it reached. */
  reached: z.int().nullable(),
}).meta({ id: 'Override' });

const hours = (most: number) => z.int().min(1).max(most, `must be at most ${most} hours`);
const reason = text(300, 5);

export const NewOverride = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('suspension_pause'), hours: hours(72), reason }),
    z.object({ kind: z.literal('observe_all'), hours: hours(72), reason }),
    z.object({ kind: z.literal('shut_out'), staffId: Id, hours: hours(168), reason }),
    z.object({
      kind: z.literal('restoration'),
      /** Everybody who was cut for money in these last hours comes back. */
      cutWithinHours: hours(72),
      /** And stays on for so many days, whatever he owes. */
      keepDays: z.int().min(1).max(14),
      reason,
    }),
    z.object({ kind: z.literal('shift_takeover'), shiftId: Id, cash: Cash, reason }),
  ])
  .meta({ id: 'NewOverride' });

export const emergency = {
  'GET /api/emergency/standing': {
    name: 'listStandingOverrides',
    summary: 'What stands now: shown on every page, to everybody.',
    permission: 'signed_in',
    reply: z.object({ items: z.array(StandingOverride) }),
  },
  'GET /api/emergency/overrides': {
    name: 'listOverrides',
    summary: 'All emergency acts, newest first.',
    permission: 'system:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(Override),
  },
  'POST /api/emergency/overrides': {
    name: 'startOverride',
    summary: 'Do an emergency act. The owner is told at once, by an alarm and by mail.',
    permission: 'emergency:act',
    needsEverywhere: true,
    isDangerous: true,
    status: 201,
    body: NewOverride,
    reply: Override,
  },
  'POST /api/emergency/overrides/:overrideId/end': {
    name: 'endOverride',
    summary: 'End an emergency act before its hour.',
    permission: 'emergency:act',
    needsEverywhere: true,
    isDangerous: true,
    params: z.object({ overrideId: Id }),
    body: z.object({ note: text(300).default('') }),
    reply: Override,
  },
} satisfies EndpointRecord;
