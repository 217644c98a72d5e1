import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../lib/api.ts';
import { errorText, t } from '../lib/words.ts';
import classes from './error-state.module.css';
import { Icon } from './icon.tsx';

type ErrorStateProps = { error: unknown; title?: string; onRetry?: () => void };

/** Instead of what could not be loaded. */
export function ErrorState({ error, title, onRetry }: ErrorStateProps) {
  const isForbidden = error instanceof ApiError && error.code === 'forbidden';
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center" role="alert">
      <Text component="span" c="dimmed" mb={4}>
        <Icon name={isForbidden ? 'lock' : 'alert-triangle'} size={32} />
      </Text>
      <Title order={2}>{title ?? (isForbidden ? t('ui.forbiddenTitle') : t('ui.loadFailed'))}</Title>
      <Text c="dimmed" maw={460}>
        {errorText(error)}
      </Text>
      {requestId && (
        <Text size="xs" c="dimmed" ff="monospace">
          {requestId}
        </Text>
      )}
      {onRetry && !isForbidden && (
        <Button variant="default" mt="sm" leftSection={<Icon name="refresh" size={16} />} onClick={onRetry}>
          {t('ui.retry')}
        </Button>
      )}
    </Stack>
  );
}

/** Above figures that are still shown although reading them again failed. */
export function StaleNotice({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Group role="status" gap="xs" px="sm" py={6} style={{ color: 'var(--tone-attention)' }}>
      <Icon name="alert-triangle" size={16} />
      <Text size="sm" inherit>
        {t('ui.staleFigures')} {errorText(error)}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={onRetry}>
        {t('ui.retry')}
      </Button>
    </Group>
  );
}

/** A refusal inside a form or a dialog: what failed, where the person is looking. */
export function Refusal({ error, children }: { error: unknown; children?: ReactNode }) {
  return (
    <div role="alert" className={classes.refusal}>
      <Icon name="alert-circle" />
      <div>
        {errorText(error)}
        {children}
      </div>
    </div>
  );
}
