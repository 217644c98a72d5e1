import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Column, DataTable, type PhoneRow } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { PackageDrawer } from './package-drawer.tsx';
import { changePackage, type Package, packageList } from './queries.ts';
import { VoucherSettingsForm } from './settings-form.tsx';
import { contentOf } from './voucher-words.ts';

const statuses = ['active', 'archived', 'all'] as const;

export type PackagesSearch = { status?: 'archived' | 'all'; after?: string; open?: string };
type PackagesPageProps = { search: PackagesSearch; onSearch: (change: Partial<PackagesSearch>) => void };

export function PackagesPage({ search, onSearch }: PackagesPageProps) {
  const can = useCan();
  const status = search.status ?? 'active';
  const query = useQuery(packageList({ status, after: search.after }));
  const close = () => onSearch({ open: undefined });
  const addButton = can('voucher:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('vouchers.packages.add')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('vouchers.packages.title')} about={t('vouchers.packages.about')}>
        <Button
          variant="default"
          leftSection={<Icon name="settings" size={16} />}
          onClick={() => onSearch({ open: 'rules' })}
        >
          {t('vouchers.settings.open')}
        </Button>
        {addButton}
      </PageHead>
      <Toolbar>
        <FilterChips
          label={t('vouchers.packages.columns.status')}
          choices={statuses.map((value) => ({ value, label: t(`vouchers.packages.filters.${value}`) }))}
          value={status}
          onChange={(next) => onSearch({ status: next === 'active' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('vouchers.packages.title')}
        query={query}
        columns={usePackageColumns()}
        phone={usePackagePhoneRow()}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        link={({ id }) => linkOptions({ to: '/packages', search: { ...search, open: id } })}
        menu={can('voucher:write') ? (offered) => <PackageMenu offered={offered} /> : undefined}
        empty={
          status === 'archived' ? (
            <EmptyState
              icon="archive"
              title={t('vouchers.packages.empty.archivedTitle')}
              text={t('vouchers.packages.empty.archivedText')}
            />
          ) : (
            <EmptyState
              icon="package"
              title={t('vouchers.packages.empty.title')}
              text={t('vouchers.packages.empty.text')}
            >
              {addButton}
            </EmptyState>
          )
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <PackageDrawer open={search.open === 'rules' ? undefined : search.open} onClose={close} />
      <FormDrawer opened={search.open === 'rules'} title={t('vouchers.settings.title')} onClose={close}>
        <VoucherSettingsForm onDone={close} />
      </FormDrawer>
    </>
  );
}

function usePackageColumns(): Column<Package>[] {
  const format = useFormat();
  const head = (name: 'name' | 'price' | 'content' | 'speed' | 'devices' | 'valid' | 'version' | 'status') =>
    t(`vouchers.packages.columns.${name}`);
  return [
    { key: 'name', head: head('name'), cell: (offered) => offered.name },
    {
      key: 'price',
      head: head('price'),
      cell: (offered) => format.money(offered.priceMinor, offered.currency),
      align: 'right',
      width: 120,
    },
    { key: 'content', head: head('content'), cell: (offered) => contentOf(format, offered), width: 200 },
    { key: 'speed', head: head('speed'), cell: (offered) => speedOf(format, offered), width: 200, importance: 2 },
    { key: 'devices', head: head('devices'), cell: ({ devices }) => devices, align: 'right', width: 88, importance: 2 },
    {
      key: 'valid',
      head: head('valid'),
      cell: ({ validDays }) =>
        validDays === null ? t('vouchers.packages.always') : t('vouchers.packages.days', { count: validDays }),
      width: 112,
      importance: 3,
    },
    {
      key: 'version',
      head: head('version'),
      cell: ({ version }) => t('vouchers.packages.versionNumber', { version }),
      width: 88,
      importance: 3,
    },
    { key: 'status', head: head('status'), cell: (offered) => <PackageBadge offered={offered} />, width: 104 },
  ];
}

function usePackagePhoneRow(): (offered: Package) => PhoneRow {
  const format = useFormat();
  return (offered) => ({
    title: offered.name,
    aside: offered.archivedAt ? <PackageBadge offered={offered} /> : format.money(offered.priceMinor, offered.currency),
    line: contentOf(format, offered),
    lineAside: speedOf(format, offered),
  });
}

function speedOf(format: ReturnType<typeof useFormat>, { downKbps, upKbps }: Package): string {
  return t('plans.downUp', { down: format.rate(downKbps), up: format.rate(upKbps) });
}

function PackageBadge({ offered }: { offered: Package }) {
  const status = offered.archivedAt ? 'archived' : 'active';
  return (
    <StatusBadge tone={offered.archivedAt ? 'quiet' : 'fine'}>{t(`vouchers.packages.statuses.${status}`)}</StatusBadge>
  );
}

function PackageMenu({ offered: { id, name, revision, archivedAt } }: { offered: Package }) {
  const change = async () => {
    await changePackage(id, { revision, isArchived: archivedAt === null });
    notifyDone(t(`vouchers.packages.${archivedAt === null ? 'archived' : 'restored'}`, { name }));
  };
  return (
    <Menu.Item
      leftSection={<Icon name={archivedAt ? 'archive-off' : 'archive'} size={16} />}
      onClick={() => change().catch(notifyFailed)}
    >
      {t(`vouchers.packages.${archivedAt ? 'restore' : 'archive'}`)}
    </Menu.Item>
  );
}
