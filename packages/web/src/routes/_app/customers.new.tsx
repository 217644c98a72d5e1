import { createFileRoute } from '@tanstack/react-router';
import { NewCustomerPage } from '../../features/subscribers/new-customer-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/new')({
  beforeLoad: () => requirePermission('customer:write'),
  component: NewCustomerPage,
});
