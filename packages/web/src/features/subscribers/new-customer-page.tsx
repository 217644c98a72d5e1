import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { routerChoices } from '../provisioning/router-picker.tsx';
import { newAccountOf } from './account-values.ts';
import { NewCustomerForm, type NewValues } from './customer-form.tsx';
import { sentOf } from './customer-values.ts';
import { NoRouterYet } from './customers-page.tsx';
import { plansOnSale } from './plan-picker.tsx';
import { addCustomer, type CustomerField, customerFields } from './queries.ts';

export function NewCustomerPage() {
  return (
    <>
      <PageHead title={t('customers.add')} about={t('customers.form.addAbout')}>
        <LinkButton variant="default" to="/customers">
          {t('ui.cancel')}
        </LinkButton>
      </PageHead>
      <NewCustomer />
    </>
  );
}

function NewCustomer() {
  const navigate = useNavigate();
  const addedId = useRef('');
  const routers = useQuery(routerChoices(''));
  const plans = useQuery(plansOnSale);
  const fields = useQuery(customerFields).data?.items;
  if (routers.data?.items.length === 0) return <NoRouterYet />;
  if (plans.data?.items.length === 0) return <NoPlanYet />;
  if (routers.isPending || plans.isPending || !fields) return <Skeleton height={460} aria-busy="true" />;
  return (
    <NewCustomerForm
      fields={fields}
      submit={async (values) => {
        addedId.current = await addCustomer(bodyOf(values, fields));
      }}
      onDone={(name) => {
        notifyDone(t('customers.added', { name }));
        void navigate({ to: '/customers/$customerId', params: { customerId: addedId.current } });
      }}
    />
  );
}

function bodyOf(
  { routerId, planId, username, password, staticAddress, macAddress, ...person }: NewValues,
  fields: readonly CustomerField[],
) {
  const account = newAccountOf({ routerId, planId, username, password, staticAddress, macAddress });
  return { ...sentOf(person, fields), name: person.name, ...account };
}

function NoPlanYet() {
  const can = useCan();
  return (
    <EmptyState icon="gauge" title={t('customers.empty.noPlanTitle')} text={t('customers.empty.noPlanText')}>
      {can('plan:write') && (
        <LinkButton to="/plans" search={{ open: 'new' }} leftSection={<Icon name="plus" size={16} />}>
          {t('customers.addPlan')}
        </LinkButton>
      )}
    </EmptyState>
  );
}
