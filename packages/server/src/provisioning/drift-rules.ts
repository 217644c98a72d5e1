// What somebody else did to our objects, and how much may be changed at once before a person has looked.
import type { Change, Observed } from './change-rules.ts';
import { differences, type FieldDifference } from './preview-rules.ts';

export type FoundDrift = { accountId: string; differences: FieldDifference[] };

/**
 * A settled account that is not as we left it was changed by somebody else; what is on its way there is no drift. In the
 * differences `from` is what was found, `to` what is wanted.
 */
export function findDrifts(changes: readonly Change[], observed: Observed): FoundDrift[] {
  const rows = new Map(observed.accounts.map((row) => [`${row.service} ${row.ref}`, row]));
  const found = new Map<string, FieldDifference[]>();
  for (const change of changes) {
    if (!('account' in change) || change.account.isUnsettled) continue;
    const { id } = change.account;
    const known = found.get(id) ?? [];
    if (change.kind === 'add_account')
      found.set(id, [...known, { field: 'object', from: null, to: change.account.name }]);
    if (change.kind === 'set_account')
      found.set(id, [...known, ...differences(change.fields, rows.get(`${change.account.service} ${change.ref}`))]);
  }
  return [...found].map(([accountId, differences]) => ({ accountId, differences }));
}

/** What keeps somebody out who is to be out is done whatever a person decides of the rest. */
export function isCutting(change: Change): boolean {
  if (change.kind === 'drop_session' || change.kind === 'drop_cookie' || change.kind === 'remove_account') return true;
  return change.kind === 'set_account' && change.fields.isDisabled === true;
}

// A handful is no bulk, however small the router.
const leastHeld = 20;

/**
 * How many accounts a round would change or remove, where that is more than a person has allowed; undefined: go on. What is
 * added takes nothing from anybody.
 */
export function heldCount(
  changes: readonly Change[],
  limit: { accountCount: number; percent: number; liftedCount: number },
): number | undefined {
  const touching = new Set(
    changes.flatMap((change) =>
      change.kind === 'set_account' || change.kind === 'remove_account' ? [change.account.id] : [],
    ),
  );
  const allowed = Math.max(leastHeld, Math.floor((limit.accountCount * limit.percent) / 100), limit.liftedCount);
  return touching.size > allowed ? touching.size : undefined;
}
