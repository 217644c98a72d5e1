import { Autocomplete, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { RouterPicker } from '../provisioning/router-picker.tsx';
import { PlanPicker } from '../subscribers/plan-picker.tsx';
import { customerTags } from '../subscribers/queries.ts';
import { askWords } from './bulk-words.ts';
import { type BulkKind, type BulkPreview, bulkPreview, startBulk, type Whom } from './queries.ts';

type BulkFormProps = {
  kind: BulkKind;
  whom: Whom;
  /** Where the list is narrowed to one router: only what is there is moved. */
  fromRouterId: string | undefined;
  onStarted: (jobId: string) => void;
};

/** Says what will happen to whom, in numbers and names, and asks for what the act needs. */
export function BulkForm({ kind, whom, fromRouterId, onStarted }: BulkFormProps) {
  const format = useFormat();
  const { data, error, refetch } = useQuery(bulkPreview(kind, whom));
  // Pressing twice, or once more after a lost answer, is one act.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const jobId = useRef<string>(undefined);
  const form = useForm({
    initialValues: { note: '', routerId: '', planId: '', tag: '' },
    validate: {
      note: (note) => (kind === 'suspend' && !note.trim() ? t('bulk.form.reasonNeeded') : null),
      routerId: (id) => (kind === 'move' && !id ? t('bulk.form.routerNeeded') : null),
      planId: (id) => (kind === 'change_plan' && !id ? t('bulk.form.planNeeded') : null),
      tag: (tag) => ((kind === 'tag' || kind === 'untag') && !tag.trim() ? t('bulk.form.tagNeeded') : null),
    },
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const count = data?.total ?? 0;
  return (
    <Form
      form={form}
      submitLabel={data && count > 0 ? askWords(kind, count, format.number(count)) : t(`bulk.acts.${kind}`)}
      readOnly={data?.total === 0 && t('bulk.whom.nobody')}
      submit={async ({ note, routerId, planId, tag }) => {
        const fields = {
          ...(note.trim() ? { note: note.trim() } : {}),
          ...(routerId ? { routerId, fromRouterId } : {}),
          ...(planId ? { planId } : {}),
          ...(tag.trim() ? { tag: tag.trim() } : {}),
        };
        jobId.current = (await startBulk(kind, { ...whom, confirmedCount: count, idempotencyKey }, fields)).id;
      }}
      onDone={() => jobId.current && onStarted(jobId.current)}
    >
      <Text>{t(`bulk.what.${kind}`)}</Text>
      {data ? <WhomWords preview={data} /> : <Text c="dimmed">{t('bulk.whom.counting')}</Text>}
      {kind === 'move' && (
        <RouterPicker
          {...form.getInputProps('routerId')}
          label={t('bulk.form.router')}
          description={fromRouterId && t('bulk.form.fromRouter')}
        />
      )}
      {kind === 'change_plan' && <PlanPicker {...form.getInputProps('planId')} label={t('bulk.form.plan')} />}
      {(kind === 'tag' || kind === 'untag') && <TagField {...form.getInputProps('tag')} />}
      {(kind === 'suspend' || kind === 'activate') && (
        <Textarea
          {...form.getInputProps('note')}
          label={t('bulk.form.reason')}
          description={kind === 'suspend' ? t('bulk.form.reasonNeeded') : t('ui.form.optional')}
          autosize
          minRows={2}
          maxLength={300}
        />
      )}
    </Form>
  );
}

function TagField(props: { value?: string; onChange?: (tag: string) => void }) {
  const tags = useQuery(customerTags).data?.items ?? [];
  return (
    <Autocomplete {...props} label={t('bulk.form.tag')} data={tags.map(({ tag }) => tag)} maxLength={40} limit={10} />
  );
}

function WhomWords({ preview }: { preview: BulkPreview }) {
  const format = useFormat();
  return (
    <Stack gap={4}>
      <Text fw={600}>{namesOf(preview)}</Text>
      {countsOf(format, preview).map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </Stack>
  );
}

function namesOf({ names, total }: BulkPreview): string {
  const words = { names: names.join(', '), count: total - names.length };
  return words.count > 0 ? t('bulk.whom.more', words) : t('bulk.whom.names', words);
}

function countsOf(format: Format, preview: BulkPreview): string[] {
  const { accountCount, onlineCount, suspendedCount, awayCount, limit, total } = preview;
  const counted = (key: 'accounts' | 'online' | 'suspended' | 'away', count: number) =>
    count > 0 ? [t(`bulk.whom.${key}`, { count, number: format.number(count) })] : [];
  return [
    ...counted('accounts', accountCount),
    ...counted('online', onlineCount),
    ...counted('suspended', suspendedCount),
    ...counted('away', awayCount),
    ...(limit !== null && total > limit ? [t('bulk.whom.held', { limit: format.number(limit) })] : []),
  ];
}
