import { Alert, Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useCan } from '../../lib/session.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChips } from '../../ui/filter-chips.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Toolbar } from '../../ui/toolbar.tsx';
import { MailSettingsDrawer } from './mail-settings-form.tsx';
import { MessagePanel } from './message-panel.tsx';
import { cancelMessage, type Message, messageList, retryMessage } from './queries.ts';

export type OutboxSearch = {
  message?: string;
  state?: Message['state'];
  after?: string;
  open?: 'settings';
};

type OutboxPageProps = { search: OutboxSearch; onSearch: (change: Partial<OutboxSearch>) => void };

const filters = ['all', 'waiting', 'dead', 'sent', 'cancelled'] as const;
const tones: Record<Message['state'], Tone> = { waiting: 'pending', sent: 'fine', dead: 'broken', cancelled: 'quiet' };

export function OutboxPage({ search, onSearch }: OutboxPageProps) {
  const can = useCan();
  const query = useQuery(messageList({ state: search.state, after: search.after }));
  const openSettings = () => onSearch({ open: 'settings' });
  const counts = { waiting: query.data?.waitingCount, dead: query.data?.deadCount };
  return (
    <>
      <PageHead title={t('outbox.title')} about={t('outbox.about')}>
        {can('settings:read') && (
          <Button variant="default" leftSection={<Icon name="settings" size={16} />} onClick={openSettings}>
            {t('outbox.mailServer')}
          </Button>
        )}
      </PageHead>
      {query.data && !query.data.isMailOn && (
        <Alert icon={<Icon name="info-circle" />} mb="md">
          {t('outbox.off')}
        </Alert>
      )}
      <Toolbar>
        <FilterChips
          label={t('outbox.filters.label')}
          choices={filters.map((value) => ({
            value,
            label: t(`outbox.filters.${value}`),
            count: value === 'waiting' || value === 'dead' ? counts[value] : undefined,
          }))}
          value={search.state ?? 'all'}
          onChange={(next) => onSearch({ state: next === 'all' ? undefined : next, after: undefined })}
        />
      </Toolbar>
      <DataTable
        label={t('outbox.title')}
        query={query}
        columns={columns()}
        phone={(message) => ({
          title: message.subject,
          aside: <State message={message} />,
          line: message.toAddress,
          lineAside: <RelativeTime at={message.createdAt} />,
        })}
        rowId={({ id }) => id}
        rowName={({ subject }) => subject}
        link={({ id }) => linkOptions({ to: '/outbox', search: { ...search, message: id } })}
        menu={(message) => can('message:write') && <MessageActs message={message} />}
        empty={
          search.state ? (
            <EmptyState icon="mail" title={t('outbox.nothingHere')} />
          ) : (
            <EmptyState icon="mail" title={t('outbox.empty')} text={t('outbox.emptyText')} />
          )
        }
        page={{ after: search.after, onChange: (after) => onSearch({ after }) }}
      />
      <FormDrawer
        opened={search.message !== undefined}
        title={t('outbox.message')}
        onClose={() => onSearch({ message: undefined })}
      >
        {search.message && <MessagePanel messageId={search.message} />}
      </FormDrawer>
      <MailSettingsDrawer isOpen={search.open === 'settings'} onClose={() => onSearch({ open: undefined })} />
    </>
  );
}

function columns(): Column<Message>[] {
  return [
    { key: 'subject', head: t('outbox.subject'), cell: ({ subject }) => subject },
    { key: 'to', head: t('outbox.to'), cell: ({ toAddress }) => toAddress, width: 240 },
    { key: 'kind', head: t('outbox.kind'), cell: ({ kind }) => t(`outbox.kinds.${kind}`), importance: 3, width: 220 },
    { key: 'state', head: t('outbox.state'), cell: (message) => <State message={message} />, width: 200 },
    {
      key: 'created',
      head: t('outbox.created'),
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      importance: 2,
      width: 140,
    },
  ];
}

function State({ message: { state, lastError } }: { message: Message }) {
  return (
    <span title={lastError ?? undefined}>
      <StatusBadge tone={tones[state]}>{t(`outbox.states.${state}`)}</StatusBadge>
    </span>
  );
}

function MessageActs({ message: { id, state, subject } }: { message: Message }) {
  if (state === 'dead') {
    const retry = async () => {
      await retryMessage(id);
      notifyDone(t('outbox.retried'));
    };
    return <Menu.Item onClick={() => void retry()}>{t('outbox.retry')}</Menu.Item>;
  }
  if (state !== 'waiting') return null;
  const ask = () =>
    confirmAct({
      title: t('outbox.cancelTitle', { subject }),
      text: t('outbox.cancelText'),
      act: t('outbox.cancel'),
      isDangerous: true,
      run: async () => {
        await cancelMessage(id);
        notifyDone(t('outbox.cancelled'));
      },
    });
  return <Menu.Item onClick={ask}>{t('outbox.cancel')}</Menu.Item>;
}
