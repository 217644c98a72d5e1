// For tests only: bodies out of the OpenAPI document.
import type { Loose } from './running.ts';

/** An id that nothing has. */
export const anyId = '01890a5d-ac96-774b-bcce-b302099a8057';

export const resolveSchema = (document: Loose, schema: Loose): Loose =>
  schema?.$ref ? resolveSchema(document, document.components.schemas[schema.$ref.split('/').at(-1)]) : schema;

/** The least that fits a schema, as far as it says. */
export function exampleOf(document: Loose, given: Loose, depth = 0): unknown {
  const schema = resolveSchema(document, given) ?? {};
  if (depth > 5) return null;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return exampleOf(document, choice[0], depth + 1);
  if (schema.type === 'object') {
    const required: string[] = schema.required ?? [];
    return Object.fromEntries(
      required.map((name) => [name, exampleOf(document, schema.properties?.[name], depth + 1)]),
    );
  }
  if (schema.type === 'array') return schema.minItems ? [exampleOf(document, schema.items, depth + 1)] : [];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  if (schema.format === 'uuid') return anyId;
  if (schema.format === 'date-time') return '2026-01-31T00:00:00Z';
  if (schema.pattern?.includes('\\d{4}-\\d{2}')) return '2026-01-31';
  return schema.pattern?.includes('\\d') ? '1' : 'x';
}
