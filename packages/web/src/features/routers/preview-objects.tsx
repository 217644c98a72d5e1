import { ScrollArea, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { ResultBox } from './connection-result.tsx';
import { type RouterPreview as Preview, type Router, routerPreview } from './queries.ts';
import { Counts, ObjectField, ObjectList, ObjectRow } from './router-reading.tsx';

const tones = { add: 'fine', change: 'pending', remove: 'attention' } as const;

/** What a person must have seen before a router is written to for the first time. */
export function PreviewToLookAt({ router, onLooked }: { router: Router; onLooked: (preview: Preview) => void }) {
  // Read anew each time: what was seen an hour ago is not what would be written now.
  const { data, error, isFetching, refetch } = useQuery({ ...routerPreview(router.id), staleTime: 0 });
  const seen = isFetching ? undefined : data;
  useEffect(() => {
    if (seen) onLooked(seen);
  }, [seen, onLooked]);
  if (error && !isFetching) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!seen) return <Skeleton height={160} aria-busy="true" />;
  return (
    <Stack gap="sm">
      <PreviewCounts preview={seen} />
      {seen.heldCount !== null && (
        <ResultBox
          tone="attention"
          title={t('routers.held.title', { count: seen.heldCount })}
          text={t('routers.manage.held', { percent: seen.limitPercent })}
        />
      )}
      <ScrollArea.Autosize mah={280} type="auto" offsetScrollbars viewportProps={{ tabIndex: 0 }}>
        <PreviewObjects preview={seen} />
      </ScrollArea.Autosize>
    </Stack>
  );
}

export function PreviewCounts({ preview: { counts, droppedSessions } }: { preview: Preview }) {
  const { number } = useFormat();
  return (
    <Counts
      counts={[
        ...(['add', 'change', 'remove'] as const).map((deed) => ({
          label: t(`routers.preview.counts.${deed}`),
          value: number(counts[deed]),
          tone: counts[deed] > 0 ? tones[deed] : undefined,
        })),
        { label: t('routers.preview.counts.untouched'), value: number(counts.untouched) },
        { label: t('routers.preview.counts.foreign'), value: number(counts.foreign) },
        {
          label: t('routers.preview.counts.dropped'),
          value: number(droppedSessions),
          tone: droppedSessions > 0 ? ('attention' as const) : undefined,
        },
      ]}
    />
  );
}

export function PreviewObjects({ preview }: { preview: Preview }) {
  const { obstacles, objects, objectCount } = preview;
  return (
    <Stack gap="sm">
      {objectCount === 0 && obstacles.length === 0 && <Text c="dimmed">{t('routers.preview.nothing')}</Text>}
      {obstacles.map(({ name, message }) => (
        <ResultBox key={name} tone="attention" title={name} text={message} />
      ))}
      {objects.length > 0 && (
        <ObjectList label={t('routers.preview.title')}>
          {objects.map((object) => (
            <PreviewObject key={`${object.kind} ${object.id} ${object.deed}`} object={object} />
          ))}
        </ObjectList>
      )}
      {objectCount > objects.length && (
        <Text c="dimmed">{t('routers.preview.more', { count: objectCount - objects.length })}</Text>
      )}
    </Stack>
  );
}

function PreviewObject({ object: { kind, deed, name, fields } }: { object: Preview['objects'][number] }) {
  return (
    <ObjectRow
      tone={tones[deed]}
      state={t(`routers.preview.deeds.${deed}`)}
      name={name}
      note={t(`routers.preview.kinds.${kind}`)}
    >
      {fields.map(({ field, from, to }) =>
        field === 'password' ? (
          <ObjectField
            key={field}
            label={wordOr('routers.preview.fields', field)}
            from={undefined}
            to={t('routers.preview.differs')}
          />
        ) : (
          <ObjectField
            key={field}
            label={wordOr('routers.preview.fields', field)}
            from={deed === 'add' ? undefined : from}
            to={to ?? t('routers.preview.none')}
          />
        ),
      )}
    </ObjectRow>
  );
}
