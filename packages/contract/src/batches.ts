// Sealed stock: codes on paper that are worth nothing until a shift sells them.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Id, Instant, Minor, optionalText, PageQuery, page, text } from './shapes.ts';
import { Ticket } from './vouchers.ts';

export const batchEventKinds = ['allotted', 'printed', 'voided', 'lost'] as const;

// A sheet of paper more is a batch of its own.
const maxBatch = 1000;

export const Batch = z
  .object({
    id: Id,
    packageName: z.string(),
    priceMinor: Minor,
    currency: Currency,
    quantity: z.int(),
    /** Not sold and not ended. */
    leftCount: z.int(),
    soldCount: z.int(),
    voidCount: z.int(),
    /** Where it is sold; null: everywhere. */
    locationId: Id.nullable(),
    locationName: z.string().nullable(),
    note: z.string().nullable(),
    createdAt: Instant,
    createdBy: z.string(),
    printCount: z.int(),
    isLost: z.boolean(),
  })
  .meta({ id: 'VoucherBatch' });

export const BatchDetail = Batch.extend({
  events: z.array(
    z.object({
      kind: z.enum(batchEventKinds),
      at: Instant,
      byName: z.string(),
      codeCount: z.int(),
      locationName: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
}).meta({ id: 'VoucherBatchDetail' });

const batchId = z.object({ batchId: Id });

export const batches = {
  'GET /api/voucher-batches': {
    name: 'listVoucherBatches',
    summary: 'Batches of pre-printed codes, newest first.',
    permission: 'voucher:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(Batch),
  },
  'POST /api/voucher-batches': {
    name: 'makeVoucherBatch',
    summary: 'Make sealed codes of a package. They do not work until a shift sells them.',
    permission: 'voucher:write',
    needsEverywhere: true,
    body: z
      .object({
        packageId: Id,
        quantity: z.int().min(1, 'must be at least 1').max(maxBatch, `must be at most ${maxBatch}`),
        locationId: Id.nullable().default(null),
        note: optionalText(200),
      })
      .meta({ id: 'NewVoucherBatch' }),
    reply: BatchDetail,
    status: 201,
  },
  'GET /api/voucher-batches/:batchId': {
    name: 'getVoucherBatch',
    summary: 'One batch with what was done with it.',
    permission: 'voucher:read',
    needsEverywhere: true,
    params: batchId,
    reply: BatchDetail,
  },
  'POST /api/voucher-batches/:batchId/prints': {
    name: 'printVoucherBatch',
    summary: 'Tickets of the codes that are left. Printed again, it is told.',
    permission: 'voucher:write',
    needsEverywhere: true,
    params: batchId,
    reply: z.object({ tickets: z.array(Ticket) }),
  },
  'POST /api/voucher-batches/:batchId/allotments': {
    name: 'allotVoucherBatch',
    summary: 'Say at which location a batch is sold from now on; null: everywhere.',
    permission: 'voucher:write',
    needsEverywhere: true,
    params: batchId,
    body: z.object({ locationId: Id.nullable() }),
    reply: BatchDetail,
  },
  'POST /api/voucher-batches/:batchId/voids': {
    name: 'voidVoucherBatch',
    summary:
      'End unsold codes of a batch, all or some: because they are not wanted any more, or because they were lost.',
    permission: 'voucher:write',
    needsEverywhere: true,
    params: batchId,
    body: z
      .object({
        reason: text(300, 1),
        isLost: z.boolean().default(false),
        /** Left out: all that are left. */
        codes: z.array(text(40, 1)).min(1).max(maxBatch).optional(),
      })
      .meta({ id: 'NewBatchVoid' }),
    reply: BatchDetail,
  },
} satisfies EndpointRecord;
