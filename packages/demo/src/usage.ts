// A month of what people used: some hardly anything, one more than his plan includes and one nearly all of it.
import { type Actor, type Database, inTransaction } from '@lastmile/server/platform/db.ts';
import { type Added, addUsage } from '@lastmile/server/provisioning/daily-usage.ts';
import { createDice } from './people.ts';

const days = 30;
const bytesInGb = 1024 ** 3;
const mostGbPerDay = 9;
/** Of the plan that has a cap. */
export const demoCap = {
  dataCapBytes: 400n * 1024n ** 3n,
  whenUsedUp: 'slow',
  slowDownKbps: 1024,
  slowUpKbps: 512,
} as const;
/** In this month, of the first ones who have that plan. */
const nightOwlsGb = [470, 360];

const meter: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

export async function fillUsage(database: Database, today: Temporal.PlainDate): Promise<void> {
  const dice = createDice(17);
  const accounts = await database.db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('plans.plans as plan', 'plan.profile_id', 'account.profile_id')
    .select(['account.id', 'plan.data_cap_bytes as capBytes'])
    .where('account.removed_at', 'is', null)
    .orderBy('account.id')
    .execute();
  const capped = accounts.filter(({ capBytes }) => capBytes !== null);
  const nightOwls = new Map(nightOwlsGb.map((gb, place) => [capped[place]?.id, gb / today.day]));
  await inTransaction(database, meter, async (work) => {
    for (const { id } of accounts) {
      const habitGb = dice() ** 2 * mostGbPerDay;
      const used = Array.from({ length: days }, (_, ago): Added => {
        const owlGb = ago < today.day ? nightOwls.get(id) : undefined;
        const gb = owlGb ? owlGb * (0.9 + dice() * 0.2) : habitGb * (0.3 + dice() * 1.4);
        return { accountId: id, day: today.subtract({ days: ago }).toString(), ...carried(gb) };
      });
      await addUsage(work, used);
    }
  });
}

function carried(gb: number): Omit<Added, 'accountId' | 'day'> {
  const bytes = Math.round(gb * bytesInGb);
  return { downBytes: BigInt(Math.round(bytes * 0.88)), upBytes: BigInt(Math.round(bytes * 0.12)), doubtedBytes: 0n };
}
