import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import type { Query } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type MikrotikUser, mikrotikUsers } from './queries.ts';

type UserTableProps = {
  query: Query<'GET /api/mikrotik/users'>;
  onPage: (after: string | undefined) => void;
};

/** Accounts as a router's users: the name there, the profile, and whether it is on. */
export function UserTable({ query, onPage }: UserTableProps) {
  return (
    <DataTable
      label={t('mikrotik.users')}
      query={useQuery(mikrotikUsers(query))}
      columns={[
        { key: 'username', head: t('mikrotik.columns.username'), cell: (user) => user.username },
        { key: 'customer', head: t('mikrotik.columns.customer'), cell: (user) => user.customer, importance: 2 },
        { key: 'type', head: t('mikrotik.columns.type'), cell: (user) => t(`mikrotik.types.${user.type}`), width: 110 },
        { key: 'profile', head: t('mikrotik.columns.profile'), cell: (user) => user.profile, width: 180 },
        {
          key: 'address',
          head: t('mikrotik.columns.address'),
          cell: (user) => user.ipAddress ?? '–',
          width: 150,
          importance: 3,
        },
        { key: 'state', head: t('mikrotik.columns.state'), cell: (user) => <UserState user={user} />, width: 120 },
      ]}
      phone={(user) => ({
        title: user.username,
        aside: <UserState user={user} />,
        line: user.customer,
        lineAside: user.profile,
      })}
      rowId={(user) => user.id}
      rowName={(user) => user.username}
      link={({ customerId }) => linkOptions({ to: '/customers/$customerId', params: { customerId } })}
      empty={<EmptyState icon="users" title={t('mikrotik.noUsersTitle')} text={t('mikrotik.noUsersText')} />}
      page={{ after: query.after, onChange: onPage }}
    />
  );
}

function UserState({ user }: { user: MikrotikUser }) {
  if (user.pending) return <StatusBadge tone="pending">{t('mikrotik.pending')}</StatusBadge>;
  if (user.disabled) return <StatusBadge tone="attention">{t('mikrotik.disabled')}</StatusBadge>;
  return <StatusBadge tone="fine">{t('mikrotik.enabled')}</StatusBadge>;
}
