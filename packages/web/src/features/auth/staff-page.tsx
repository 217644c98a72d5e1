import { Button, Tabs } from '@mantine/core';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { FailureTable } from './failure-table.tsx';
import { PersonForm } from './person-form.tsx';
import { personById } from './queries.ts';
import { RoleMatrix } from './role-matrix.tsx';
import { type StaffFilter, StaffTable } from './staff-table.tsx';

export type StaffSearch = StaffFilter & { tab?: 'roles' | 'failures'; open?: string };

type StaffPageProps = { search: StaffSearch; onSearch: (change: Partial<StaffSearch>) => void };

export function StaffPage({ search, onSearch }: StaffPageProps) {
  const can = useCan();
  const tab = search.tab ?? 'people';
  return (
    <>
      <PageHead title={t('staff.title')} about={t('staff.about')}>
        {can('staff:write') && (
          <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
            {t('staff.add')}
          </Button>
        )}
      </PageHead>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          onSearch({ tab: next === 'roles' || next === 'failures' ? next : undefined, after: undefined })
        }
      >
        <Tabs.List mb="md">
          {(['people', 'roles', 'failures'] as const).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`staff.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people">
          <People search={search} onSearch={onSearch} />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <RoleMatrix />
        </Tabs.Panel>
        <Tabs.Panel value="failures">
          <FailureTable after={search.after} onPage={(after) => onSearch({ after })} />
        </Tabs.Panel>
      </Tabs>
      <PersonDrawer open={search.open} onClose={() => onSearch({ open: undefined })} />
    </>
  );
}

function People({ search, onSearch }: StaffPageProps) {
  const status = search.status ?? 'active';
  return (
    <>
      <Toolbar>
        <SearchBox
          label={t('staff.search')}
          value={search.search}
          onChange={(text) => onSearch({ search: text, after: undefined })}
        />
        <FilterChips
          label={t('staff.status')}
          choices={(['active', 'disabled'] as const).map((value) => ({ value, label: t(`staff.filters.${value}`) }))}
          value={status}
          onChange={(next) => onSearch({ status: next === 'disabled' ? next : undefined, after: undefined })}
        />
      </Toolbar>
      <StaffTable
        filter={{ search: search.search, status: search.status, after: search.after }}
        onPage={(after) => onSearch({ after })}
      />
    </>
  );
}

function PersonDrawer({ open, onClose }: { open: string | undefined; onClose: () => void }) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('staff.form.addTitle'), edit: t('staff.form.editTitle') }}
      byId={personById}
      onClose={onClose}
    >
      {(person, onReload) => <PersonForm person={person} onDone={onClose} onReload={onReload} />}
    </EditDrawer>
  );
}
