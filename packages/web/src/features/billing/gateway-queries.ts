import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type PaymentGateway = Item<'GET /api/payment-gateways'>;
export type MadeGateway = Reply<'POST /api/payment-gateways'>;

export const paymentGateways = queryOptions({
  queryKey: ['settings', 'payment-gateways'],
  queryFn: ({ signal }) => call('GET /api/payment-gateways', { signal }),
});

export async function addGateway(body: Body<'POST /api/payment-gateways'>): Promise<MadeGateway> {
  const made = await call('POST /api/payment-gateways', { body });
  await refresh('settings');
  return made;
}

export function renewGatewaySecret(gateway: string): Promise<MadeGateway> {
  return call('POST /api/payment-gateways/:gateway/secret', { params: { gateway } });
}

export async function endGateway(gateway: string): Promise<void> {
  await call('DELETE /api/payment-gateways/:gateway', { params: { gateway } });
  await refresh('settings');
}
