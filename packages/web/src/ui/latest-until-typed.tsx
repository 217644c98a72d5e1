// What a form shows of a thing that others change, too. Until something is typed it is the newest; from then on what it was,
// with its revision: a change by somebody else is refused as a conflict then, instead of wiping out or sliding under what is typed.
import type { UseQueryResult } from '@tanstack/react-query';
import { Fragment, type ReactNode, useState } from 'react';
import { ErrorState } from './error-state.tsx';
import { TypedWatch } from './form.tsx';

type Revised = { revision: number };

/** For a form that is mounted anew with each revision shown, below a `TypedWatch` of `setTyped`. */
export function useLatestUntilTyped<Thing extends Revised>(latest: Thing) {
  const [shown, show] = useState(latest);
  const [isTyped, setTyped] = useState(false);
  if (!isTyped && latest.revision !== shown.revision) show(latest);
  return { shown, show, setTyped };
}

type LatestUntilTypedProps<Thing> = {
  /** Of one thing: where another may take its place, whoever uses this gives it a `key`. */
  latest: Thing;
  /** Asks for the newest, after a conflict. */
  reload: () => Promise<Thing | undefined>;
  /** The form. */
  children: (thing: Thing, onReload: () => void) => ReactNode;
};

export function LatestUntilTyped<Thing extends Revised>({ latest, reload, children }: LatestUntilTypedProps<Thing>) {
  const { shown, show, setTyped } = useLatestUntilTyped(latest);
  const showNewest = async () => {
    const newest = await reload();
    if (newest) show(newest);
  };
  // What has no part in the revision is as new as can be.
  const thing = latest.revision === shown.revision ? latest : shown;
  return (
    <TypedWatch value={setTyped}>
      <Fragment key={shown.revision}>{children(thing, () => void showNewest())}</Fragment>
    </TypedWatch>
  );
}

type Loading<Thing> = Pick<UseQueryResult<Thing>, 'data' | 'isFetching'>;

/**
 * What a query read, but nothing of before while something newer is on its way: whoever is quick would type into a form that is out
 * of date already, and would be refused. Once it is here it stays, and follows the query.
 */
export function useFresh<Thing>({ data, isFetching }: Loading<Thing>): Thing | undefined {
  const [isFresh, setFresh] = useState(false);
  if (!isFresh && !isFetching && data) setFresh(true);
  return isFresh || !isFetching ? data : undefined;
}

type LoadedFormProps<Thing> = Pick<LatestUntilTypedProps<Thing>, 'children'> & {
  query: Loading<Thing> & Pick<UseQueryResult<Thing>, 'error' | 'refetch'>;
  /** As high as the form that comes. */
  skeleton: ReactNode;
};

/** A form of what a query reads. */
export function LoadedForm<Thing extends Revised>({ query, skeleton, children }: LoadedFormProps<Thing>) {
  const { error, refetch } = query;
  const data = useFresh(query);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return skeleton;
  return (
    <LatestUntilTyped latest={data} reload={async () => (await refetch()).data}>
      {children}
    </LatestUntilTyped>
  );
}
