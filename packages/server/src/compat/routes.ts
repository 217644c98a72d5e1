import { compat } from '@lastmile/contract/compat.ts';
import { recordPayment } from '#billing/payments.ts';
import { type Http, mount } from '#platform/http.ts';
import type { Reconciler } from '#provisioning/reconciler.ts';
import { syncRouter } from '#provisioning/sync.ts';
import { activateSubscriber, suspendSubscriber } from '#subscribers/subscriber-acts.ts';
import { getSubscriber } from '#subscribers/subscribers.ts';

export function compatRoutes(http: Http, reconciler: Reconciler): void {
  mount(http, compat, {
    'POST /api/routers/:routerId': {
      live: (call, { params }) => syncRouter(http.database, reconciler, call.actor, params.routerId),
    },
    'POST /api/customers/:customerId': {
      act: async (work, { params, body }) => {
        const act = body.action === 'suspend' ? suspendSubscriber : activateSubscriber;
        await act(work, params.customerId, body.note);
        return getSubscriber(work.db, params.customerId, work.now);
      },
    },
    'POST /api/invoices/:invoiceId': {
      act: (work, { params, body }) => recordPayment(work, params.invoiceId, body ?? { method: 'cash', note: null }),
    },
  });
}
