import { Stack } from '@mantine/core';
import { createFileRoute } from '@tanstack/react-router';
import { BillingPolicyPanel } from '../../features/billing/billing-policy-form.tsx';
import { CustomerPicker } from '../../features/billing/customer-picker.tsx';
import { GatewaysPanel } from '../../features/billing/gateways-panel.tsx';
import { OverduePolicyPanel } from '../../features/billing/overdue-policy-form.tsx';
import { MessageTemplatesTab } from '../../features/notifications/message-templates-tab.tsx';
import { type TemplateSearch, templateKinds } from '../../features/notifications/template-search.ts';
import { TaxesPanel } from '../../features/plans/taxes-panel.tsx';
import { BlockedAccessTab } from '../../features/provisioning/blocked-access-tab.tsx';
import { SettingsPage } from '../../features/settings/settings-page.tsx';
import { type SettingsTab, settingsTabs } from '../../features/settings/settings-tabs.ts';
import { languages } from '../../lib/languages.ts';
import { oneOf } from '../../lib/search.ts';

type SettingsSearch = { tab?: SettingsTab } & TemplateSearch;

export const Route = createFileRoute('/_app/settings')({
  validateSearch: (search: Record<string, unknown>): SettingsSearch => ({
    tab: oneOf(search.tab, settingsTabs),
    language: oneOf(search.language, languages),
    template: oneOf(search.template, templateKinds),
  }),
  component: SettingsRoute,
});

function SettingsRoute() {
  const { tab, ...search } = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SettingsPage
      tab={tab}
      onTab={(next) => void navigate({ search: { tab: next } })}
      panels={{
        billing: (
          <Stack maw={640}>
            <BillingPolicyPanel />
            <OverduePolicyPanel />
            <GatewaysPanel />
          </Stack>
        ),
        messages: (
          <MessageTemplatesTab
            search={search}
            onSearch={(next) => void navigate({ search: { tab: 'messages', ...next } })}
            customerPicker={(pick) => <CustomerPicker {...pick} clearable />}
          />
        ),
        taxes: <TaxesPanel />,
        blocked: <BlockedAccessTab />,
      }}
    />
  );
}
