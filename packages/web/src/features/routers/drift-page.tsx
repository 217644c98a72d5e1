import { t } from '../../lib/words.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { DriftList, type DriftSearch, type OnAdopted } from './drift-list.tsx';

type DriftPageProps = {
  search: DriftSearch;
  onSearch: (change: Partial<DriftSearch>) => void;
  onAdopted: OnAdopted;
};

/** Of all routers. */
export function DriftPage(props: DriftPageProps) {
  return (
    <>
      <PageHead title={t('routers.drift.title')} about={t('routers.drift.about')} />
      <DriftList {...props} />
    </>
  );
}
