import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ErrorState, Refusal } from '../../ui/error-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { PageLoading } from '../../ui/page-states.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ImportMapping } from './import-mapping.tsx';
import classes from './import-page.module.css';
import {
  type CustomerImport,
  confirmImport,
  customerImport,
  mostFileBytes,
  uploadCustomers,
} from './import-queries.ts';
import { JobProgress, JobResults, type ShownState } from './job-drawer.tsx';
import { stopBulk } from './queries.ts';

export type ImportSearch = { job?: string; show?: ShownState };

type ImportPageProps = { search: ImportSearch; onSearch: (change: Partial<ImportSearch>) => void };

/** A file becomes customers in three steps; each can be left and found again by its address. */
export function ImportPage({ search, onSearch }: ImportPageProps) {
  return (
    <>
      <PageHead title={t('bulk.import.title')} about={t('bulk.import.about')} />
      {search.job ? (
        <Steps jobId={search.job} search={search} onSearch={onSearch} />
      ) : (
        <ChooseFile onRead={(job) => onSearch({ job })} />
      )}
    </>
  );
}

function ChooseFile({ onRead }: { onRead: (jobId: string) => void }) {
  const format = useFormat();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    setRefusal(null);
    setTooLarge(file.size > mostFileBytes);
    if (file.size > mostFileBytes) return;
    setBusy(true);
    try {
      onRead((await uploadCustomers(file)).job.id);
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <Panel title={t('bulk.import.file')}>
      <Stack gap="md">
        <section
          className={classes.drop}
          aria-label={t('bulk.import.drop')}
          onDragOver={(event) => event.preventDefault()}
          onDrop={drop}
        >
          <Text fw={600}>{t('bulk.import.drop')}</Text>
          <FileButton accept=".csv,.txt,.tsv,text/csv,text/plain" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} loading={isBusy} leftSection={<Icon name="file-invoice" size={16} />}>
                {t('bulk.import.choose')}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {t('bulk.import.bounds', { size: format.bytes(mostFileBytes) })}
          </Text>
        </section>
        {isTooLarge && (
          <Text c="var(--tone-broken)">{t('bulk.import.tooLarge', { size: format.bytes(mostFileBytes) })}</Text>
        )}
        {refusal !== null && <Refusal error={refusal} />}
        <Text>{t('bulk.import.what')}</Text>
        <Text>{t('bulk.import.twice')}</Text>
      </Stack>
    </Panel>
  );
}

type StepsProps = ImportPageProps & { jobId: string };

function Steps({ jobId, search, onSearch }: StepsProps) {
  const { data, error, refetch } = useQuery(customerImport(jobId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <PageLoading />;
  const isDraft = data.job.heldWhy === 'draft';
  return (
    <Stack gap="md">
      {isDraft && <ImportMapping key={jobId} draft={data} />}
      {(data.isChecked || !isDraft) && (
        <Panel title={isDraft ? t('bulk.import.report') : t('bulk.import.progress')}>
          <Stack gap="md">
            {isDraft ? <Confirm draft={data} /> : <JobProgress job={data.job} />}
            <JobResults
              key={search.show ?? 'all'}
              job={data.job}
              show={search.show}
              onShow={(show) => onSearch({ show })}
              isDraft={isDraft}
            />
          </Stack>
        </Panel>
      )}
      <Group>
        {isDraft && (
          <ActButton
            variant="default"
            act={async () => {
              await stopBulk(jobId);
              onSearch({ job: undefined, show: undefined });
            }}
          >
            {t('bulk.import.discard')}
          </ActButton>
        )}
        {!isDraft && (
          <Button variant="default" onClick={() => onSearch({ job: undefined, show: undefined })}>
            {t('bulk.import.another')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** One step, with its numbers on the button: nothing happens before it. */
function Confirm({ draft: { job } }: { draft: CustomerImport }) {
  const format = useFormat();
  const { waiting, unchanged, failed } = job;
  const counted = (key: 'willAdd' | 'exist' | 'wrong', count: number) =>
    t(`bulk.import.${key}`, { count, number: format.number(count) });
  return (
    <Stack gap="sm" align="flex-start">
      <Text role="status">
        {[counted('willAdd', waiting), counted('exist', unchanged), counted('wrong', failed)].join(' ')}
      </Text>
      <ActButton disabled={waiting === 0} act={() => confirmImport(job.id, waiting)}>
        {t('bulk.import.confirm', { count: waiting, number: format.number(waiting) })}
      </ActButton>
    </Stack>
  );
}
