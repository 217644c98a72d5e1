import type { VoucherSettings } from '@lastmile/contract/vouchers.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { entropyBits } from './rules/code-rules.ts';

// A hotspot's login page is open to everybody near it and slows nobody down (R-VCH-1).
const leastBits = 60;

export type CounterSettings = z.output<typeof VoucherSettings>;

const columns = [
  'when_unreachable as whenUnreachable',
  'code_length as codeLength',
  'tolerance_minor as toleranceMinor',
  'drawer_limit_minor as drawerLimitMinor',
  'void_alone_limit_minor as voidAloneLimitMinor',
  'login_url as loginUrl',
  'revision',
] as const;

export async function getCounterSettings(db: Db): Promise<CounterSettings> {
  const row = await db.selectFrom('vouchers.settings').select(columns).executeTakeFirstOrThrow();
  return row as CounterSettings;
}

type Change = { [K in keyof Omit<CounterSettings, 'revision'>]?: CounterSettings[K] | undefined } & {
  revision: number;
};

export async function changeCounterSettings(work: Work, { revision, ...change }: Change): Promise<CounterSettings> {
  const before = (await work.db
    .selectFrom('vouchers.settings')
    .select(columns)
    .forUpdate()
    .executeTakeFirstOrThrow()) as CounterSettings;
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: CounterSettings = { ...before, ...given };
  if (entropyBits(after.codeLength) < leastBits)
    throw fieldError('invalid_input', 'codeLength', `is too short: a code has at least ${leastBits} bits`);
  await work.db
    .updateTable('vouchers.settings')
    .set({
      when_unreachable: after.whenUnreachable,
      code_length: after.codeLength,
      tolerance_minor: after.toleranceMinor,
      drawer_limit_minor: after.drawerLimitMinor,
      void_alone_limit_minor: after.voidAloneLimitMinor,
      login_url: after.loginUrl,
      revision: revision + 1,
    })
    .execute();
  const changed = Object.keys(given).filter((key) => before[key as keyof Change] !== after[key as keyof Change]);
  const shown = (settings: CounterSettings, key: string) => settings[key as keyof Change]?.toString() ?? null;
  await audit(
    work,
    'voucher.settings_changed',
    [],
    Object.fromEntries(changed.map((key) => [key, [shown(before, key), shown(after, key)]])),
  );
  work.announce('voucher', '*');
  return getCounterSettings(work.db);
}
