import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { notifyFailed } from '../../ui/notify.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Plan, planRouters, type Redial, redialPlan, stopRedial } from './queries.ts';
import { askToRedialNow } from './redial.tsx';

/** Where a plan is on the routers, and who there runs on the speed that it had before. */
export function PlanOnRouters({ plan }: { plan: Plan }) {
  const { data } = useQuery(planRouters(plan.id));
  if (!data || data.items.length === 0) return null;
  const oldCount = data.items.reduce((sum, { oldSpeedCount }) => sum + oldSpeedCount, 0);
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('plans.routers.title')}</Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('plans.routers.router')}</Table.Th>
            <Table.Th ta="right">{t('plans.routers.accounts')}</Table.Th>
            <Table.Th ta="right">{t('plans.routers.live')}</Table.Th>
            <Table.Th>{t('plans.routers.state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((row) => (
            <Table.Tr key={row.routerId}>
              <Table.Td>{row.routerLabel}</Table.Td>
              <Table.Td ta="right">{row.accountCount}</Table.Td>
              <Table.Td ta="right">{row.liveCount}</Table.Td>
              <Table.Td>
                <StatusBadge tone={row.isApplied ? 'fine' : 'pending'}>
                  {t(row.isApplied ? 'plans.routers.applied' : 'plans.routers.pending')}
                </StatusBadge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <OldSpeeds plan={plan} count={oldCount} redial={data.redial} quietAt={data.quietAt} />
    </Stack>
  );
}

type OldSpeedsProps = { plan: Plan; count: number; redial: Redial | null; quietAt: string };

function OldSpeeds({ plan, count, redial, quietAt }: OldSpeedsProps) {
  const can = useCan();
  const format = useFormat();
  const isStanding = redial !== null && redial.endedAt === null;
  if (count === 0 && !isStanding && !redial?.failedCount) return null;
  return (
    <Stack gap="xs" role="status">
      {count > 0 && <Text style={{ color: 'var(--tone-attention)' }}>{t('plans.routers.oldSpeed', { count })}</Text>}
      {isStanding && (
        <Text>{t('plans.routers.redialAt', { time: format.dateTime(redial.notBefore), by: redial.by })}</Text>
      )}
      {redial && redial.droppedCount + redial.failedCount > 0 && (
        <Text>{t('plans.routers.redialDone', { dropped: redial.droppedCount, failed: redial.failedCount })}</Text>
      )}
      {redial?.failures.map(({ accountName, routerLabel, trouble }) => (
        <Text key={`${routerLabel} ${accountName}`} size="sm" c="dimmed">
          {accountName}, {routerLabel}: {trouble}
        </Text>
      ))}
      {can('plan:write') && (
        <Group gap="xs">
          {isStanding ? (
            <Button variant="default" onClick={() => stopRedial(plan.id).catch(notifyFailed)}>
              {t('plans.routers.stop')}
            </Button>
          ) : (
            count > 0 && (
              <>
                <Button variant="default" onClick={() => askToRedialNow({ planId: plan.id, name: plan.name, count })}>
                  {t('plans.routers.redialNow', { count })}
                </Button>
                <Button variant="default" onClick={() => redialPlan(plan.id, 'quiet_hour').catch(notifyFailed)}>
                  {t('plans.routers.redialQuiet', { time: format.timeOfDay(quietAt) })}
                </Button>
              </>
            )
          )}
        </Group>
      )}
    </Stack>
  );
}
