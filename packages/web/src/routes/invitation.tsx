import { createFileRoute } from '@tanstack/react-router';
import { InvitationPage } from '../features/access/invitation-page.tsx';
import { queryClient } from '../lib/query.ts';
import { sessionQuery } from '../lib/session.ts';

export const Route = createFileRoute('/invitation')({
  beforeLoad: () => queryClient.ensureQueryData(sessionQuery).then(() => undefined),
  component: InvitationPage,
});
