// What the office decided about debts: from which amount, for how long, at what cost, and when a run must ask.
import type { OverduePolicy } from '@lastmile/contract/suspension.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { LateFee } from './rules/late-fee-rules.ts';

export type OverduePolicyView = z.output<typeof OverduePolicy>;

const columns = [
  'tolerance_minor as toleranceMinor',
  'exemption_days as exemptionDays',
  'fuse_percent as fusePercent',
  'fuse_least_count as fuseLeastCount',
  'fuse_stale_hours as fuseStaleHours',
  'fuse_import_days as fuseImportDays',
  'reminder_hour as reminderHour',
  'does_mail_invoices as doesMailInvoices',
  'does_mail_receipts as doesMailReceipts',
  'does_mail_cuts as doesMailCuts',
  'late_fee_kind as lateFeeKind',
  'late_fee_minor as lateFeeMinor',
  'late_fee_basis_points as lateFeeBasisPoints',
  'late_fee_grace_days as lateFeeGraceDays',
  'late_fee_max_minor as lateFeeMaxMinor',
  'revision',
] as const;

export async function getOverduePolicy(db: Db): Promise<OverduePolicyView> {
  const row = await db
    .selectFrom('billing.overdue_policy')
    .select(columns)
    .select([
      sql<number[]>`reminder_days_before`.as('reminderDaysBefore'),
      sql<number[]>`reminder_days_after`.as('reminderDaysAfter'),
    ])
    .executeTakeFirstOrThrow();
  return { ...row, lateFeeKind: row.lateFeeKind as OverduePolicyView['lateFeeKind'] };
}

export async function changeOverduePolicy(
  work: Work,
  { revision, ...given }: Partial<OverduePolicyView> & { revision: number },
): Promise<OverduePolicyView> {
  await work.db.selectFrom('billing.overdue_policy').select('revision').forUpdate().executeTakeFirstOrThrow();
  const before = await getOverduePolicy(work.db);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = { ...before, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  refuseHalfFee(after);
  await work.db
    .updateTable('billing.overdue_policy')
    .set({
      tolerance_minor: after.toleranceMinor,
      exemption_days: after.exemptionDays,
      fuse_percent: after.fusePercent,
      fuse_least_count: after.fuseLeastCount,
      fuse_stale_hours: after.fuseStaleHours,
      fuse_import_days: after.fuseImportDays,
      reminder_days_before: after.reminderDaysBefore,
      reminder_days_after: after.reminderDaysAfter,
      reminder_hour: after.reminderHour,
      does_mail_invoices: after.doesMailInvoices,
      does_mail_receipts: after.doesMailReceipts,
      does_mail_cuts: after.doesMailCuts,
      late_fee_kind: after.lateFeeKind,
      late_fee_minor: after.lateFeeMinor,
      late_fee_basis_points: after.lateFeeBasisPoints,
      late_fee_grace_days: after.lateFeeGraceDays,
      late_fee_max_minor: after.lateFeeMaxMinor,
      revision: revision + 1,
    })
    .execute();
  const changed = (Object.keys(before) as (keyof OverduePolicyView)[]).filter(
    (key) => key !== 'revision' && String(before[key]) !== String(after[key]),
  );
  await audit(
    work,
    'billing.overdue_policy_changed',
    [],
    Object.fromEntries(changed.map((key) => [key, [plain(before[key]), plain(after[key])]])),
  );
  work.announce('settings', 'overdue-policy');
  return getOverduePolicy(work.db);
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** A kind of fee needs its number, and no other. */
function refuseHalfFee(policy: OverduePolicyView): void {
  const isPercent = policy.lateFeeKind?.endsWith('percent') ?? false;
  const wantsAmount = policy.lateFeeKind !== null && !isPercent;
  if (wantsAmount !== (policy.lateFeeMinor !== null))
    throw fieldError('invalid_input', 'lateFeeMinor', wantsAmount ? 'is needed' : 'does not go with this kind of fee');
  if (isPercent !== (policy.lateFeeBasisPoints !== null))
    throw fieldError(
      'invalid_input',
      'lateFeeBasisPoints',
      isPercent ? 'is needed' : 'does not go with this kind of fee',
    );
}

/** The late fee as the rules know it; undefined where none is charged. */
export function lateFeeIn({ lateFeeKind, lateFeeMinor, lateFeeBasisPoints }: OverduePolicyView): LateFee | undefined {
  switch (lateFeeKind) {
    case null:
      return undefined;
    case 'flat':
    case 'daily_flat':
      return { kind: lateFeeKind, amountMinor: lateFeeMinor ?? 0n };
    case 'percent':
    case 'daily_percent':
      return { kind: lateFeeKind, basisPoints: lateFeeBasisPoints ?? 0 };
  }
}
