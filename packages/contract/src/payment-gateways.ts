// Payment providers that tell by a signed call what was paid.
import { z } from 'zod';
import { BankLine } from './bank.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Day, Instant, PositiveMinor, text } from './shapes.ts';

export const gatewayMethods = ['mobile_money', 'card', 'transfer', 'other'] as const;

export const PaymentGateway = z
  .object({
    name: z.string(),
    method: z.enum(gatewayMethods),
    madeAt: Instant,
    madeBy: z.string(),
    /** When it last told of a payment; null: never. */
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'PaymentGateway' });

/** What a gateway sends, signed: docs/payment-gateways.md says how. */
export const GatewayPayment = z.object({
  /** The gateway's own number of the payment: it is recorded once. */
  paymentId: text(100, 1),
  amountMinor: PositiveMinor,
  currency: Currency,
  /** Today when left out. */
  paidOn: Day.optional(),
  /** Whose it is; without them the words of `reference` and `payer` say it, or a person does. */
  invoiceNumber: text(60).optional(),
  customerNumber: z.int().positive().optional(),
  payer: text(200).default(''),
  reference: text(300).default(''),
});

/** `waiting`: a person must say whose it is; `repeated`: it was told before. */
export const GatewayReceipt = z.object({
  status: z.enum(['recorded', 'waiting', 'repeated']),
  payments: BankLine.shape.payments,
});

const gateway = z.object({ gateway: z.string().max(40) });
const Made = PaymentGateway.extend({ secret: z.string() });

export const paymentGateways = {
  'GET /api/payment-gateways': {
    name: 'listPaymentGateways',
    summary: 'The payment providers that may tell us of payments.',
    permission: 'settings:read',
    reply: z.object({ items: z.array(PaymentGateway) }),
  },
  'POST /api/payment-gateways': {
    name: 'addPaymentGateway',
    summary: 'Let a payment provider tell us of payments. Its secret is shown once, in this answer.',
    permission: 'settings:write',
    needsEverywhere: true,
    isDangerous: true,
    body: z.object({
      name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 small letters, digits or -'),
      method: z.enum(gatewayMethods),
    }),
    reply: Made,
    status: 201,
  },
  'POST /api/payment-gateways/:gateway/secret': {
    name: 'renewGatewaySecret',
    summary: 'Give a payment provider a new secret; the old one is void at once.',
    permission: 'settings:write',
    needsEverywhere: true,
    isDangerous: true,
    params: gateway,
    reply: Made,
  },
  'DELETE /api/payment-gateways/:gateway': {
    name: 'endPaymentGateway',
    summary: 'Refuse the calls of a payment provider from now on. What it told stays.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: gateway,
  },
} satisfies EndpointRecord;
