import { createFileRoute } from '@tanstack/react-router';
import { JobsPage } from '../../features/system/jobs-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/jobs')({
  beforeLoad: () => requirePermission('system:read'),
  component: JobsPage,
});
