import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../lib/api.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { disconnectSessions, type Session, sessionList } from './queries.ts';
import type { SessionsSearch } from './sessions-page.tsx';

// Names that are read before a click; of more the number says enough.
const shownNames = 5;

/** Drops all that the page shows: what is narrowed by search and filters is what is meant. */
export function DropShown({ search }: { search: SessionsSearch }) {
  const can = useCan();
  const format = useFormat();
  const live = (useQuery(sessionList(search)).data?.items ?? []).filter(({ isLive }) => isLive);
  const isNarrowed = Boolean(search.search || search.routerId || search.service);
  if (!can('session:disconnect') || !isNarrowed || live.length < 2) return null;
  const number = format.number(live.length);
  return (
    <Button
      variant="default"
      ml="auto"
      leftSection={<Icon name="unlink" size={16} />}
      onClick={() =>
        confirmAct({
          title: t('sessions.dropTitle', { number }),
          text: <Whom sessions={live} />,
          act: t('sessions.dropAct', { number }),
          isDangerous: true,
          run: () => dropAll(live),
        })
      }
    >
      {t('sessions.drop', { number })}
    </Button>
  );
}

function Whom({ sessions }: { sessions: readonly Session[] }) {
  const names = sessions.slice(0, shownNames).map(({ customerName, accountName }) => customerName ?? accountName);
  const more = sessions.length - names.length;
  return (
    <Stack gap="xs">
      <Text>{[names.join(', '), ...(more > 0 ? [t('sessions.andMore', { count: more })] : [])].join(' ')}</Text>
      <Text>{t('sessions.dropText')}</Text>
    </Stack>
  );
}

// Few enough that an answer comes before the page gives up on it.
const atOnce = 25;

async function dropAll(sessions: readonly Session[]): Promise<void> {
  const failed: string[] = [];
  for (let from = 0; from < sessions.length; from += atOnce) {
    const part = sessions.slice(from, from + atOnce);
    // Gone by itself meanwhile is what was wanted.
    for (const { accountName, refusal } of await disconnectSessions(part.map(({ id }) => id)))
      if (refusal && refusal.code !== 'session_not_found') failed.push(`${accountName}: ${refusal.message}`);
  }
  if (failed.length === 0) return notifyDone(t('sessions.allDropped', { count: sessions.length }));
  const message = t('sessions.someStayed', { count: failed.length, list: failed.slice(0, shownNames).join('; ') });
  throw new ApiError(409, { code: 'some_sessions_stayed', message });
}
