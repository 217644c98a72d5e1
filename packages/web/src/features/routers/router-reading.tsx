import { Button, Skeleton, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './router-reading.module.css';

type RouterReadingProps<Read> = { title: string; query: UseQueryResult<Read>; children: (read: Read) => ReactNode };

/** What was read from a router for this page, and can be read again. */
export function RouterReading<Read>({ title, query, children }: RouterReadingProps<Read>) {
  const { data, error, isFetching } = query;
  const again = () => void query.refetch();
  return (
    <Panel
      title={title}
      acts={
        <Button variant="default" size="xs" style={{ flex: 'none' }} loading={isFetching} onClick={again}>
          {t('routers.preview.again')}
        </Button>
      }
    >
      {error && !isFetching && <ErrorState error={error} onRetry={again} />}
      {!data && !error && <Skeleton height={160} aria-busy="true" />}
      {data && children(data)}
    </Panel>
  );
}

/** How many of which: the figures that a person decides by. */
export function Counts({ counts }: { counts: readonly { label: string; value: string; tone?: Tone | undefined }[] }) {
  return (
    <dl className={classes.counts}>
      {counts.map(({ label, value, tone }) => (
        <div key={label} className={classes.count}>
          <dt>{label}</dt>
          <dd style={tone && { color: `var(--tone-${tone})` }}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function ObjectList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.objects} aria-label={label}>
      {children}
    </ul>
  );
}

type ObjectRowProps = { tone: Tone; state: string; name: ReactNode; note: string; children?: ReactNode };

/** One object of a router: what is or becomes of it, and its name. */
export function ObjectRow({ tone, state, name, note, children }: ObjectRowProps) {
  return (
    <li className={classes.object}>
      <div className={classes.head}>
        <StatusBadge tone={tone}>{state}</StatusBadge>
        <Text component="span" fw={500} className={classes.name}>
          {name}
        </Text>
        <Text component="span" c="dimmed" className={classes.name}>
          {note}
        </Text>
      </div>
      {children}
    </li>
  );
}

type ObjectFieldProps = { label: string; from: string | null | undefined; to: string };

/** One field of an object; without `from` there was nothing before. */
export function ObjectField({ label, from, to }: ObjectFieldProps) {
  return (
    <div className={classes.field}>
      <span className={classes.label}>{label}</span>
      <span className={classes.values}>
        {from !== undefined && (
          <>
            <del>{from ?? t('routers.preview.none')}</del>
            {' → '}
          </>
        )}
        <ins>{to}</ins>
      </span>
    </div>
  );
}
