import { createFileRoute } from '@tanstack/react-router';
import { DatabasePage } from '../../features/system/database-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/database')({
  beforeLoad: () => requirePermission('system:read'),
  component: DatabasePage,
});
