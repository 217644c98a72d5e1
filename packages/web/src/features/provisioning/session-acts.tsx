import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { disconnectSession, type Session } from './queries.ts';

export function askToDisconnect({ id, accountName, customerName, routerLabel }: Session): void {
  const name = customerName ?? accountName;
  confirmAct({
    title: t('sessions.disconnectTitle', { name }),
    text: t('sessions.disconnectText', { account: accountName, router: routerLabel }),
    act: t('sessions.disconnectAct'),
    run: async () => {
      await disconnectSession(id);
      notifyDone(t('sessions.disconnected', { name }));
    },
  });
}
