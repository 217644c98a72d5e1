// The people: what the provider keeps of each beside what every provider keeps.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Revision, text } from './shapes.ts';

export const mostCustomerFields = 50;

export const customerFieldKinds = ['text', 'number', 'day', 'yes_no', 'choice'] as const;

/** Text is itself, a number is a number, a day is 2026-01-31, yes or no is a boolean, a choice is its word. */
export const CustomValue = z.union(
  [text(500), z.number().min(-1e15).max(1e15), z.boolean()],
  'must be a text, a number, or true or false',
);

/** By the id of the field. null or an empty text: nothing is held. */
export const CustomValues = z
  .record(Id, CustomValue.nullable())
  .refine(
    (values) => Object.keys(values).length <= mostCustomerFields,
    `must have at most ${mostCustomerFields} fields`,
  );

/** Short words to sort customers by. In lower case, so that two spellings are one tag. */
export const Tag = text(40, 1).transform((tag) => tag.replace(/\s+/g, ' ').toLowerCase());

export const Tags = z
  .array(Tag)
  .max(30, 'must be at most 30 tags')
  .transform((tags) => [...new Set(tags)]);

export const Position = z
  .object({
    latitude: z.number().min(-90, 'must be -90 to 90').max(90, 'must be -90 to 90'),
    longitude: z.number().min(-180, 'must be -180 to 180').max(180, 'must be -180 to 180'),
  })
  .meta({ id: 'Position' });

export const CustomerField = z
  .object({
    id: Id,
    name: z.string(),
    kind: z.enum(customerFieldKinds),
    /** What may be chosen, where the kind is `choice`. */
    choices: z.array(z.string()),
    isRequired: z.boolean(),
    position: z.int(),
    revision: Revision,
  })
  .meta({ id: 'CustomerField' });

const fieldParts = {
  name: text(60, 1),
  choices: z.array(text(60, 1)).max(100, 'must be at most 100 choices'),
  isRequired: z.boolean(),
};

const fieldId = z.object({ fieldId: Id });

export const customers = {
  'GET /api/customer-fields': {
    name: 'listCustomerFields',
    summary: 'What this provider keeps of a customer beside name, contact and notes.',
    permission: 'customer:read',
    reply: z.object({ items: z.array(CustomerField) }),
  },
  'POST /api/customer-fields': {
    name: 'addCustomerField',
    summary: 'Add a field of customers. A required one is asked for whenever a customer is added.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z
      .object({
        ...fieldParts,
        kind: z.enum(customerFieldKinds),
        choices: fieldParts.choices.default([]),
        isRequired: fieldParts.isRequired.default(false),
      })
      .meta({ id: 'NewCustomerField' }),
    reply: CustomerField,
    status: 201,
  },
  'PUT /api/customer-fields/:fieldId': {
    name: 'changeCustomerField',
    summary: 'Change a field; its kind stays. Values that were given before stay as they are.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: fieldId,
    body: z
      .object({ ...fieldParts, position: z.int().min(1).max(mostCustomerFields) })
      .partial()
      .extend({ revision: Revision }),
    reply: CustomerField,
  },
  'DELETE /api/customer-fields/:fieldId': {
    name: 'removeCustomerField',
    summary: 'Remove a field: it is no longer shown or asked for.',
    permission: 'settings:write',
    needsEverywhere: true,
    params: fieldId,
  },
  'GET /api/customer-tags': {
    name: 'listCustomerTags',
    summary: 'The tags in use, the most used first.',
    permission: 'customer:read',
    reply: z.object({ items: z.array(z.object({ tag: z.string(), count: z.int() })) }),
  },
} satisfies EndpointRecord;
