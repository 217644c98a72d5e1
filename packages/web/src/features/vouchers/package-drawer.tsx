import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { PackageForm } from './package-form.tsx';
import { type Package, packageById } from './queries.ts';

/** `open` is the package's id, 'new', or undefined while nothing is open. */
export function PackageDrawer({ open, onClose }: { open: string | undefined; onClose: () => void }) {
  const isNew = open === 'new';
  return (
    <FormDrawer
      opened={open !== undefined}
      title={t(isNew ? 'vouchers.packages.form.addTitle' : 'vouchers.packages.form.editTitle')}
      onClose={onClose}
    >
      {isNew ? (
        <PackageForm offered={undefined} onDone={onClose} onReload={onClose} />
      ) : (
        open && <ExistingPackage packageId={open} onDone={onClose} />
      )}
    </FormDrawer>
  );
}

function ExistingPackage({ packageId, onDone }: { packageId: string; onDone: () => void }) {
  const { data, error, refetch } = useQuery({ ...packageById(packageId), staleTime: 0 });
  // Kept as it was opened: a change by somebody else is refused as a conflict instead of sliding under what is typed.
  const [opened, setOpened] = useState<Package>();
  const offered = opened ?? data;
  if (!opened && data) setOpened(data);
  if (error && !offered) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!offered)
    return (
      <Stack gap="lg" aria-busy="true">
        {[0, 1, 2, 3, 4, 5].map((field) => (
          <Skeleton key={field} height={56} />
        ))}
      </Stack>
    );
  const reload = async () => setOpened((await refetch()).data);
  return <PackageForm key={offered.revision} offered={offered} onDone={onDone} onReload={() => void reload()} />;
}
