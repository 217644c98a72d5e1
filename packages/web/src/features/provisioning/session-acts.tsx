import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { disconnectSession, type Session } from './queries.ts';

type Named = Pick<Session, 'accountName' | 'customerName' | 'packageName'>;

/** Whose session it is, in few words. */
export function sessionName({ accountName, customerName, packageName }: Named): string {
  return customerName ?? (packageName === null ? accountName : t('sessions.voucherOf', { code: accountName }));
}

export function askToDisconnect(session: Session): void {
  const { id, accountName, routerLabel } = session;
  const name = sessionName(session);
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
