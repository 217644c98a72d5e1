import { Button, Skeleton, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { MikrotikSync } from '../bulk/mikrotik-sync.tsx';
import { RouterFilter } from '../provisioning/router-picker.tsx';
import { SessionTable } from '../provisioning/session-table.tsx';
import { ConnectionResult } from '../routers/connection-result.tsx';
import { type Router, routerById } from '../routers/queries.ts';
import { RouterTry, useRouterTry } from '../routers/router-try.tsx';
import { mikrotikTest } from './queries.ts';
import { UserTable } from './user-table.tsx';

export const serviceTypes = ['pppoe', 'hotspot'] as const;
export const mikrotikTabs = ['sessions', 'users'] as const;

export type MikrotikSearch = {
  routerId?: string;
  type?: (typeof serviceTypes)[number];
  tab?: (typeof mikrotikTabs)[number];
  after?: string;
};

type MikrotikPageProps = { search: MikrotikSearch; onSearch: (change: Partial<MikrotikSearch>) => void };

/** One router at a time: does it answer, who is online there, which users are on it. */
export function MikrotikPage({ search, onSearch }: MikrotikPageProps) {
  const { data: test, error, refetch } = useQuery(mikrotikTest(search.routerId));
  const { data: router } = useQuery({ ...routerById(test?.routerId ?? ''), enabled: Boolean(test?.routerId) });
  if (test && !test.routerId) return <NoRouter />;
  return (
    <>
      {router ? <Head key={router.id} router={router} onTest={() => void refetch()} /> : <PageHead {...headWords()} />}
      <Toolbar>
        <RouterFilter
          value={search.routerId ?? test?.routerId ?? undefined}
          onChange={(routerId) => onSearch({ routerId, after: undefined })}
        />
        <FilterChips
          label={t('mikrotik.columns.type')}
          choices={[
            { value: 'all', label: t('mikrotik.types.all') },
            ...serviceTypes.map((value) => ({ value, label: t(`mikrotik.types.${value}`) })),
          ]}
          value={search.type ?? 'all'}
          onChange={(type) => onSearch({ type: serviceTypes.find((one) => one === type), after: undefined })}
        />
      </Toolbar>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Stack gap="md">
          {test ? (
            <ConnectionResult
              isShort
              outcome={{
                test: { ok: test.success, latencyMs: test.latencyMs, facts: test.system, trouble: test.error },
              }}
            />
          ) : (
            <Skeleton height={64} aria-busy="true" />
          )}
          <Lists search={search} routerId={test?.routerId ?? search.routerId} onSearch={onSearch} />
        </Stack>
      )}
    </>
  );
}

function headWords() {
  return { title: t('mikrotik.title'), about: t('mikrotik.about') };
}

function Head({ router, onTest }: { router: Router; onTest: () => void }) {
  const can = useCan();
  const attempt = useRouterTry(router);
  return (
    <>
      <PageHead {...headWords()}>
        {can('router:write') && (
          <Button
            loading={attempt.running === 'sync'}
            leftSection={<Icon name="refresh" size={16} />}
            onClick={attempt.sync}
          >
            {t('mikrotik.sync')}
          </Button>
        )}
        <Button variant="default" leftSection={<Icon name="plug" size={16} />} onClick={onTest}>
          {t('mikrotik.test')}
        </Button>
      </PageHead>
      <RouterTry attempt={attempt} />
    </>
  );
}

type ListsProps = MikrotikPageProps & { routerId: string | undefined };

function Lists({ search, routerId, onSearch }: ListsProps) {
  const onPage = (after: string | undefined) => onSearch({ after });
  return (
    <Tabs
      value={search.tab ?? 'sessions'}
      onChange={(tab) => onSearch({ tab: mikrotikTabs.find((one) => one === tab), after: undefined })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {mikrotikTabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab}>
            {t(`mikrotik.${tab}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="sessions">
        <SessionTable
          query={{ routerId, service: search.type, after: search.after }}
          onPage={onPage}
          empty={<EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />}
        />
      </Tabs.Panel>
      <Tabs.Panel value="users">
        <Toolbar>{routerId && <MikrotikSync key={routerId} routerId={routerId} />}</Toolbar>
        <UserTable query={{ routerId, type: search.type, after: search.after }} onPage={onPage} />
      </Tabs.Panel>
    </Tabs>
  );
}

function NoRouter() {
  const can = useCan();
  return (
    <>
      <PageHead {...headWords()} />
      <EmptyState icon="router" title={t('mikrotik.noRouterTitle')} text={t('mikrotik.noRouterText')}>
        {can('router:write') && (
          <LinkButton to="/routers" search={{ open: 'new' }} leftSection={<Icon name="plus" size={16} />}>
            {t('mikrotik.addRouter')}
          </LinkButton>
        )}
      </EmptyState>
    </>
  );
}
