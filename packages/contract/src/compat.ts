// Doors that the seeds promised under their own paths. Each is a thin alias of an endpoint elsewhere.
import { z } from 'zod';
import { InvoiceDetail, NewPayment } from './billing.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Router } from './routers.ts';
import { Id, optionalText } from './shapes.ts';
import { Customer } from './subscribers.ts';

export const compat = {
  'POST /api/routers/:routerId': {
    name: 'syncRouterAlias',
    summary: 'Alias of POST /api/routers/:routerId/sync.',
    permission: 'router:write',
    params: z.object({ routerId: Id }),
    body: z.unknown(),
    reply: Router,
  },
  'POST /api/customers/:customerId': {
    name: 'suspendOrActivateCustomerAlias',
    summary: 'Alias of POST /api/customers/:customerId/suspend and /activate.',
    permission: 'customer:block',
    params: z.object({ customerId: Id }),
    body: z.object({ action: z.enum(['suspend', 'activate']), note: optionalText(300) }),
    reply: Customer,
  },
  'POST /api/invoices/:invoiceId': {
    name: 'markInvoicePaidAlias',
    summary: 'Alias of POST /api/invoices/:invoiceId/payments: marks the invoice as paid.',
    permission: 'payment:record',
    params: z.object({ invoiceId: Id }),
    body: NewPayment.nullish(),
    reply: InvoiceDetail,
  },
} satisfies EndpointRecord;
