import { ActionIcon, Button, Menu, Skeleton, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { type Permission, useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import columns from '../../ui/columns.module.css';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TabStrip } from '../../ui/tab-strip.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { ResultBox } from './connection-result.tsx';
import { DriftList, type OnAdopted } from './drift-list.tsx';
import { type Router, routerById } from './queries.ts';
import { askToManage, askToObserve, askToRemoveRouter } from './router-acts.tsx';
import { RouterCounts } from './router-counts.tsx';
import { RouterDrawer } from './router-drawer.tsx';
import { RouterFacts } from './router-facts.tsx';
import { GuideToggle, RouterGuide } from './router-guide.tsx';
import { RouterHealth } from './router-health.tsx';
import classes from './router-page.module.css';
import { RouterPreview } from './router-preview.tsx';
import { type RouterSearch, type RouterTab, routerTabs } from './router-search.ts';
import { RouterSettings } from './router-settings.tsx';
import { RouterStateHead } from './router-state.tsx';
import { RouterTry, useRouterTry } from './router-try.tsx';

type RouterPageProps = {
  routerId: string;
  search: RouterSearch;
  onSearch: (change: Partial<RouterSearch>) => void;
  onRemoved: () => void;
  /** From rooms above: who is online there, whose accounts are on it, and what waits for it. */
  sessions: ReactNode;
  accounts: ReactNode;
  pending: ReactNode;
  imports: (router: Router) => ReactNode;
  onAdopted: OnAdopted;
};

export function RouterPage({ routerId, search, onSearch, onRemoved, ...lists }: RouterPageProps) {
  const { data: router, error, refetch } = useQuery(routerById(routerId));
  const retry = () => void refetch();
  // What was removed meanwhile is not shown as if it were there.
  const isGone = error instanceof ApiError && error.status === 404;
  if (error && (!router || isGone)) {
    return (
      <>
        <PageHead title={t('routers.title')} />
        <ErrorState error={error} onRetry={isGone ? undefined : retry} />
      </>
    );
  }
  if (!router) return <RouterSkeleton />;
  return (
    <>
      {error && <StaleNotice error={error} onRetry={retry} />}
      <RouterView
        router={router}
        tab={search.tab ?? 'overview'}
        reload={async () => (await refetch()).data}
        search={search}
        onSearch={onSearch}
        onTab={(tab) => onSearch({ ...noList, tab: tab === 'overview' ? undefined : tab })}
        onEdit={() => onSearch({ open: 'edit' })}
        onRemoved={onRemoved}
        {...lists}
      />
      <RouterDrawer
        open={search.open && routerId}
        onClose={() => onSearch({ open: undefined })}
        onDone={() => onSearch({ open: undefined })}
      />
    </>
  );
}

/** What narrows the list of a tab is not for the next one. */
const noList = { search: undefined, drift: undefined, state: undefined, after: undefined };

type RouterViewProps = {
  router: Router;
  reload: () => Promise<Router | undefined>;
  tab: RouterTab;
  search: RouterSearch;
  onSearch: (change: Partial<RouterSearch>) => void;
  onTab: (tab: RouterTab) => void;
  onEdit: () => void;
  onRemoved: () => void;
  sessions: ReactNode;
  accounts: ReactNode;
  pending: ReactNode;
  imports: (router: Router) => ReactNode;
  onAdopted: OnAdopted;
};

function RouterView({
  router,
  reload,
  tab,
  search,
  onSearch,
  onTab,
  onEdit,
  onRemoved,
  sessions,
  accounts,
  pending,
  imports,
  onAdopted,
}: RouterViewProps) {
  const can = useCan();
  const attempt = useRouterTry(router);
  const canWrite = can('router:write');
  return (
    <>
      <PageHead title={router.label} badge={<RouterStateHead router={router} />}>
        {canWrite && (
          <Button
            loading={attempt.running === 'sync'}
            disabled={attempt.running === 'test'}
            leftSection={<Icon name="refresh" size={16} />}
            onClick={attempt.sync}
          >
            {t('routers.sync.act')}
          </Button>
        )}
        <Button
          variant="default"
          loading={attempt.running === 'test'}
          disabled={attempt.running === 'sync'}
          leftSection={<Icon name="plug-connected" size={16} />}
          onClick={attempt.test}
        >
          {t('routers.test.act')}
        </Button>
        {canWrite && (
          <>
            <Button visibleFrom="sm" variant="default" leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
              {t('routers.edit')}
            </Button>
            <RouterMenu router={router} onEdit={onEdit} onRemoved={onRemoved} />
          </>
        )}
      </PageHead>
      <div className={columns.stack}>
        <RouterTry attempt={attempt} />
        <Notices router={router} canWrite={canWrite} />
        <Tabs value={tab} onChange={(next) => next && onTab(next as RouterTab)} keepMounted={false}>
          <TabStrip value={tab}>
            {routerTabs
              .filter((name) => isTabFor(name, can))
              .map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {name === 'drift' && router.driftCount > 0
                    ? t('routers.tabs.driftCount', { count: router.driftCount })
                    : t(`routers.tabs.${name}`)}
                </Tabs.Tab>
              ))}
          </TabStrip>
          <Tabs.Panel value="overview" className={columns.stack}>
            <RouterCounts router={router} />
            <RouterHealth routerId={router.id} />
            <Panel title={t('routers.facts.title')}>
              <RouterFacts router={router} />
            </Panel>
          </Tabs.Panel>
          <Tabs.Panel value="sessions">{sessions}</Tabs.Panel>
          <Tabs.Panel value="accounts">{accounts}</Tabs.Panel>
          <Tabs.Panel value="drift">
            <Text c="dimmed" mb="sm">
              {router.healsDrift ? t('routers.drift.heals') : t('routers.drift.lists')}
            </Text>
            <DriftList routerId={router.id} search={search} onSearch={onSearch} onAdopted={onAdopted} />
          </Tabs.Panel>
          <Tabs.Panel value="changes" className={columns.stack}>
            <RouterPreview router={router} />
            {pending}
          </Tabs.Panel>
          <Tabs.Panel value="import">{imports(router)}</Tabs.Panel>
          <Tabs.Panel value="log">
            <Panel title={t('routers.history')}>
              <AuditTimeline about={router.id} />
            </Panel>
          </Tabs.Panel>
          <Tabs.Panel value="settings" className={columns.stack}>
            <LatestUntilTyped latest={router} reload={reload}>
              {(shown, onReload) => <RouterSettings router={shown} canWrite={canWrite} onReload={onReload} />}
            </LatestUntilTyped>
            {canWrite && <OwnGuide router={router} />}
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}

const tabPermission: Partial<Record<RouterTab, Permission>> = {
  sessions: 'session:read',
  accounts: 'customer:read',
  changes: 'customer:read',
  import: 'router:write',
  log: 'audit:read',
};

function isTabFor(tab: RouterTab, can: (permission: Permission) => boolean): boolean {
  const permission = tabPermission[tab];
  return !permission || can(permission);
}

type RouterMenuProps = { router: Router; onEdit: () => void; onRemoved: () => void };

function RouterMenu({ router, onEdit, onRemoved }: RouterMenuProps) {
  const isObserved = router.mode === 'observe';
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('routers.more')}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item hiddenFrom="sm" leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
          {t('routers.edit')}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name={isObserved ? 'upload' : 'eye'} size={16} />}
          onClick={() => (isObserved ? askToManage(router) : askToObserve(router))}
        >
          {isObserved ? t('routers.manage.act') : t('routers.observe.act')}
        </Menu.Item>
        <Menu.Item
          color="var(--mantine-color-error)"
          leftSection={<Icon name="trash" size={16} />}
          onClick={() => askToRemoveRouter(router, onRemoved)}
        >
          {t('routers.remove.short')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What a person must know or do about this router, before any figure. */
function Notices({ router, canWrite }: { router: Router; canWrite: boolean }) {
  const { trouble, mode, pendingCount } = router;
  return (
    <>
      {trouble && (
        <ResultBox
          tone={router.state === 'rejected' ? 'attention' : 'broken'}
          title={t(`routers.states.${router.state}`)}
          text={trouble.message}
        />
      )}
      {router.heldCount > 0 && (
        <ResultBox
          tone="attention"
          title={t('routers.held.title', { count: router.heldCount })}
          text={t('routers.held.text', { percent: router.changeLimitPercent })}
        />
      )}
      {router.concerns.length > 0 && (
        <ResultBox
          tone="attention"
          title={t('routers.states.degraded')}
          text={router.concerns.map((concern) => t(`routers.concerns.${concern}`)).join(' ')}
        />
      )}
      {mode === 'observe' && (
        <ResultBox
          tone="quiet"
          title={t('routers.observe.notice')}
          text={pendingCount > 0 ? t('routers.observe.noticePending', { count: pendingCount }) : undefined}
          acts={
            canWrite && (
              <Button variant="default" size="xs" onClick={() => askToManage(router)}>
                {t('routers.manage.act')}
              </Button>
            )
          }
        />
      )}
    </>
  );
}

function OwnGuide({ router }: { router: Router }) {
  const [isOpen, setOpen] = useState(false);
  const user = { username: router.username, password: '' };
  return (
    <div>
      <GuideToggle isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
      {isOpen && (
        <Panel className={classes.guide}>
          <RouterGuide user={user} isPlainFirst={router.tls === 'off'} />
        </Panel>
      )}
    </div>
  );
}

function RouterSkeleton() {
  return (
    <div className={columns.stack} aria-busy="true">
      <Skeleton height={36} width={280} />
      <Skeleton height={92} />
      <div className={columns.columns}>
        <Skeleton height={420} />
        <Skeleton height={420} />
      </div>
    </div>
  );
}
