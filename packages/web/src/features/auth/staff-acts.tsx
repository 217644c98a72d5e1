import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { showOnce } from '../../ui/show-once.tsx';
import { changePerson, inviteAgain, type Person, removeFactorOf, signOutEverywhere } from './queries.ts';

export function nameOf({ fullName, username }: Pick<Person, 'fullName' | 'username'>): string {
  return fullName || username;
}

/** The link is made here: only this browser knows under which address it came to the server. */
export function showInvitation(person: Pick<Person, 'fullName' | 'username'>, token: string): void {
  showOnce({
    title: t('staff.link.title'),
    text: t('staff.link.text', { name: nameOf(person) }),
    secret: `${window.location.origin}/invitation#${token}`,
    label: t('staff.link.label'),
    close: t('staff.link.close'),
  });
}

export function askToReset(person: Person): void {
  confirmAct({
    title: t('staff.acts.resetTitle', { name: nameOf(person) }),
    text: t('staff.acts.resetText'),
    act: t('staff.acts.resetAct'),
    run: async () => showInvitation(person, await inviteAgain(person.id)),
  });
}

export function askToSignOut(person: Person): void {
  confirmAct({
    title: t('staff.acts.signOutTitle', { name: nameOf(person) }),
    text: t('staff.acts.signOutText'),
    act: t('staff.acts.signOut'),
    run: async () => {
      await signOutEverywhere(person.id);
      notifyDone(t('staff.acts.signedOut', { name: nameOf(person) }));
    },
  });
}

export function askToRemoveFactor(person: Person): void {
  confirmAct({
    title: t('staff.acts.removeFactorTitle', { name: nameOf(person) }),
    text: t('staff.acts.removeFactorText'),
    act: t('staff.acts.removeFactor'),
    isDangerous: true,
    run: async () => {
      await removeFactorOf(person.id);
      notifyDone(t('staff.acts.factorRemoved'));
    },
  });
}

export function askToDeactivate(person: Person): void {
  confirmAct({
    title: t('staff.acts.deactivateTitle', { name: nameOf(person) }),
    text: t('staff.acts.deactivateText'),
    act: t('staff.acts.deactivate'),
    isDangerous: true,
    reason: 'optional',
    run: async (reason) => {
      await changePerson(person.id, { revision: person.revision, isDisabled: true, reason: reason || null });
      notifyDone(t('staff.acts.deactivated', { name: nameOf(person) }));
    },
  });
}

export async function reactivate(person: Person): Promise<void> {
  await changePerson(person.id, { revision: person.revision, isDisabled: false });
  notifyDone(t('staff.acts.reactivated', { name: nameOf(person) }));
}
