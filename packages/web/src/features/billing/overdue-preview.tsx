import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Panel } from '../../ui/panel.tsx';
import { overduePreview } from './suspension-queries.ts';
import { WhoList } from './who-list.tsx';

/** A dry run, always: what would happen, before anybody presses a button. */
export function OverduePreview() {
  const format = useFormat();
  const { data, error } = useQuery(overduePreview);
  return (
    <Panel title={t('tomorrow.preview.title')}>
      {error && !data && <Text c="dimmed">{errorText(error)}</Text>}
      {!data && !error && <Skeleton height={40} maw={420} />}
      {data && (
        <>
          <WhoList
            count={data.suspendCount}
            items={data.suspend}
            keyOf={({ customerId }) => customerId}
            whyOf={({ invoiceNumber, dueOn }) =>
              t('tomorrow.why.due', { number: invoiceNumber ?? '', due: dueOn ? format.day(dueOn) : '' })
            }
          >
            <Text>
              {t('tomorrow.preview.suspend', { count: data.suspendCount })},{' '}
              {t('tomorrow.preview.restore', { count: data.restoreCount })}.{' '}
              {data.stoppedReason && data.suspendCount > 0 && <strong>{t('tomorrow.preview.wouldStop')}</strong>}
            </Text>
          </WhoList>
          <Text c="dimmed" mt={4}>
            {t('tomorrow.preview.limit', {
              limit: format.number(data.limitCount),
              active: format.number(data.activeCount),
            })}
          </Text>
        </>
      )}
    </Panel>
  );
}
