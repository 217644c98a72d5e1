import { auditKinds } from '@lastmile/contract/audit.ts';
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { AuditTable } from './audit-table.tsx';
import { EntryDrawer } from './entry-drawer.tsx';
import { LogCheck } from './log-check.tsx';
import { type AuditEntry, type AuditSearch, auditList } from './queries.ts';

const auditGroups = ['people', 'network', 'money', 'counters', 'house'] as const satisfies (keyof typeof auditKinds)[];

/** By where a person would look for them. */
function kindChoices() {
  return auditGroups.map((group) => ({
    group: t(`audit.groups.${group}`),
    items: auditKinds[group].map((kind) => ({ value: kind, label: t(`audit.rooms.${kind}`) })),
  }));
}

type AuditPageProps = { search: AuditSearch; onSearch: (change: Partial<AuditSearch>) => void };

export function AuditPage({ search, onSearch }: AuditPageProps) {
  const { about, actor, from, to, after } = search;
  const query = useQuery(auditList({ about, actor, action: search.kind, search: search.search, from, to, after }));
  const entries: AuditEntry[] | undefined = query.data?.items;
  const isNarrow = Boolean(about || actor);
  const narrow = (change: Partial<AuditSearch>) => onSearch({ ...change, after: undefined, open: undefined });
  return (
    <>
      <PageHead title={t('audit.title')} about={about ? t('audit.aboutOne') : t('audit.about')}>
        {isNarrow && (
          <Button
            variant="default"
            leftSection={<Icon name="x" size={16} />}
            onClick={() => narrow({ about: undefined, actor: undefined })}
          >
            {t('audit.showAll')}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<Icon name="shield-lock" size={16} />}
          onClick={() => onSearch({ check: 'yes' })}
        >
          {t('audit.verify.act')}
        </Button>
      </PageHead>
      <Toolbar>
        <SearchBox label={t('audit.search')} value={search.search} onChange={(text) => narrow({ search: text })} />
        <Select
          aria-label={t('audit.kind')}
          placeholder={t('audit.everything')}
          w={220}
          clearable
          searchable
          maxDropdownHeight={400}
          nothingFoundMessage={t('audit.noKind')}
          data={kindChoices()}
          value={search.kind ?? null}
          onChange={(kind) => narrow({ kind: kind ?? undefined })}
        />
        <DayInput
          aria-label={t('audit.from')}
          w={150}
          value={from ?? ''}
          onChange={(day) => narrow({ from: day || undefined })}
        />
        <DayInput
          aria-label={t('audit.to')}
          w={150}
          value={to ?? ''}
          onChange={(day) => narrow({ to: day || undefined })}
        />
      </Toolbar>
      <AuditTable query={query} search={search} onPage={(next) => onSearch({ after: next })} />
      <EntryDrawer
        entry={entries?.find(({ id }) => id === search.open)}
        isOpen={search.open !== undefined}
        isLoading={entries === undefined}
        onClose={() => onSearch({ open: undefined })}
        onNarrow={narrow}
      />
      <LogCheck isOpen={search.check === 'yes'} onClose={() => onSearch({ check: undefined })} />
    </>
  );
}
