import { Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TabStrip } from '../../ui/tab-strip.tsx';
import { PasswordForm } from '../access/password-form.tsx';
import { DocumentsTab } from './documents-form.tsx';
import { LogoPanel } from './logo-panel.tsx';
import { NumbersPanel } from './numbers-panel.tsx';
import { OperationForm } from './operation-form.tsx';
import { ProviderForm } from './provider-form.tsx';
import { settingsQuery } from './queries.ts';
import { type SettingsTab, settingsTabs } from './settings-tabs.ts';
import { SystemTab } from './system-tab.tsx';

type SettingsPageProps = {
  tab: SettingsTab | undefined;
  onTab: (tab: SettingsTab) => void;
  /** Tabs of rooms above this one. */
  panels: Partial<Record<SettingsTab, ReactNode>>;
};

export function SettingsPage({ tab, onTab, panels }: SettingsPageProps) {
  const can = useCan();
  // A password is everybody's own; the rest is not.
  const allowed = settingsTabs.filter((name) => name === 'password' || can('settings:read'));
  const shown = tab && allowed.includes(tab) ? tab : allowed[0];
  return (
    <>
      <PageHead title={t('settings.title')} />
      <Tabs value={shown} onChange={(next) => next && onTab(next as SettingsTab)} keepMounted={false}>
        <TabStrip value={shown}>
          {allowed.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`settings.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </TabStrip>
        <Tabs.Panel value="provider">
          <ProviderTab />
        </Tabs.Panel>
        <Tabs.Panel value="operation" maw={640}>
          <OperationTab />
        </Tabs.Panel>
        <Tabs.Panel value="documents" maw={640}>
          <Stack>
            <DocumentsTab />
            <NumbersPanel />
          </Stack>
        </Tabs.Panel>
        {Object.entries(panels).map(([name, panel]) => (
          <Tabs.Panel key={name} value={name} maw={900}>
            {panel}
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="password" maw={640}>
          <Panel title={t('access.changeTitle')}>
            <PasswordForm onDone={() => notifyDone(t('access.changed'))} />
          </Panel>
        </Tabs.Panel>
        <Tabs.Panel value="system">
          <SystemTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function ProviderTab() {
  const query = useQuery(settingsQuery);
  return (
    <Stack maw={640}>
      <LoadedForm query={query} skeleton={<Skeleton height={420} aria-busy="true" />}>
        {(settings, onReload) => (
          <Panel>
            <ProviderForm settings={settings} onReload={onReload} />
          </Panel>
        )}
      </LoadedForm>
      {query.data && <LogoPanel settings={query.data} version={query.dataUpdatedAt} />}
    </Stack>
  );
}

function OperationTab() {
  return (
    <LoadedForm query={useQuery(settingsQuery)} skeleton={<Skeleton height={420} aria-busy="true" />}>
      {(settings, onReload) => (
        <Panel>
          <OperationForm settings={settings} onReload={onReload} />
        </Panel>
      )}
    </LoadedForm>
  );
}
