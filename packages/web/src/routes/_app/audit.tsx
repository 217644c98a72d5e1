import { createFileRoute } from '@tanstack/react-router';
import { AuditPage } from '../../features/audit/audit-page.tsx';
import type { AuditSearch } from '../../features/audit/queries.ts';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/audit')({
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    about: textOf(search.about),
    actor: textOf(search.actor),
    kind: textOf(search.kind),
    search: textOf(search.search),
    from: textOf(search.from),
    to: textOf(search.to),
    open: textOf(search.open),
    check: oneOf(search.check, ['yes']),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('audit:read'),
  component: AuditRoute,
});

function AuditRoute() {
  const navigate = Route.useNavigate();
  return (
    <AuditPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
