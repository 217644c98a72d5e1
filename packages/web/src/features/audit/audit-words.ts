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

// What tells most stands first, for only one line of it is seen. The database keeps no order of its own.
const tellingNames = ['name', 'number', 'label', 'username', 'amountMinor', 'priceMinor', 'reason', 'method', 'dueOn'];

/** What an entry tells, as names and values: nested ones one under the other, and a change as "before → after". */
export function detailsOf(format: Format, { details }: Pick<AuditEntry, 'details'>): Detail[] {
  const currency = typeof details.currency === 'string' ? details.currency : undefined;
  const hasAmount = Object.keys(details).some((name) => name.endsWith('Minor'));
  const rankOf = (name: string) => (tellingNames.indexOf(name) + tellingNames.length + 1) % (tellingNames.length + 1);
  const told = Object.entries(details)
    // The amounts say their currency.
    .filter(([name]) => !(name === 'currency' && hasAmount))
    .sort(([a], [b]) => rankOf(a) - rankOf(b));
  return flat(format, Object.fromEntries(told), '', currency);
}

function flat(format: Format, details: object, path: string, currency: string | undefined): Detail[] {
  return Object.entries(details).flatMap(([name, value]) => {
    if (isId(name, value)) return [];
    const own = wordOr('audit.fields', name).replace(/ (minor|on)$/, '');
    const label = path ? `${path}, ${own.toLowerCase()}` : own;
    const isNested = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (isNested) return flat(format, value, label, currency);
    const texts = [value].flat().map((one) => valueText(format, name, one, currency));
    return [{ label, value: texts.join(texts.length === 2 ? ' → ' : ', ') }];
  });
}

/** Ours inside; a person knows things by their names. */
function isId(name: string, value: unknown): boolean {
  const isUuid = (one: unknown) => one === null || /^[\da-f]{8}-[\da-f-]{27}$/.test(String(one));
  return name.endsWith('Id') && [value].flat().every(isUuid);
}

const codeNames = new Set(['method', 'reason', 'state', 'status', 'mode', 'kind', 'role', 'tls', 'periodUnit']);

function valueText(format: Format, name: string, value: unknown, currency: string | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no');
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (name.endsWith('Minor') && /^-?\d+$/.test(text)) return format.money(text, currency);
  // "mobile_money" is a name of the server's; what people wrote is shown as they wrote it.
  return codeNames.has(name) && /^[a-z]+(_[a-z]+)*$/.test(text) ? wordOr('audit.values', text) : format.toldDate(text);
}
