import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { TypedWatch } from '../../ui/form.tsx';
import { useFresh, useLatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { notifyDone, notifyFailed } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { EditCustomerForm } from './customer-form.tsx';
import { CustomerMissing } from './customer-missing.tsx';
import { changeOf, type Field, mergedValues, theirChanges, type Values } from './customer-values.ts';
import { type Customer, type CustomerField, changeCustomer, customerById, customerFields } from './queries.ts';

export function EditCustomerPage({ customerId }: { customerId: string }) {
  const query = useQuery({ ...customerById(customerId), staleTime: 0 });
  const { error, refetch } = query;
  const data = useFresh(query);
  const fields = useQuery(customerFields).data?.items;
  if (error && !data) return <CustomerMissing error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead title={data ? t('customers.form.editTitle', { name: data.name }) : t('customers.edit')}>
        <LinkButton variant="default" to="/customers/$customerId" params={{ customerId }}>
          {t('ui.cancel')}
        </LinkButton>
      </PageHead>
      {!(data && fields) && <Skeleton height={460} />}
      {data && fields && <EditCustomer customer={data} fields={fields} latest={async () => (await refetch()).data} />}
    </>
  );
}

type EditCustomerProps = {
  customer: Customer;
  fields: readonly CustomerField[];
  latest: () => Promise<Customer | undefined>;
};

type Opened = { revision: number; customer: Customer; typed?: Values; theirs?: Partial<Record<Field, string>> };

function EditCustomer({ customer, fields, latest }: EditCustomerProps) {
  const navigate = useNavigate();
  const { shown, show, setTyped } = useLatestUntilTyped<Opened>({ revision: customer.revision, customer });
  const reload = async (values: Values) => {
    const now = await latest().catch(notifyFailed);
    if (!now) return;
    show({
      revision: now.revision,
      customer: now,
      typed: mergedValues(values, shown.customer, now),
      theirs: theirChanges(values, shown.customer, now),
    });
  };
  return (
    <TypedWatch value={setTyped}>
      <EditCustomerForm
        key={shown.revision}
        {...shown}
        fields={fields}
        submit={(values) => changeCustomer(customer.id, changeOf(values, shown.customer, fields))}
        onDone={(name) => {
          notifyDone(t('customers.saved', { name }));
          void navigate({ to: '/customers/$customerId', params: { customerId: customer.id } });
        }}
        onReload={(values) => void reload(values)}
      />
    </TypedWatch>
  );
}
