import { CloseButton, Loader, Text } from '@mantine/core';
import { useState } from 'react';
import { errorText, t } from '../../lib/words.ts';
import { ConnectionResult, type Outcome, ResultBox } from './connection-result.tsx';
import { type Router, syncRouter, testRouter } from './queries.ts';
import classes from './router-try.module.css';

type Result = { kind: 'test'; outcome: Outcome } | { kind: 'sync'; router: Router } | { kind: 'sync'; error: unknown };

/** A sync or a test of one router: what runs, and what came of it. */
export function useRouterTry({ id, host }: Router) {
  const [running, setRunning] = useState<'sync' | 'test'>();
  const [result, setResult] = useState<Result>();
  const run = async (kind: 'sync' | 'test', attempt: () => Promise<Result>) => {
    setRunning(kind);
    setResult(undefined);
    setResult(await attempt());
    setRunning(undefined);
  };
  return {
    host,
    running,
    result,
    dismiss: () => setResult(undefined),
    sync: () => void run('sync', () => synced(id)),
    test: () => void run('test', () => tested(id)),
  };
}

async function synced(routerId: string): Promise<Result> {
  try {
    return { kind: 'sync', router: await syncRouter(routerId) };
  } catch (error) {
    return { kind: 'sync', error };
  }
}

async function tested(routerId: string): Promise<Result> {
  try {
    return { kind: 'test', outcome: { test: await testRouter(routerId) } };
  } catch (error) {
    return { kind: 'test', outcome: { error } };
  }
}

export function RouterTry({ attempt }: { attempt: ReturnType<typeof useRouterTry> }) {
  const { running, result, host, dismiss } = attempt;
  return (
    <div aria-live="polite" className={classes.place}>
      {running && (
        <div className={classes.running}>
          <Loader size={16} />
          <Text c="dimmed">{running === 'sync' ? t('routers.sync.running') : t('routers.test.running', { host })}</Text>
        </div>
      )}
      {result && (
        <div className={classes.result}>
          {result.kind === 'test' ? (
            <ConnectionResult outcome={result.outcome} isShort />
          ) : (
            <SyncResult result={result} />
          )}
          <CloseButton className={classes.close} aria-label={t('routers.dismiss')} onClick={dismiss} />
        </div>
      )}
    </div>
  );
}

function SyncResult({ result }: { result: Extract<Result, { kind: 'sync' }> }) {
  if ('error' in result)
    return <ResultBox tone="broken" title={t('routers.sync.failed')} text={errorText(result.error)} />;
  const { router } = result;
  if (router.trouble) return <ResultBox tone="broken" title={t('routers.sync.failed')} text={router.trouble.message} />;
  if (router.mode === 'observe') return <ResultBox tone="fine" title={t('routers.sync.doneObserved')} />;
  if (router.pendingCount > 0)
    return <ResultBox tone="attention" title={t('routers.sync.left', { count: router.pendingCount })} />;
  return <ResultBox tone="fine" title={t('routers.sync.done')} />;
}
