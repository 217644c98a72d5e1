// What may stand in a provider's own fields of a customer.
import type { CustomerField } from '@lastmile/contract/customers.ts';
import type { z } from 'zod';

export type FieldView = z.output<typeof CustomerField>;
export type CustomValue = string | number | boolean;
export type CustomValues = Record<string, CustomValue>;
export type GivenValues = Record<string, CustomValue | null>;

export type Fault = { fieldId: string; name: string; message: string };

/**
 * The values that are held when `given` is written over `before`. A field that is required may not be emptied, and on a new
 * customer not be left out; an old customer who never had it may be edited all the same.
 */
export function writtenValues(
  fields: readonly FieldView[],
  before: CustomValues | undefined,
  given: GivenValues,
): { values: CustomValues; faults: Fault[] } {
  const values: CustomValues = { ...before };
  const faults: Fault[] = [];
  const known = new Map(fields.map((field) => [field.id, field]));
  for (const [fieldId, value] of Object.entries(given)) {
    const field = known.get(fieldId);
    if (!field) faults.push({ fieldId, name: fieldId, message: 'is not a field of customers' });
    else if (isEmpty(value)) delete values[fieldId];
    else if (value !== null) {
      const message = value === before?.[fieldId] ? undefined : faultOf(field, value);
      if (message) faults.push({ fieldId, name: field.name, message });
      else values[fieldId] = value;
    }
  }
  for (const { id, name, isRequired } of fields) {
    const isAsked = before === undefined || id in given;
    if (isRequired && isAsked && !(id in values) && !faults.some(({ fieldId }) => fieldId === id))
      faults.push({ fieldId: id, name, message: 'is needed' });
  }
  return { values, faults };
}

function isEmpty(value: CustomValue | null): boolean {
  return value === null || value === '';
}

function faultOf({ kind, choices }: FieldView, value: CustomValue): string | undefined {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? undefined : 'must be a text';
    case 'number':
      return typeof value === 'number' ? undefined : 'must be a number';
    case 'yes_no':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'day':
      return typeof value === 'string' && isDay(value) ? undefined : 'must be a date such as 2026-01-31';
    case 'choice':
      return typeof value === 'string' && choices.includes(value)
        ? undefined
        : `must be one of: ${choices.join(', ').slice(0, 300)}`;
  }
}

function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  if (year < 1800 || month < 1 || month > 12 || date < 1) return false;
  return date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
