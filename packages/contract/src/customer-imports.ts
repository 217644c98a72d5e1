// Customers out of a file: read, mapped, tried without changing anything, then confirmed in one step.
import { z } from 'zod';
import { BulkJob } from './bulk.ts';
import { importFields } from './bulk-kinds.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Id, text } from './shapes.ts';

export const mostImportBytes = 5 * 1024 * 1024;
export const mostImportColumns = 60;

const ImportField = z
  .string()
  .max(50)
  .regex(
    new RegExp(`^(${importFields.join('|')}|custom:[0-9a-f-]{36})$`),
    'must be one of the fields of a customer, or custom: with the id of an own field',
  );

const setup = {
  /** For each column what it is; null: it is left out. */
  mapping: z.array(ImportField.nullable()).min(1).max(mostImportColumns),
  /** Where the file names none. */
  routerId: Id.nullable().default(null),
  planId: Id.nullable().default(null),
};

export const CustomerImport = z
  .object({
    job: BulkJob,
    encoding: z.string(),
    delimiter: z.string(),
    columns: z.array(
      z.object({
        name: z.string(),
        /** The first values. */
        samples: z.array(z.string()),
        field: z.string().nullable(),
      }),
    ),
    routerId: Id.nullable(),
    planId: Id.nullable(),
    /** Each row was tried with what is set now. Only then it can be confirmed. */
    isChecked: z.boolean(),
  })
  .meta({ id: 'CustomerImport' });

const importId = z.object({ importId: Id });

export const customerImports = {
  'POST /api/customer-imports': {
    name: 'readCustomerFile',
    summary: 'Read a CSV file of customers and accounts and guess what its columns are. Nothing is added.',
    permission: 'customer:write',
    mostBodyBytes: Math.ceil((mostImportBytes * 4) / 3) + 10_000,
    body: z.object({
      fileName: text(200, 1),
      /** As base64; UTF-8, UTF-16 or Windows-1252, parted by commas, semicolons or tabs. */
      content: z.base64().min(1, 'must not be empty'),
    }),
    reply: CustomerImport,
    status: 201,
  },
  'GET /api/customer-imports/:importId': {
    name: 'getCustomerImport',
    summary:
      'A file of customers: its columns and how far it is. What was found of each row stands in the items of the job.',
    permission: 'customer:write',
    params: importId,
    reply: CustomerImport,
  },
  'PUT /api/customer-imports/:importId': {
    name: 'checkCustomerImport',
    summary:
      'Say what the columns are, and try each row: who would be added, who is there already, what is wrong and where.',
    permission: 'customer:write',
    params: importId,
    body: z.object(setup),
    reply: CustomerImport,
  },
  'POST /api/customer-imports/:importId/confirm': {
    name: 'confirmCustomerImport',
    summary: 'Add those who would be added. It goes on as a job; twice adds nobody twice.',
    permission: 'customer:write',
    params: importId,
    body: z.object({ confirmedCount: z.int().min(1) }),
    reply: CustomerImport,
    status: 202,
  },
} satisfies EndpointRecord;
