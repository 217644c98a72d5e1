// Seeds C and D: tokens, as they call vouchers. Each is a thin alias of an endpoint elsewhere.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, optionalText, PageQuery, page, SearchText, text } from './shapes.ts';
import { IdempotencyKey, Voucher, voucherStates } from './vouchers.ts';

export const tokenDoors = {
  'POST /api/auth/login': {
    name: 'logInForToken',
    summary: 'Alias of POST /api/auth/signin with kind "token": answers with a bearer token.',
    permission: 'public',
    body: z.object({ username: text(64, 1), password: z.string().min(1, 'must not be empty').max(200) }),
    reply: z.object({
      token: z.string(),
      expiresAt: Instant,
      user: z.object({ id: Id, username: z.string(), role: z.string() }),
    }),
  },
  'POST /api/tokens/generate': {
    name: 'generateToken',
    summary:
      'Alias of POST /api/counter/sales: sells one code in the own open shift, on the router and usable at once.',
    permission: 'counter:sell',
    body: z.object({
      packageId: Id,
      customerPhone: optionalText(40),
      /** Sent again with the same key, it sells nothing more. */
      idempotencyKey: IdempotencyKey.optional(),
    }),
    reply: z.object({ success: z.literal(true), voucherCode: z.string(), token: Voucher }),
    status: 201,
  },
  'GET /api/tokens/my-tokens': {
    name: 'listMyTokens',
    summary: 'Alias of GET /api/counter/sales: own tokens, newest first.',
    permission: 'counter:read',
    query: PageQuery,
    reply: page(Voucher),
  },
  'GET /api/tokens/all': {
    name: 'listAllTokens',
    summary: 'Alias of GET /api/vouchers: all tokens, newest first.',
    permission: 'voucher:read',
    query: PageQuery.extend({
      search: SearchText.optional(),
      state: z.enum([...voucherStates, 'pending', 'all']).default('all'),
    }),
    reply: page(Voucher),
  },
} satisfies EndpointRecord;
