import { t } from '../../lib/words.ts';
import type { BulkJob, BulkJobKind } from './queries.ts';

/** "Suspend 3 customers". */
export function askWords(kind: BulkJobKind, count: number, number: string): string {
  return t(`bulk.ask.${kind}`, { count, number });
}

/** What it was besides its kind. */
export function aboutJob({ routerLabel, planName, tag, note, fileName }: BulkJob): string {
  return [
    fileName,
    routerLabel && t('bulk.job.toRouter', { router: routerLabel }),
    planName && t('bulk.job.toPlan', { plan: planName }),
    tag && t('bulk.job.withTag', { tag }),
    note,
  ]
    .filter(Boolean)
    .join(' · ');
}

export function jobTone({ state, failed }: BulkJob) {
  if (state === 'running') return 'pending';
  if (state === 'held' || state === 'stopped') return 'attention';
  return failed > 0 ? 'broken' : 'fine';
}

export function jobStateWord({ state, failed }: BulkJob): string {
  return state === 'ended' && failed > 0 ? t('bulk.job.endedWithFailures') : t(`bulk.job.states.${state}`);
}
