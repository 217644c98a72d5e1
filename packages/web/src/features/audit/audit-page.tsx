import { Button } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { AuditTable } from './audit-table.tsx';

export type AuditSearch = { about?: string; after?: string };

type AuditPageProps = { search: AuditSearch; onSearch: (change: Partial<AuditSearch>) => void };

export function AuditPage({ search, onSearch }: AuditPageProps) {
  return (
    <>
      <PageHead title={t('audit.title')} about={search.about ? t('audit.aboutOne') : t('audit.about')}>
        {search.about && (
          <Button
            variant="default"
            leftSection={<Icon name="x" size={16} />}
            onClick={() => onSearch({ about: undefined, after: undefined })}
          >
            {t('audit.showAll')}
          </Button>
        )}
      </PageHead>
      <AuditTable about={search.about} after={search.after} onPage={(after) => onSearch({ after })} />
    </>
  );
}
