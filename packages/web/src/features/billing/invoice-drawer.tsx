import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { InvoiceForm } from './invoice-form.tsx';
import { customerById, type InvoiceDetail } from './queries.ts';

type InvoiceDrawerProps = {
  isOpen: boolean;
  /** Whose invoice it will be, where that is known. */
  customerId: string | undefined;
  onClose: () => void;
  onIssued: (invoice: InvoiceDetail) => void;
};

export function InvoiceDrawer({ isOpen, customerId, onClose, onIssued }: InvoiceDrawerProps) {
  const { data, isLoading } = useQuery({ ...customerById(customerId ?? ''), enabled: isOpen && Boolean(customerId) });
  const customer = data && !data.removedAt ? { id: data.id, name: data.name } : undefined;
  return (
    <FormDrawer opened={isOpen} title={t('invoices.form.title')} onClose={onClose}>
      {customerId && isLoading ? (
        <Skeleton height={56} />
      ) : (
        <InvoiceForm customer={customer} onDone={onIssued} onReload={onClose} />
      )}
    </FormDrawer>
  );
}
