// What the router shows while a page is on its way, when it broke, and when there is none.
import { Anchor, Skeleton, Stack } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { ApiError } from '../lib/api.ts';
import { t } from '../lib/words.ts';
import { EmptyState } from './empty-state.tsx';
import { ErrorState } from './error-state.tsx';

export function PageLoading() {
  return (
    <Stack gap="md" p="md" aria-busy="true">
      <Skeleton height={28} width={180} />
      <Skeleton height={320} />
    </Stack>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <ErrorState error={error} title={error instanceof ApiError ? undefined : t('ui.somethingBroke')} onRetry={retry} />
  );
}

export function PageNotFound() {
  return (
    <EmptyState icon="unlink" title={t('ui.notFoundTitle')} text={t('ui.notFoundHelp')}>
      <Anchor component={Link} to="/">
        {t('ui.toHome')}
      </Anchor>
    </EmptyState>
  );
}
