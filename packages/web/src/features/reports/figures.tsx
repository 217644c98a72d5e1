import { linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { StatTile } from '../../ui/stat-tile.tsx';
import classes from './home.module.css';
import type { Dashboard } from './queries.ts';

type FiguresProps = { dashboard: Dashboard | undefined };

/** The totals of now; each leads to the list behind it. */
export function Figures({ dashboard }: FiguresProps) {
  return (
    <section className={classes.figures} aria-label={t('home.figures')}>
      <OnlineFigure dashboard={dashboard} />
      <CustomersFigure dashboard={dashboard} />
      <ReceivedFigure dashboard={dashboard} />
      <OpenFigure dashboard={dashboard} />
      <RoutersFigure dashboard={dashboard} />
      <PendingFigure dashboard={dashboard} />
    </section>
  );
}

function OnlineFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const can = useCan();
  return (
    <Figure>
      <StatTile
        label={t('home.online')}
        value={dashboard && format.number(dashboard.sessionsOnline)}
        note={
          dashboard &&
          t('home.activeCustomers', {
            count: dashboard.customers.active,
            active: format.number(dashboard.customers.active),
          })
        }
        {...(can('session:read') && { link: linkOptions({ to: '/sessions' }) })}
      />
    </Figure>
  );
}

function CustomersFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const can = useCan();
  const customers = dashboard?.customers;
  return (
    <Figure>
      <StatTile
        label={t('home.customers')}
        value={customers && format.number(customers.total)}
        note={
          customers &&
          t('home.customersNote', {
            active: format.number(customers.active),
            suspended: format.number(customers.suspended),
          })
        }
        {...(can('customer:read') && { link: linkOptions({ to: '/customers' }) })}
      />
    </Figure>
  );
}

function ReceivedFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const money = dashboard?.money;
  const before = money && format.money(money.receivedLastMonthToDateMinor, money.currency);
  return (
    <Figure isWide>
      <StatTile
        label={t('home.received')}
        value={money && format.money(money.receivedThisMonthMinor, money.currency)}
        note={
          money &&
          t('home.receivedBefore', {
            before: before ?? '',
            change: changeWord(money.receivedThisMonthMinor, money.receivedLastMonthToDateMinor),
          })
        }
      />
    </Figure>
  );
}

function OpenFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const can = useCan();
  const money = dashboard?.money;
  const overdueCount = money?.overdueCount ?? 0;
  return (
    <Figure isWide>
      <StatTile
        label={t('home.open')}
        value={money && format.money(money.openMinor, money.currency)}
        note={
          money &&
          (overdueCount > 0 ? (
            <span style={{ color: 'var(--tone-attention)' }}>
              {t('home.overdue', {
                count: overdueCount,
                number: format.number(overdueCount),
                amount: format.money(money.overdueMinor, money.currency),
              })}
            </span>
          ) : (
            t('home.nothingOverdue')
          ))
        }
        {...(can('invoice:read') && { link: linkOptions({ to: '/invoices', search: { status: 'open' } }) })}
      />
    </Figure>
  );
}

function RoutersFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const can = useCan();
  const routers = dashboard?.routers;
  return (
    <Figure>
      <StatTile
        label={t('home.routers')}
        value={
          routers && t('home.routersOf', { online: format.number(routers.online), total: format.number(routers.total) })
        }
        note={
          routers &&
          (routers.troubled > 0
            ? t('home.routersTroubled', { count: routers.troubled, number: format.number(routers.troubled) })
            : t('home.routersFine'))
        }
        {...(routers && routers.troubled > 0 && { tone: 'broken' as const })}
        {...(can('router:read') && { link: linkOptions({ to: '/routers' }) })}
      />
    </Figure>
  );
}

function PendingFigure({ dashboard }: FiguresProps) {
  const format = useFormat();
  const can = useCan();
  const pending = dashboard?.pendingOnRouters;
  return (
    <Figure>
      <StatTile
        label={t('home.pending')}
        value={pending && format.number(pending.total)}
        note={pending && (pending.total > 0 ? t('home.pendingNote') : t('home.pendingNone'))}
        {...(pending && pending.total > 0 && { tone: 'pending' as const })}
        {...(can('customer:read') && { link: linkOptions({ to: '/pending' }) })}
      />
    </Figure>
  );
}

function Figure({ isWide, children }: { isWide?: boolean; children: ReactNode }) {
  return (
    <div className={classes.figure} data-wide={isWide || undefined}>
      {children}
    </div>
  );
}

/** "+4%", "−11%", or nothing where there was nothing to compare with. */
function changeWord(nowMinor: string, beforeMinor: string): string {
  const before = Number(beforeMinor);
  if (before <= 0) return '';
  const percent = Math.round(((Number(nowMinor) - before) / before) * 100);
  return t('home.change', { change: `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)}` });
}
