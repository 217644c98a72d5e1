import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { type Router, routerById } from './queries.ts';
import { RouterForm } from './router-form.tsx';
import type { RouterUser } from './router-guide.tsx';

type RouterDrawerProps = {
  /** The router's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  user?: RouterUser;
  onClose: () => void;
  onDone: (router: Router) => void;
};

export function RouterDrawer({ open, user, onClose, onDone }: RouterDrawerProps) {
  const isNew = open === 'new';
  return (
    <FormDrawer
      opened={open !== undefined}
      title={isNew ? t('routers.form.addTitle') : t('routers.form.editTitle')}
      onClose={onClose}
    >
      {isNew ? (
        <RouterForm router={undefined} user={user} onDone={onDone} onReload={onClose} />
      ) : (
        open && <ExistingRouter routerId={open} onDone={onDone} />
      )}
    </FormDrawer>
  );
}

function ExistingRouter({ routerId, onDone }: { routerId: string; onDone: (router: Router) => void }) {
  const { data, error, refetch } = useQuery({ ...routerById(routerId), staleTime: 0 });
  // The form keeps the router as it was opened, with its revision: a change by somebody else is then refused.
  const [opened, setOpened] = useState<Router>();
  const router = opened ?? data;
  if (!opened && data) setOpened(data);
  if (error && !router) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!router) return <FormSkeleton />;
  const reload = async () => setOpened((await refetch()).data);
  return <RouterForm key={router.revision} router={router} onDone={onDone} onReload={() => void reload()} />;
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
