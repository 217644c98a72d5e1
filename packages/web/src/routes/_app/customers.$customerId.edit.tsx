import { createFileRoute } from '@tanstack/react-router';
import { EditCustomerPage } from '../../features/subscribers/edit-customer-page.tsx';
import { requirePermission } from '../../lib/session.ts';

export const Route = createFileRoute('/_app/customers/$customerId/edit')({
  beforeLoad: () => requirePermission('customer:write'),
  component: EditCustomerRoute,
});

function EditCustomerRoute() {
  const { customerId } = Route.useParams();
  return <EditCustomerPage key={customerId} customerId={customerId} />;
}
