// An emergency locks a person out until an hour: his sessions and keys are worth nothing, and his password opens nothing.
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { endAllSessions } from './sessions.ts';
import { lockStaff } from './staff.ts';

/** Answers with his name. */
export async function shutOut(work: Work, staffId: string, until: Temporal.Instant): Promise<string> {
  if (staffId === work.actor.id) throw new DomainError('yourself', {}, 'nobody locks himself out');
  const staff = await lockStaff(work, staffId);
  if (!staff) throw new DomainError('staff_not_found', { staffId });
  await work.db.updateTable('auth.staff').set({ shut_out_until: until }).where('id', '=', staffId).execute();
  await endAllSessions(work, staffId);
  return staff.username;
}

export async function letInAgain(work: Work, staffId: string): Promise<void> {
  await work.db.updateTable('auth.staff').set({ shut_out_until: null }).where('id', '=', staffId).execute();
  work.announce('staff', staffId);
}
