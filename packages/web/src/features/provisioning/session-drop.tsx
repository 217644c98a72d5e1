import { Button, Stack, Text } from '@mantine/core';
import { ApiError } from '../../lib/api.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { disconnectSessions, type Session } from './queries.ts';
import { sessionName } from './session-acts.tsx';

// Names that are read before a click; of more the number says enough.
const shownNames = 5;

type ChosenSessionsProps = { sessions: readonly Session[]; onClear: () => void };

export function ChosenSessions({ sessions, onClear }: ChosenSessionsProps) {
  const format = useFormat();
  const words = { count: sessions.length, number: format.number(sessions.length) };
  return (
    <ChoiceBar count={sessions.length} onClear={onClear}>
      <Button
        color="red.9"
        leftSection={<Icon name="unlink" size={16} />}
        onClick={() =>
          confirmAct({
            title: t('sessions.dropTitle', words),
            text: <Whom sessions={sessions} />,
            act: t('sessions.dropAct', words),
            isDangerous: true,
            run: async () => {
              await dropAll(sessions);
              onClear();
            },
          })
        }
      >
        {t('sessions.dropAct', words)}
      </Button>
    </ChoiceBar>
  );
}

function Whom({ sessions }: { sessions: readonly Session[] }) {
  const names = sessions.slice(0, shownNames).map(sessionName);
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
    const nameOf = new Map(part.map((session) => [session.id, sessionName(session)]));
    for (const { sessionId, refusal } of await disconnectSessions([...nameOf.keys()]))
      if (refusal && refusal.code !== 'session_not_found') failed.push(`${nameOf.get(sessionId)}: ${refusal.message}`);
  }
  if (failed.length === 0) return notifyDone(t('sessions.allDropped', { count: sessions.length }));
  const message = t('sessions.someStayed', { count: failed.length, list: failed.slice(0, shownNames).join('; ') });
  throw new ApiError(409, { code: 'some_sessions_stayed', message });
}
