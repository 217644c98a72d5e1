import { createFileRoute } from '@tanstack/react-router';
import { EventsPage, type EventsSearch, eventKinds, eventLevels } from '../../features/system/events-page.tsx';
import { oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/events')({
  validateSearch: (search: Record<string, unknown>): EventsSearch => ({
    kind: oneOf(search.kind, eventKinds),
    level: oneOf(search.level, eventLevels),
    search: textOf(search.search),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('system:read'),
  component: EventsRoute,
});

function EventsRoute() {
  const navigate = Route.useNavigate();
  return (
    <EventsPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
