import { createFileRoute } from '@tanstack/react-router';
import { useRedialOffer } from '../../features/plans/redial.tsx';
import type { DriftSearch } from '../../features/routers/drift-list.tsx';
import { DriftPage } from '../../features/routers/drift-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/drift')({
  validateSearch: (search: Record<string, unknown>): DriftSearch => ({
    drift: oneOf(search.drift, ['closed']),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('router:read'),
  component: DriftRoute,
});

function DriftRoute() {
  const navigate = Route.useNavigate();
  const offerRedial = useRedialOffer();
  return (
    <DriftPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
      onAdopted={({ changedSpeedOf }) => changedSpeedOf && void offerRedial(changedSpeedOf)}
    />
  );
}
