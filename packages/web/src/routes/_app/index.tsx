import { createFileRoute } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { PageHead } from '../../ui/page-head.tsx';

export const Route = createFileRoute('/_app/')({ component: HomeRoute });

function HomeRoute() {
  return <PageHead title={t('home.title')} />;
}
