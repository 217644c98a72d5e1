import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reply } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { Timeline } from '../../ui/timeline.tsx';
import { LocationSelect } from './location-select.tsx';
import { PrintButtons } from './print-buttons.tsx';
import { allotBatch, batchById, printBatch, voidBatch } from './queries.ts';

type Detail = Reply<'GET /api/voucher-batches/:batchId'>;

export function BatchDetail({ batchId }: { batchId: string }) {
  const can = useCan();
  const { data, error, refetch } = useQuery(batchById(batchId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} aria-busy="true" />;
  return (
    <Stack gap="lg">
      <BatchFacts batch={data} />
      {can('voucher:write') && data.leftCount > 0 && <BatchActs batch={data} />}
      <Timeline
        label={t('stock.detail.life')}
        entries={data.events.toReversed().map((event, place) => ({
          id: `${data.events.length - place}`,
          at: event.at,
          by: event.byName,
          title: t(`stock.detail.events.${event.kind}`, {
            count: event.codeCount,
            place: event.locationName ?? t('stock.everywhere'),
          }),
          details: event.reason,
        }))}
      />
    </Stack>
  );
}

function BatchFacts({ batch }: { batch: Detail }) {
  const format = useFormat();
  return (
    <Facts
      facts={[
        {
          label: t('stock.columns.package'),
          value: `${batch.packageName} · ${format.money(batch.priceMinor, batch.currency)}`,
        },
        { label: t('stock.detail.by'), value: `${batch.createdBy}, ${format.dateTime(batch.createdAt)}` },
        {
          label: t('stock.columns.left'),
          value: t('stock.of', { count: batch.leftCount, total: batch.quantity }),
        },
        { label: t('stock.columns.sold'), value: batch.soldCount },
        { label: t('stock.columns.ended'), value: batch.voidCount },
        { label: t('stock.columns.place'), value: batch.locationName ?? t('stock.everywhere') },
        ...(batch.note ? [{ label: t('stock.form.note'), value: batch.note }] : []),
      ]}
    />
  );
}

function BatchActs({ batch }: { batch: Detail }) {
  const { id, leftCount: count } = batch;
  const allot = (locationId: string) =>
    allotBatch(id, locationId || null)
      .then(() => notifyDone(t('stock.detail.allotted')))
      .catch(notifyFailed);
  const end = (isLost: boolean) =>
    confirmAct({
      title: t(isLost ? 'stock.detail.loseTitle' : 'stock.detail.voidTitle', { count }),
      text: t(isLost ? 'stock.detail.loseText' : 'stock.detail.voidText'),
      act: t(isLost ? 'stock.detail.lose' : 'stock.detail.void'),
      isDangerous: true,
      reason: 'required',
      run: async (reason) => {
        await voidBatch(id, { reason, isLost });
        notifyDone(t('stock.detail.ended', { count }));
      },
    });
  return (
    <Stack gap="sm">
      <LocationSelect
        label={t('stock.detail.allot')}
        value={batch.locationId ?? ''}
        onChange={(locationId) => void allot(locationId)}
      />
      <Group gap={8}>
        <PrintButtons
          fetch={() => printBatch(id)}
          label={t(batch.printCount > 0 ? 'stock.detail.again' : 'stock.detail.print')}
          defaultPaper="a4"
        />
        <Button variant="default" size="md" onClick={() => end(false)}>
          {t('stock.detail.void')}
        </Button>
        <Button variant="default" size="md" color="red" onClick={() => end(true)}>
          {t('stock.detail.lose')}
        </Button>
      </Group>
    </Stack>
  );
}
