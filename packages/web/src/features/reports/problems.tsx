import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps, linkOptions } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Format, sinceText } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-names.ts';
import { isTroubled, routerHealth } from '../provisioning/router-health.ts';
import type { Router } from '../routers/queries.ts';
import classes from './home.module.css';
import type { Dashboard } from './queries.ts';

type Problem = { key: string; tone: Tone; icon: IconName; text: ReactNode; link: LinkProps };

/** What needs somebody, before any figure. */
export function Problems({ dashboard }: { dashboard: Dashboard | undefined }) {
  const problems = useProblems(dashboard);
  if (!dashboard) return <Skeleton height={22} width={320} maw="100%" />;
  if (problems.length === 0) {
    return (
      <div className={classes.calm}>
        <Icon name="circle-check" />
        {t('home.noProblems')}
      </div>
    );
  }
  return (
    <ul className={classes.problems} aria-label={t('home.problems')}>
      {problems.map(({ key, tone, icon, text, link }) => (
        <li key={key}>
          <Link {...link} className={classes.problem}>
            <span style={{ color: `var(--tone-${tone})` }}>
              <Icon name={icon} />
            </span>
            <span className={classes.problemText}>{text}</span>
            <Icon name="chevron-right" size={16} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

// Each gets a line of its own; a dead uplink takes dozens down at once, and they get one line together.
const mostRouterLines = 3;

function useProblems(dashboard: Dashboard | undefined): Problem[] {
  const format = useFormat();
  const can = useCan();
  const troubledCount = dashboard?.routers.troubled ?? 0;
  const { data: routers } = useQuery({ ...routerHealth, enabled: can('router:read') && troubledCount > 0 });
  if (!dashboard) return [];
  const troubled = (routers?.items ?? []).filter(isTroubled);
  const { paidAndStillBlocked, pendingOnRouters, suspensionsWaiting, invoicingTrouble } = dashboard;
  const ownLines = troubled.length <= mostRouterLines ? troubled : [];
  const lines: (Problem | false)[] = [
    ...ownLines.map(
      (router): Problem => ({
        key: router.id,
        tone: 'broken',
        icon: 'router',
        text: routerWords(router, router.stateSince ? sinceText(format, router.stateSince) : ''),
        link: linkOptions({ to: '/routers/$routerId', params: { routerId: router.id } }),
      }),
    ),
    troubledCount > ownLines.length && {
      key: 'routers',
      tone: 'broken',
      icon: 'router',
      text: t('home.routersDown', { count: troubledCount, number: format.number(troubledCount) }),
      link: linkOptions({ to: '/routers' }),
    },
    suspensionsWaiting > 0 && {
      key: 'fuse',
      tone: 'attention',
      icon: 'alert-triangle',
      text: t('home.suspensionsWaiting', { count: suspensionsWaiting, number: format.number(suspensionsWaiting) }),
      link: linkOptions({ to: '/tomorrow' }),
    },
    invoicingTrouble !== null && {
      key: 'invoicing',
      tone: 'attention',
      icon: 'file-invoice',
      text: t(`home.invoicing.${invoicingTrouble}`),
      link: linkOptions({ to: '/tomorrow' }),
    },
    paidAndStillBlocked > 0 && {
      key: 'paid',
      tone: 'broken',
      icon: 'cash',
      text: t('home.paidAndBlocked', { count: paidAndStillBlocked, number: format.number(paidAndStillBlocked) }),
      link: linkOptions({ to: '/pending' }),
    },
    pendingOnRouters.needsPerson > 0 && {
      key: 'person',
      tone: 'attention',
      icon: 'hourglass',
      text: t('home.needsPerson', {
        count: pendingOnRouters.needsPerson,
        number: format.number(pendingOnRouters.needsPerson),
      }),
      link: linkOptions({ to: '/pending' }),
    },
  ];
  return [...lines.filter((line) => line !== false), ...waitingLines(dashboard, format)];
}

/** What waits in the other rooms, each as a number that leads there. */
function waitingLines(dashboard: Dashboard, format: Format): Problem[] {
  const rooms = [
    { key: 'alarmsRinging', icon: 'bell', link: linkOptions({ to: '/events' }) },
    { key: 'voucherAlerts', icon: 'checklist', link: linkOptions({ to: '/reconciliation' }) },
    { key: 'bankLinesWaiting', icon: 'cash', link: linkOptions({ to: '/payments/bank' }) },
  ] as const;
  return rooms
    .filter(({ key }) => dashboard[key] > 0)
    .map(({ key, icon, link }) => ({
      key,
      icon,
      link,
      tone: 'attention',
      text: t(`home.${key}`, { count: dashboard[key], number: format.number(dashboard[key]) }),
    }));
}

function routerWords({ label, state, trouble }: Router, since: string): ReactNode {
  return (
    <>
      <strong>{label}</strong>: {t(`routers.states.${state}`).toLowerCase()} {t('routers.since', { time: since })}.{' '}
      {trouble?.message}
    </>
  );
}
