import { Stack } from '@mantine/core';
import { createFileRoute } from '@tanstack/react-router';
import { BillingPolicyPanel } from '../../features/billing/billing-policy-form.tsx';
import { OverduePolicyPanel } from '../../features/billing/overdue-policy-form.tsx';
import { TaxesPanel } from '../../features/plans/taxes-panel.tsx';
import { BlockedAccessTab } from '../../features/provisioning/blocked-access-tab.tsx';
import { SettingsPage } from '../../features/settings/settings-page.tsx';
import { type SettingsTab, settingsTabs } from '../../features/settings/settings-tabs.ts';
import { oneOf } from '../../lib/search.ts';

export const Route = createFileRoute('/_app/settings')({
  validateSearch: (search: Record<string, unknown>): { tab?: SettingsTab } => ({
    tab: oneOf(search.tab, settingsTabs),
  }),
  component: SettingsRoute,
});

function SettingsRoute() {
  const { tab } = Route.useSearch();
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
          </Stack>
        ),
        taxes: <TaxesPanel />,
        blocked: <BlockedAccessTab />,
      }}
    />
  );
}
