// For tests only: people at counters.
import type { Role } from '@lastmile/contract/permissions.ts';
import { expect } from 'vitest';
import { fresh } from './provider.test-support.ts';
import type { Caller, Loose, Running } from './running.ts';

/** A new person with a role, whose password is that of all people in the tests. */
export async function counterStaff(
  running: Running,
  role: Role = 'cashier',
): Promise<{ id: string; name: string; call: Caller }> {
  const name = fresh(`person-${role.replace('_', '-')}`);
  const [{ id }] = await running.query(
    `insert into auth.staff (id, username, role, password_hash, created_at)
     select gen_random_uuid(), $1, $2, password_hash, now() from auth.staff where username = 'admin' returning id`,
    [name, role],
  );
  return { id, name, call: running.callerWithToken(await running.tokenOf(name)) };
}

/** One note or coin of each amount: enough where only the sum matters. */
export function cash(...amounts: string[]): { faceValue: string; count: number }[] {
  return amounts.map((faceValue) => ({ faceValue, count: 1 }));
}

export async function clockIn(call: Caller, routerId: string, amount = '0'): Promise<Loose> {
  const opened = await call('POST /api/counter/shift', { routerId, cash: amount === '0' ? [] : cash(amount) });
  expect(opened).toMatchObject({ status: 201 });
  return opened.body;
}
