import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TwoLines } from '../../ui/two-lines.tsx';
import { askToArchive, askToRemove, restorePlan } from './plan-acts.tsx';
import { planPrice, planSpeed } from './plan-words.ts';
import { type Plan, planList } from './queries.ts';

type PlanTableProps = {
  status: 'active' | 'archived' | 'all';
  service: Plan['service'] | undefined;
  after: string | undefined;
  onPage: (after: string | undefined) => void;
  empty: ReactNode;
};

export function PlanTable({ status, service, after, onPage, empty }: PlanTableProps) {
  const can = useCan();
  const query = useQuery(planList({ status, service, after }));
  const shown = { status: status === 'active' ? undefined : status, service, after };
  return (
    <DataTable
      label={t('plans.title')}
      query={query}
      columns={usePlanColumns()}
      phone={usePlanPhoneRow()}
      rowId={(plan) => plan.id}
      rowName={(plan) => plan.name}
      link={({ id }) => linkOptions({ to: '/plans', search: { ...shown, open: id } })}
      menu={can('plan:write') ? (plan) => <PlanMenu plan={plan} /> : undefined}
      empty={empty}
      page={{ after, onChange: onPage }}
    />
  );
}

function usePlanColumns(): Column<Plan>[] {
  const format = useFormat();
  return [
    {
      key: 'name',
      head: t('plans.columns.name'),
      cell: (plan) => <TwoLines first={plan.name} second={t(`plans.services.${plan.service}`)} />,
    },
    {
      key: 'price',
      head: t('plans.columns.price'),
      cell: (plan) => planPrice(format, plan),
      align: 'right',
      width: 176,
    },
    {
      key: 'download',
      head: t('plans.columns.download'),
      cell: (plan) => format.rate(plan.downKbps),
      align: 'right',
      width: 112,
    },
    {
      key: 'upload',
      head: t('plans.columns.upload'),
      cell: (plan) => format.rate(plan.upKbps),
      align: 'right',
      width: 112,
    },
    {
      key: 'dataCap',
      head: t('plans.columns.dataCap'),
      cell: (plan) => <Cap plan={plan} />,
      align: 'right',
      width: 128,
      importance: 2,
    },
    {
      key: 'rateLimit',
      head: t('plans.columns.rateLimit'),
      cell: (plan) => <code>{plan.rateLimit}</code>,
      width: 192,
      importance: 3,
    },
    {
      key: 'customers',
      head: t('plans.columns.customers'),
      cell: (plan) => format.number(plan.customerCount),
      align: 'right',
      width: 104,
      importance: 2,
    },
    { key: 'status', head: t('plans.columns.status'), cell: (plan) => <PlanBadge plan={plan} />, width: 104 },
  ];
}

function usePlanPhoneRow(): (plan: Plan) => PhoneRow {
  const format = useFormat();
  return (plan) => ({
    title: plan.name,
    aside: plan.archivedAt ? <PlanBadge plan={plan} /> : planPrice(format, plan),
    line: [planSpeed(format, plan), plan.service === 'hotspot' && t('plans.services.hotspot')]
      .filter(Boolean)
      .join(' · '),
    lineAside: t('plans.customerCount', { count: plan.customerCount }),
  });
}

/** How much it includes, and what comes then. */
function Cap({ plan: { dataCapBytes, whenUsedUp, slowDownKbps } }: { plan: Plan }) {
  const format = useFormat();
  if (dataCapBytes === null) return t('plans.noCap');
  const size = format.bytes(dataCapBytes);
  if (whenUsedUp === 'nothing') return size;
  const isSlow = whenUsedUp === 'slow' && slowDownKbps !== null;
  return (
    <TwoLines
      first={size}
      second={isSlow ? t('plans.thenSlow', { rate: format.rate(slowDownKbps) }) : t('plans.thenCut')}
    />
  );
}

function PlanBadge({ plan }: { plan: Plan }) {
  return plan.archivedAt ? (
    <StatusBadge tone="quiet">{t('plans.statuses.archived')}</StatusBadge>
  ) : (
    <StatusBadge tone="fine">{t('plans.statuses.active')}</StatusBadge>
  );
}

function PlanMenu({ plan }: { plan: Plan }) {
  return (
    <>
      {plan.archivedAt ? (
        <Menu.Item
          leftSection={<Icon name="archive-off" size={16} />}
          onClick={() => restorePlan(plan).catch(notifyFailed)}
        >
          {t('plans.restore')}
        </Menu.Item>
      ) : (
        <Menu.Item leftSection={<Icon name="archive" size={16} />} onClick={() => askToArchive(plan)}>
          {t('plans.archive')}
        </Menu.Item>
      )}
      <Menu.Item
        color="var(--mantine-color-error)"
        leftSection={<Icon name="trash" size={16} />}
        onClick={() => askToRemove(plan)}
      >
        {t('plans.remove')}
      </Menu.Item>
    </>
  );
}
