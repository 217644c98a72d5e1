import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Counter = Reply<'GET /api/counter'>;
export type CounterPackage = Counter['packages'][number];
export type OwnShift = NonNullable<Counter['shift']>;
export type Voucher = Item<'GET /api/counter/sales'>;
export type Sale = Reply<'POST /api/counter/sales'>;
export type Ticket = Reply<'POST /api/counter/prints'>['tickets'][number];
export type Package = Item<'GET /api/voucher-packages'>;
export type Shift = Item<'GET /api/shifts'>;
export type Alert = Item<'GET /api/voucher-alerts'>;
export type HandOver = Item<'GET /api/hand-overs'>;
export type Cash = { faceValue: string; count: number }[];

export const counterQuery = queryOptions({
  queryKey: ['voucher', 'counter'],
  queryFn: ({ signal }) => call('GET /api/counter', { signal }),
});

export const ownSales = (query: Query<'GET /api/counter/sales'>) =>
  queryOptions({
    queryKey: ['voucher', 'own', query],
    queryFn: ({ signal }) => call('GET /api/counter/sales', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const packageList = (query: Query<'GET /api/voucher-packages'>) =>
  queryOptions({
    queryKey: ['voucher', 'packages', query],
    queryFn: ({ signal }) => call('GET /api/voucher-packages', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const packageById = (packageId: string) =>
  queryOptions({
    queryKey: ['voucher', 'package', packageId],
    queryFn: ({ signal }) => call('GET /api/voucher-packages/:packageId', { params: { packageId }, signal }),
  });

export const shiftList = (query: Query<'GET /api/shifts'>) =>
  queryOptions({
    queryKey: ['voucher', 'shifts', query],
    queryFn: ({ signal }) => call('GET /api/shifts', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const voucherList = (query: Query<'GET /api/vouchers'>) =>
  queryOptions({
    queryKey: ['voucher', 'list', query],
    queryFn: ({ signal }) => call('GET /api/vouchers', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const voucherById = (voucherId: string) =>
  queryOptions({
    queryKey: ['voucher', 'one', voucherId],
    queryFn: ({ signal }) => call('GET /api/vouchers/:voucherId', { params: { voucherId }, signal }),
  });

export async function openShift(body: Body<'POST /api/counter/shift'>): Promise<void> {
  await call('POST /api/counter/shift', { body });
  await refresh('voucher');
}

export async function countShift(cash: Cash): Promise<OwnShift> {
  const shift = await call('POST /api/counter/shift/count', { body: { cash } });
  await refresh('voucher');
  return shift;
}

export async function moveCash(body: Body<'POST /api/counter/cash'>): Promise<void> {
  await call('POST /api/counter/cash', { body });
  await refresh('voucher');
}

export async function sellVouchers(body: Body<'POST /api/counter/sales'>): Promise<Sale> {
  try {
    return await call('POST /api/counter/sales', { body });
  } finally {
    await refresh('voucher');
  }
}

export async function printVouchers(voucherIds: string[], way: 'paper' | 'text' = 'paper'): Promise<Ticket[]> {
  const { tickets } = await call('POST /api/counter/prints', { body: { voucherIds, way } });
  await refresh('voucher');
  return tickets;
}

export async function addPackage(body: Body<'POST /api/voucher-packages'>): Promise<void> {
  await call('POST /api/voucher-packages', { body });
  await refresh('voucher');
}

export async function changePackage(packageId: string, body: Body<'PUT /api/voucher-packages/:packageId'>) {
  await call('PUT /api/voucher-packages/:packageId', { params: { packageId }, body });
  await refresh('voucher');
}

export async function approveVariance(shiftId: string, note: string): Promise<void> {
  await call('POST /api/shifts/:shiftId/approval', { params: { shiftId }, body: { note } });
  await refresh('voucher');
}

export const alertList = (query: Query<'GET /api/voucher-alerts'>) =>
  queryOptions({
    queryKey: ['voucher', 'alerts', query],
    queryFn: ({ signal }) => call('GET /api/voucher-alerts', { query, signal }),
  });

export const handOverList = (query: Query<'GET /api/hand-overs'>) =>
  queryOptions({
    queryKey: ['voucher', 'hand-overs', query],
    queryFn: ({ signal }) => call('GET /api/hand-overs', { query, signal }),
  });

export const reportList = (query: Query<'GET /api/reconciliations'>) =>
  queryOptions({
    queryKey: ['voucher', 'reports', query],
    queryFn: ({ signal }) => call('GET /api/reconciliations', { query, signal }),
  });

export async function settleAlert(alertId: string, state: Alert['state'], note: string): Promise<void> {
  await call('POST /api/voucher-alerts/:alertId/notes', { params: { alertId }, body: { state, note } });
  await refresh('voucher');
}

export async function receiveHandOver(
  handOverId: string,
  body: Body<'POST /api/hand-overs/:handOverId/receipt'>,
): Promise<void> {
  await call('POST /api/hand-overs/:handOverId/receipt', { params: { handOverId }, body });
  await refresh('voucher');
}

export async function reconcileDay(day: string): Promise<Reply<'POST /api/reconciliations'>> {
  const report = await call('POST /api/reconciliations', { body: { day } });
  await refresh('voucher');
  return report;
}

export async function sendToBank(body: Body<'POST /api/hand-overs'>): Promise<void> {
  await call('POST /api/hand-overs', { body });
  await refresh('voucher');
}

export type VoucherSettings = Reply<'GET /api/voucher-settings'>;

export const voucherSettings = queryOptions({
  queryKey: ['voucher', 'settings'],
  queryFn: ({ signal }) => call('GET /api/voucher-settings', { signal }),
});

export async function changeVoucherSettings(body: Body<'PUT /api/voucher-settings'>): Promise<void> {
  await call('PUT /api/voucher-settings', { body });
  await refresh('voucher');
}

export type Sealed = Reply<'POST /api/counter/sealed'>;

export function readSealed(code: string): Promise<Sealed> {
  return call('POST /api/counter/sealed', { body: { code } });
}

export async function sellSealed(body: Body<'POST /api/counter/sealed-sales'>): Promise<Sale> {
  try {
    return await call('POST /api/counter/sealed-sales', { body });
  } finally {
    await refresh('voucher');
  }
}

export async function voidOwnVoucher(body: Body<'POST /api/counter/voids'>): Promise<void> {
  await call('POST /api/counter/voids', { body });
  await refresh('voucher');
}

export type Batch = Item<'GET /api/voucher-batches'>;

export const batchList = (query: Query<'GET /api/voucher-batches'>) =>
  queryOptions({
    queryKey: ['voucher', 'batches', query],
    queryFn: ({ signal }) => call('GET /api/voucher-batches', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const batchById = (batchId: string) =>
  queryOptions({
    queryKey: ['voucher', 'batch', batchId],
    queryFn: ({ signal }) => call('GET /api/voucher-batches/:batchId', { params: { batchId }, signal }),
  });

export async function makeBatch(body: Body<'POST /api/voucher-batches'>): Promise<{ id: string }> {
  const batch = await call('POST /api/voucher-batches', { body });
  await refresh('voucher');
  return batch;
}

export async function printBatch(batchId: string): Promise<Ticket[]> {
  const { tickets } = await call('POST /api/voucher-batches/:batchId/prints', { params: { batchId } });
  await refresh('voucher');
  return tickets;
}

export async function allotBatch(batchId: string, locationId: string | null): Promise<void> {
  await call('POST /api/voucher-batches/:batchId/allotments', { params: { batchId }, body: { locationId } });
  await refresh('voucher');
}

export async function voidBatch(
  batchId: string,
  body: Body<'POST /api/voucher-batches/:batchId/voids'>,
): Promise<void> {
  await call('POST /api/voucher-batches/:batchId/voids', { params: { batchId }, body });
  await refresh('voucher');
}

export type Counters = Reply<'GET /api/counters'>;
export type LocationCounters = Counters['items'][number];

export const countersQuery = queryOptions({
  queryKey: ['voucher', 'counters'],
  queryFn: ({ signal }) => call('GET /api/counters', { signal }),
  // Who is online comes with each look at a router, which announces nothing where nothing was sold.
  refetchInterval: 60_000,
});

export type Figure = Reply<'GET /api/voucher-figures'>['items'][number];

export const figureList = (query: Query<'GET /api/voucher-figures'>) =>
  queryOptions({
    queryKey: ['voucher', 'figures', query],
    queryFn: ({ signal }) => call('GET /api/voucher-figures', { query, signal }),
    placeholderData: keepPreviousData,
  });
