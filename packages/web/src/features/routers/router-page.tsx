import { ActionIcon, Button, Menu, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../lib/api.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { AuditTimeline } from '../audit/audit-timeline.tsx';
import { ResultBox } from './connection-result.tsx';
import { type Router, routerById } from './queries.ts';
import { askToManage, askToObserve, askToRemoveRouter } from './router-acts.tsx';
import { RouterCounts } from './router-counts.tsx';
import { RouterDrawer } from './router-drawer.tsx';
import { RouterFacts } from './router-facts.tsx';
import { GuideToggle, RouterGuide } from './router-guide.tsx';
import classes from './router-page.module.css';
import { RouterStateHead } from './router-state.tsx';
import { RouterTry, useRouterTry } from './router-try.tsx';

export type RouterSearch = { open?: 'edit' };

type RouterPageProps = {
  routerId: string;
  search: RouterSearch;
  onSearch: (change: Partial<RouterSearch>) => void;
  onRemoved: () => void;
};

export function RouterPage({ routerId, search, onSearch, onRemoved }: RouterPageProps) {
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
      <RouterView router={router} onEdit={() => onSearch({ open: 'edit' })} onRemoved={onRemoved} />
      <RouterDrawer
        open={search.open && routerId}
        onClose={() => onSearch({ open: undefined })}
        onDone={() => onSearch({ open: undefined })}
      />
    </>
  );
}

type RouterViewProps = { router: Router; onEdit: () => void; onRemoved: () => void };

function RouterView({ router, onEdit, onRemoved }: RouterViewProps) {
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
            <Button variant="default" leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
              {t('routers.edit')}
            </Button>
            <RouterMenu router={router} onRemoved={onRemoved} />
          </>
        )}
      </PageHead>
      <div className={classes.stack}>
        <RouterTry attempt={attempt} />
        <Notices router={router} canWrite={canWrite} />
        <RouterCounts router={router} />
        <div className={classes.columns}>
          <Panel title={t('routers.facts.title')}>
            <RouterFacts router={router} />
          </Panel>
          {can('audit:read') && (
            <Panel title={t('routers.history')}>
              <AuditTimeline about={router.id} />
            </Panel>
          )}
        </div>
        {canWrite && <OwnGuide router={router} />}
      </div>
    </>
  );
}

function RouterMenu({ router, onRemoved }: { router: Router; onRemoved: () => void }) {
  const isObserved = router.mode === 'observe';
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('routers.more')}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Icon name={isObserved ? 'pencil' : 'eye'} size={16} />}
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
    <div className={classes.stack} aria-busy="true">
      <Skeleton height={36} width={280} />
      <Skeleton height={92} />
      <div className={classes.columns}>
        <Skeleton height={420} />
        <Skeleton height={420} />
      </div>
    </div>
  );
}
