import { Menu, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { endHold, type Hold, holdList } from './suspension-queries.ts';

type HoldTableProps = { after: string | undefined; onPage: (after: string | undefined) => void };

export function HoldTable({ after, onPage }: HoldTableProps) {
  const format = useFormat();
  const can = useCan();
  const query = useQuery(holdList({ standing: 'yes', after }));
  const columns: Column<Hold>[] = [
    { key: 'customer', head: t('tomorrow.holds.customer'), cell: (hold) => hold.customerName },
    { key: 'kind', head: t('tomorrow.holds.kind'), cell: (hold) => t(`tomorrow.holds.kinds.${hold.kind}`), width: 150 },
    { key: 'until', head: t('tomorrow.holds.until'), cell: (hold) => format.day(hold.untilOn), width: 130 },
    { key: 'reason', head: t('tomorrow.holds.reason'), cell: (hold) => hold.reason ?? '', importance: 2 },
    { key: 'by', head: t('tomorrow.holds.by'), cell: (hold) => hold.recordedBy, importance: 3, width: 140 },
  ];
  return (
    <section>
      <Title order={2}>{t('tomorrow.holds.title')}</Title>
      <Text c="dimmed" mb="xs">
        {t('tomorrow.holds.about')}
      </Text>
      <DataTable
        label={t('tomorrow.holds.title')}
        query={query}
        columns={columns}
        phone={(hold) => ({
          title: hold.customerName,
          aside: format.day(hold.untilOn),
          line: t(`tomorrow.holds.kinds.${hold.kind}`),
          lineAside: hold.reason,
        })}
        rowId={({ id }) => id}
        rowName={({ customerName }) => customerName}
        link={({ customerId }) => linkOptions({ to: '/customers/$customerId', params: { customerId } })}
        menu={(hold) =>
          can('customer:block') && <Menu.Item onClick={() => askToEnd(hold)}>{t('tomorrow.holds.end')}</Menu.Item>
        }
        empty={<EmptyState icon="clock-pause" title={t('tomorrow.holds.empty')} text={t('tomorrow.holds.emptyText')} />}
        page={{ after, onChange: onPage }}
      />
    </section>
  );
}

function askToEnd({ id, customerName }: Hold) {
  confirmAct({
    title: t('tomorrow.holds.endTitle', { name: customerName }),
    text: t('tomorrow.holds.endText'),
    act: t('tomorrow.holds.end'),
    isDangerous: true,
    run: async () => {
      await endHold(id);
      notifyDone(t('tomorrow.holds.ended'));
    },
  });
}
