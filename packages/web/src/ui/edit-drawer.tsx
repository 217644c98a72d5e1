import { Skeleton, Stack } from '@mantine/core';
import { type UseQueryOptions, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FormDrawer } from './form-drawer.tsx';
import { LoadedForm } from './latest-until-typed.tsx';

type EditDrawerProps<Thing> = {
  /** The thing's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  titles: { add: string; edit: string };
  byId: (id: string) => UseQueryOptions<Thing, Error, Thing, string[]>;
  onClose: () => void;
  /** The form; of undefined, one for a new thing. */
  children: (thing: Thing | undefined, onReload: () => void) => ReactNode;
};

/** A form in a drawer, for a new thing or for one that is there. */
export function EditDrawer<Thing extends { revision: number }>(props: EditDrawerProps<Thing>) {
  const { open, titles, byId, onClose, children } = props;
  return (
    <FormDrawer opened={open !== undefined} title={open === 'new' ? titles.add : titles.edit} onClose={onClose}>
      {open === 'new'
        ? children(undefined, onClose)
        : open && (
            <Existing key={open} id={open} byId={byId}>
              {children}
            </Existing>
          )}
    </FormDrawer>
  );
}

type ExistingProps<Thing> = Pick<EditDrawerProps<Thing>, 'byId' | 'children'> & { id: string };

function Existing<Thing extends { revision: number }>({ id, byId, children }: ExistingProps<Thing>) {
  const query = useQuery({ ...byId(id), staleTime: 0 });
  return (
    <LoadedForm query={query} skeleton={<FormSkeleton />}>
      {children}
    </LoadedForm>
  );
}

function FormSkeleton() {
  return (
    <Stack gap="lg" aria-busy="true">
      {[0, 1, 2, 3, 4].map((field) => (
        <Skeleton key={field} height={56} />
      ))}
    </Stack>
  );
}
