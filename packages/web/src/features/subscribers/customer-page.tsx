import { Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StaleNotice } from '../../ui/error-state.tsx';
import { StatementTab } from '../billing/statement-tab.tsx';
import { SubscriptionTab } from '../billing/subscription-panel.tsx';
import { ContactPanel } from '../notifications/contact-panel.tsx';
import { UsagePanel } from '../usage/usage-panel.tsx';
import { AccountDrawer } from './account-drawer.tsx';
import { AccountPanel } from './account-panel.tsx';
import { CustomerHead } from './customer-head.tsx';
import { CustomerInvoices } from './customer-invoices.tsx';
import { CustomerMissing } from './customer-missing.tsx';
import { MoneyPanel, PaymentDrawer, useOpenInvoices } from './customer-money.tsx';
import classes from './customer-page.module.css';
import { CustomerSessions } from './customer-sessions.tsx';
import { CustomerTimeline } from './customer-timeline.tsx';
import { type CustomerSearch, customerTabs } from './customers-search.ts';
import { PersonPanel } from './person-panel.tsx';
import { type Customer, customerById } from './queries.ts';
import { SessionPanel } from './session-panel.tsx';
import { WhyOffline } from './why-offline-panel.tsx';

type CustomerPageProps = {
  customerId: string;
  search: CustomerSearch;
  onSearch: (change: Partial<CustomerSearch>) => void;
  onIssue: () => void;
  /** From a room above: brings the accounts to their routers once more. */
  sync: ReactNode;
};

export function CustomerPage({ customerId, search, onSearch, onIssue, sync }: CustomerPageProps) {
  const { data: customer, error, refetch } = useQuery(customerById(customerId));
  const { invoices } = useOpenInvoices(customerId);
  const can = useCan();
  const retry = () => void refetch();
  if (error && !customer) return <CustomerMissing error={error} onRetry={retry} />;
  if (!customer) return <PageSkeleton />;
  const oldest = invoices?.[0];
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <CustomerHead
        customer={customer}
        onPay={oldest && (() => onSearch({ pay: oldest.id }))}
        onIssue={onIssue}
        onAddAccount={() => onSearch({ account: 'new' })}
      />
      <CustomerTabs customer={customer} search={search} onSearch={onSearch} onIssue={onIssue} sync={sync} />
      <PaymentDrawer invoiceId={search.pay} onClose={() => onSearch({ pay: undefined })} />
      <AccountDrawer
        customer={customer}
        open={can('customer:write') && !customer.removedAt ? search.account : undefined}
        onClose={() => onSearch({ account: undefined })}
      />
    </>
  );
}

type CustomerTabsProps = Omit<CustomerPageProps, 'customerId'> & { customer: Customer };

function CustomerTabs({ customer, search, onSearch, onIssue, sync }: CustomerTabsProps) {
  const can = useCan();
  const mayRead = {
    subscription: can('invoice:read'),
    invoices: can('invoice:read'),
    statement: can('invoice:read'),
    sessions: true,
    history: true,
  };
  const shown = search.tab && mayRead[search.tab] ? search.tab : 'overview';
  return (
    <Tabs
      value={shown}
      onChange={(tab) =>
        onSearch({ tab: customerTabs.find((name) => name === tab), after: undefined, kind: undefined })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="overview">{t('customers.tabs.overview')}</Tabs.Tab>
        {mayRead.subscription && <Tabs.Tab value="subscription">{t('subscriptions.title')}</Tabs.Tab>}
        {mayRead.invoices && <Tabs.Tab value="invoices">{t('customers.tabs.invoices')}</Tabs.Tab>}
        {mayRead.statement && <Tabs.Tab value="statement">{t('payments.statement.title')}</Tabs.Tab>}
        <Tabs.Tab value="sessions">{t('customers.tabs.sessions')}</Tabs.Tab>
        <Tabs.Tab value="history">{t('customers.tabs.history')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="overview">
        <Overview customer={customer} onSearch={onSearch} onIssue={onIssue} sync={sync} />
      </Tabs.Panel>
      <Tabs.Panel value="subscription" maw={900}>
        <SubscriptionTab customerId={customer.id} />
      </Tabs.Panel>
      <Tabs.Panel value="invoices">
        <CustomerInvoices customer={customer} after={search.after} onPage={(after) => onSearch({ after })} />
      </Tabs.Panel>
      <Tabs.Panel value="statement">
        <StatementTab customer={customer} />
      </Tabs.Panel>
      <Tabs.Panel value="sessions">
        <CustomerSessions customerId={customer.id} after={search.after} onPage={(after) => onSearch({ after })} />
      </Tabs.Panel>
      <Tabs.Panel value="history" maw={720}>
        <CustomerTimeline customerId={customer.id} search={search} onSearch={onSearch} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Overview({ customer, onSearch, onIssue, sync }: Omit<CustomerTabsProps, 'search'>) {
  const oldest = useOpenInvoices(customer.id).invoices?.[0];
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        {!customer.removedAt && (
          <WhyOffline customer={customer} onPay={oldest && (() => onSearch({ pay: oldest.id }))} />
        )}
        {customer.accounts.map((account) => (
          <div key={account.id} className={classes.column}>
            <AccountPanel
              account={account}
              isOnly={customer.accounts.length === 1}
              onEdit={() => onSearch({ account: account.id })}
            />
            <SessionPanel account={account} />
            <UsagePanel account={account} isOnly={customer.accounts.length === 1} />
          </div>
        ))}
        {customer.accounts.length > 0 && !customer.removedAt && sync}
        {customer.accounts.length === 0 && <PersonPanel customer={customer} />}
      </div>
      <div className={classes.column}>
        <MoneyPanel customer={customer} onPay={(pay) => onSearch({ pay })} onIssue={onIssue} />
        {customer.accounts.length > 0 && <PersonPanel customer={customer} />}
        <ContactPanel customer={customer} />
      </div>
    </div>
  );
}

function PageSkeleton() {
  return (
    <Stack gap="md" aria-busy="true">
      <Skeleton height={32} width="min(320px, 80%)" />
      <Skeleton height={18} width="min(420px, 90%)" />
      <Skeleton height={36} />
      <div className={classes.columns}>
        <Skeleton height={470} />
        <Skeleton height={370} />
      </div>
    </Stack>
  );
}
