import { Button, Text } from '@mantine/core';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useTraffic } from '../provisioning/queries.ts';
import { askToDisconnect } from '../provisioning/session-acts.tsx';
import { rateWord, Uptime } from '../provisioning/session-table.tsx';
import type { Account } from './queries.ts';

export function SessionPanel({ account }: { account: Account }) {
  const can = useCan();
  const { session } = account;
  return (
    <Panel
      title={t(session?.isLive === false ? 'customers.session.titleThen' : 'customers.session.title')}
      acts={
        session?.isLive &&
        can('session:disconnect') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Icon name="unlink" size={14} />}
            onClick={() => askToDisconnect(session)}
          >
            {t('sessions.disconnect')}
          </Button>
        )
      }
    >
      {session ? <SessionFacts session={session} /> : <Text c="dimmed">{t('customers.session.nobody')}</Text>}
    </Panel>
  );
}

function SessionFacts({ session: told }: { session: NonNullable<Account['session']> }) {
  const format = useFormat();
  const session = useTraffic([told])[0] ?? told;
  const { address, callerId, downBps, downBytes, upBps, upBytes } = session;
  return (
    <Facts
      facts={[
        ...(session.isLive
          ? [
              {
                label: t('customers.session.rate'),
                value: t('sessions.downUp', { down: rateWord(format, downBps), up: rateWord(format, upBps) }),
              },
            ]
          : []),
        {
          label: t('customers.session.data'),
          value: t('sessions.downUp', { down: format.bytes(downBytes), up: format.bytes(upBytes) }),
        },
        { label: t('customers.session.uptime'), value: <Uptime session={session} /> },
        {
          label: t('customers.session.address'),
          value: address ? <CopyText text={address} label={t('customers.session.address')} isMono /> : '–',
        },
        {
          label: t('customers.session.mac'),
          value: callerId ? <CopyText text={callerId} label={t('customers.session.mac')} isMono /> : '–',
        },
      ]}
    />
  );
}
