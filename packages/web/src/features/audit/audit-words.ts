import type { Format } from '../../lib/format.ts';
import { t, wordOr } from '../../lib/words.ts';
import type { AuditEntry } from './queries.ts';

/** "Plan added" from "plan.added", or better words where the catalogue has them. */
export function actionWord(entry: AuditEntry): string {
  return wordOr('audit.actions', entry.action);
}

export function actorWord({ actor }: AuditEntry): string {
  return actor.kind === 'staff' ? actor.name : t(`audit.kinds.${actor.kind}`);
}

export type Detail = { label: string; value: string };

/** What an entry tells, as names and values: nested ones one under the other. */
export function detailsOf(format: Format, entry: AuditEntry): Detail[] {
  return flat(format, entry.details, '');
}

function flat(format: Format, details: object, path: string): Detail[] {
  return Object.entries(details).flatMap(([name, value]) => {
    const label = path ? `${path}, ${wordOr('audit.fields', name).toLowerCase()}` : wordOr('audit.fields', name);
    if (value !== null && typeof value === 'object') return flat(format, value, label);
    return [detail(format, name, label, value)];
  });
}

function detail(format: Format, name: string, label: string, value: unknown): Detail {
  const isMoney = name.endsWith('Minor') && /^-?\d+$/.test(String(value));
  if (!isMoney) return { label, value: value === null ? '–' : String(value) };
  return { label: label.replace(/ minor$/, ''), value: format.money(String(value)) };
}
