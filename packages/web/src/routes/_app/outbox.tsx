import { createFileRoute } from '@tanstack/react-router';
import { OutboxPage, type OutboxSearch } from '../../features/notifications/outbox-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/outbox')({
  validateSearch: (search: Record<string, unknown>): OutboxSearch => ({
    state: oneOf(search.state, ['waiting', 'sent', 'dead', 'cancelled']),
    after: textOf(search.after),
    message: textOf(search.message),
    open: oneOf(search.open, ['settings']),
  }),
  beforeLoad: () => requirePermission('message:read'),
  component: OutboxRoute,
});

function OutboxRoute() {
  const navigate = Route.useNavigate();
  return (
    <OutboxPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
