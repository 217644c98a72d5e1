import { Anchor, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan, useFormat, useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState, StaleNotice } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SessionTable } from '../provisioning/session-table.tsx';
import { CallerSearch } from './caller-search.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';
import classes from './home.module.css';
import { NextDay } from './next-day.tsx';
import { Problems } from './problems.tsx';
import { anyInvoice, type Dashboard, dashboardQuery } from './queries.ts';
import { ReceivedMonths } from './received-months.tsx';
import { RouterPanel } from './router-panel.tsx';

export function HomePage() {
  const can = useCan();
  const format = useFormat();
  return (
    <>
      <PageHead title={t('home.title')} about={format.dayWithWeekday(format.today())} />
      {can('report:read') ? <Overview /> : <NothingForThisRole />}
    </>
  );
}

/** A cashier sells vouchers, which do not exist yet. */
function NothingForThisRole() {
  const { staff } = useSession();
  return (
    <EmptyState
      icon="clock"
      title={t('home.nothing.title')}
      text={t('home.nothing.text', { role: staff ? t(`shell.roles.${staff.role}`) : '' })}
    />
  );
}

function Overview() {
  const { data, error, refetch } = useQuery(dashboardQuery);
  const { staff } = useSession();
  const steps = useFirstSteps(data);
  const retry = () => void refetch();
  if (error && !data) return <ErrorState error={error} onRetry={retry} />;
  return (
    <div className={classes.stack}>
      {error && <StaleNotice error={error} onRetry={retry} />}
      {staff?.role === 'office' && <CallerSearch />}
      {steps && <FirstSteps done={steps} />}
      {data?.routers.total !== 0 && (
        <>
          <Problems dashboard={data} />
          <NextDay />
          <Figures dashboard={data} />
          <ReceivedMonths dashboard={data} />
          <Live />
        </>
      )}
    </div>
  );
}

/** undefined when all of them were done once, or it is not known yet. */
function useFirstSteps(dashboard: Dashboard | undefined) {
  const can = useCan();
  const money = dashboard?.money;
  // Where money moved there are invoices; only else it must be asked.
  const hasMoney = money && [money.openMinor, money.receivedThisMonthMinor].some((minor) => minor !== '0');
  const invoices = useQuery({ ...anyInvoice, enabled: Boolean(money) && !hasMoney && can('invoice:read') });
  if (!dashboard || hasMoney || (can('invoice:read') && invoices.data === undefined)) return;
  const done = {
    router: dashboard.routers.total > 0,
    customer: dashboard.customers.total > 0,
    invoice: invoices.data === true,
  };
  return Object.values(done).every(Boolean) ? undefined : done;
}

// What fits on a screen with the figures above it.
const shownSessions = 10;

function Live() {
  const can = useCan();
  return (
    <div className={classes.columns}>
      {can('session:read') && (
        <section>
          <div className={classes.sectionHead}>
            <Title order={2}>{t('home.live')}</Title>
            <Anchor component={Link} to="/sessions">
              {t('home.allSessions')}
            </Anchor>
          </div>
          <SessionTable
            query={{ limit: shownSessions }}
            isCompact
            empty={<EmptyState icon="activity" title={t('sessions.empty.title')} text={t('sessions.empty.text')} />}
          />
        </section>
      )}
      {can('router:read') && <RouterPanel />}
    </div>
  );
}
