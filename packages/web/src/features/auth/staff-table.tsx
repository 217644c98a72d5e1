import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useSession } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyFailed } from '../../ui/notify.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Person, staffList } from './queries.ts';
import { askToDeactivate, askToRemoveFactor, askToReset, askToSignOut, nameOf, reactivate } from './staff-acts.tsx';

export type StaffFilter = { search?: string; status?: 'disabled'; after?: string };

export function StaffTable({ filter, onPage }: { filter: StaffFilter; onPage: (after: string | undefined) => void }) {
  const can = useCan();
  const { staff } = useSession();
  const { status = 'active', search, after } = filter;
  return (
    <DataTable
      label={t('staff.title')}
      query={useQuery(staffList({ status, search, after }))}
      columns={columns()}
      phone={(person) => ({
        title: nameOf(person),
        aside: <PersonState person={person} />,
        line: t(`shell.roles.${person.role}`),
        lineAside: <Seen person={person} />,
      })}
      rowId={({ id }) => id}
      rowName={nameOf}
      link={({ id }) => linkOptions({ to: '/staff', search: { ...filter, open: id } })}
      menu={
        can('staff:write') ? (person) => (person.id === staff?.id ? null : <PersonMenu person={person} />) : undefined
      }
      empty={<EmptyState icon="users" title={t('staff.empty.title')} text={t('staff.empty.text')} />}
      page={{ after, onChange: onPage }}
    />
  );
}

function columns(): Column<Person>[] {
  return [
    { key: 'name', head: t('staff.columns.name'), cell: nameOf },
    { key: 'username', head: t('staff.columns.username'), cell: ({ username }) => username, width: 160, importance: 2 },
    { key: 'role', head: t('staff.columns.role'), cell: ({ role }) => t(`shell.roles.${role}`), width: 130 },
    {
      key: 'factor',
      head: t('staff.columns.factor'),
      cell: (person) => <Factor person={person} />,
      width: 140,
      importance: 2,
    },
    { key: 'seen', head: t('staff.columns.seen'), cell: (person) => <Seen person={person} />, width: 150 },
    { key: 'status', head: t('staff.columns.status'), cell: (person) => <PersonState person={person} />, width: 190 },
  ];
}

function Seen({ person }: { person: Person }) {
  return person.seenAt ? <RelativeTime at={person.seenAt} /> : t('staff.never');
}

function Factor({ person: { hasSecondFactor, isSecondFactorRequired } }: { person: Person }) {
  if (hasSecondFactor) return <StatusBadge tone="fine">{t('staff.factor.on')}</StatusBadge>;
  return isSecondFactorRequired ? (
    <StatusBadge tone="attention">{t('staff.factor.missing')}</StatusBadge>
  ) : (
    <StatusBadge tone="quiet">{t('staff.factor.off')}</StatusBadge>
  );
}

function PersonState({ person }: { person: Person }) {
  const [tone, state] = stateOf(person);
  return <StatusBadge tone={tone}>{t(`staff.states.${state}`)}</StatusBadge>;
}

function stateOf(person: Person): [Tone, 'active' | 'disabled' | 'invited' | 'locked' | 'shutOut' | 'forced'] {
  const isAhead = (instant: string | null) => instant !== null && Date.parse(instant) > Date.now();
  if (person.isDisabled) return ['quiet', 'disabled'];
  if (isAhead(person.shutOutUntil)) return ['broken', 'shutOut'];
  if (isAhead(person.lockedUntil)) return ['attention', 'locked'];
  if (person.isInvited) return ['pending', 'invited'];
  return person.isPasswordChangeRequired ? ['attention', 'forced'] : ['fine', 'active'];
}

function PersonMenu({ person }: { person: Person }) {
  if (person.isDisabled)
    return (
      <Menu.Item
        leftSection={<Icon name="rotate-clockwise" size={16} />}
        onClick={() => reactivate(person).catch(notifyFailed)}
      >
        {t('staff.acts.reactivate')}
      </Menu.Item>
    );
  return (
    <>
      <Menu.Item leftSection={<Icon name="key" size={16} />} onClick={() => askToReset(person)}>
        {t('staff.acts.reset')}
      </Menu.Item>
      <Menu.Item leftSection={<Icon name="logout" size={16} />} onClick={() => askToSignOut(person)}>
        {t('staff.acts.signOut')}
      </Menu.Item>
      {person.hasSecondFactor && (
        <Menu.Item leftSection={<Icon name="shield-lock" size={16} />} onClick={() => askToRemoveFactor(person)}>
          {t('staff.acts.removeFactor')}
        </Menu.Item>
      )}
      <Menu.Item
        color="var(--mantine-color-error)"
        leftSection={<Icon name="ban" size={16} />}
        onClick={() => askToDeactivate(person)}
      >
        {t('staff.acts.deactivate')}
      </Menu.Item>
    </>
  );
}
