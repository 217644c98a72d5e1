import { createFileRoute } from '@tanstack/react-router';
import { BooksPage } from '../../features/reports/books-page.tsx';
import { type BooksSearch, booksTabs } from '../../features/reports/books-queries.ts';
import { dayOf, oneOf, textOf } from '../../lib/search.ts';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/books')({
  validateSearch: (search: Record<string, unknown>): BooksSearch => ({
    tab: oneOf(search.tab, booksTabs),
    kind: textOf(search.kind),
    accountId: textOf(search.accountId),
    search: textOf(search.search),
    from: dayOf(search.from),
    to: dayOf(search.to),
    on: dayOf(search.on),
    after: textOf(search.after),
  }),
  beforeLoad: () => requirePermission('books:read'),
  component: BooksRoute,
});

function BooksRoute() {
  const navigate = Route.useNavigate();
  return (
    <BooksPage
      search={Route.useSearch()}
      onSearch={(change) => void navigate({ search: (now) => ({ ...now, ...change }) })}
    />
  );
}
