import { Skeleton, Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { type RoleRule, requireSecondFactor, roleList } from './queries.ts';
import classes from './role-matrix.module.css';

const order: readonly RoleRule['role'][] = ['super_admin', 'manager', 'admin', 'office', 'cashier', 'auditor'];

/** What each role may do: permissions down, roles across. */
export function RoleMatrix() {
  const { data, error, refetch } = useQuery(roleList);
  const can = useCan();
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={420} />;
  const rules = data.items.toSorted((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
  return (
    <Panel>
      <Table.ScrollContainer minWidth={720}>
        <Table className={classes.matrix}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.first}>{t('staff.roles.permission')}</Table.Th>
              {rules.map(({ role, staffCount }) => (
                <Table.Th key={role} ta="center">
                  {t(`shell.roles.${role}`)}
                  <Text size="xs" c="dimmed">
                    {t('staff.roles.people', { count: staffCount })}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            <Table.Tr>
              <Table.Th scope="row" className={classes.first}>
                {t('staff.roles.require')}
              </Table.Th>
              {rules.map((rule) => (
                <Table.Td key={rule.role} ta="center">
                  <Switch
                    className={classes.switch}
                    aria-label={`${t('staff.roles.require')}: ${t(`shell.roles.${rule.role}`)}`}
                    checked={rule.requiresSecondFactor}
                    disabled={!can('staff:write')}
                    onChange={() => void toggle(rule)}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
            {data.permissions.map((permission) => (
              <Table.Tr key={permission}>
                <Table.Th scope="row" className={classes.first} title={permission}>
                  {wordOr('staff.permissions', permission.replace(':', '_'))}
                </Table.Th>
                {rules.map(({ role, permissions }) => (
                  <Table.Td key={role} ta="center">
                    {permissions.includes(permission) ? (
                      <span role="img" aria-label={t('staff.roles.yes')} className={classes.mark}>
                        <Icon name="check" size={16} />
                      </span>
                    ) : (
                      <Text span c="dimmed" aria-label={t('staff.roles.no')} role="img">
                        –
                      </Text>
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

async function toggle({ role, requiresSecondFactor }: RoleRule): Promise<void> {
  try {
    await requireSecondFactor(role, !requiresSecondFactor);
    const words = { role: t(`shell.roles.${role}`) };
    notifyDone(requiresSecondFactor ? t('staff.roles.notRequired', words) : t('staff.roles.required', words));
  } catch (error) {
    notifyFailed(error);
  }
}
