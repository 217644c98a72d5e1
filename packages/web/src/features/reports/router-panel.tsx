import { Anchor, Skeleton, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { byHealth, routerHealth } from '../provisioning/router-health.ts';
import type { Router } from '../routers/queries.ts';
import { RouterBadge } from '../routers/router-state.tsx';
import classes from './home.module.css';

// As high as the ten sessions beside it.
const shownRouters = 10;

/** Routers by health. */
export function RouterPanel() {
  const { data, error, refetch } = useQuery(routerHealth);
  return (
    <section>
      <div className={classes.sectionHead}>
        <Title order={2}>{t('home.routers')}</Title>
        <Anchor component={Link} to="/routers">
          {t('home.allRouters')}
        </Anchor>
      </div>
      <Panel className={classes.routerPanel}>
        {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!error && !data && (
          <Stack gap="sm" aria-busy="true">
            {[0, 1, 2].map((line) => (
              <Skeleton key={line} height={20} />
            ))}
          </Stack>
        )}
        {data && (
          <ul className={classes.routers}>
            {byHealth(data.items)
              .slice(0, shownRouters)
              .map((router) => (
                <li key={router.id}>
                  <RouterLine router={router} />
                </li>
              ))}
          </ul>
        )}
      </Panel>
    </section>
  );
}

function RouterLine({ router }: { router: Router }) {
  const format = useFormat();
  return (
    <Link to="/routers/$routerId" params={{ routerId: router.id }} className={classes.router}>
      <span className={classes.routerName} title={router.label}>
        {router.label}
      </span>
      <span className={classes.routerCount}>
        {router.state === 'online' && t('home.routerOnline', { number: format.number(router.onlineCount) })}
      </span>
      <RouterBadge router={router} />
    </Link>
  );
}
