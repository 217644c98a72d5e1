import { type ErrorCode, errorStatus } from '@lastmile/contract/errors.ts';

export type FieldFault = { path: string; message: string };

/**
 * An expected refusal. The code is listed in the contract with its HTTP status; the details name the thing and the
 * number, and never hold a secret: they are sent to the caller.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;
  readonly fields: readonly FieldFault[];

  constructor(
    code: ErrorCode,
    details: Record<string, unknown> = {},
    message?: string,
    fields: readonly FieldFault[] = [],
  ) {
    super(message ?? code.replaceAll('_', ' '));
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
    this.fields = fields;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

/** A refusal of one field, said at that field. */
export function fieldError(
  code: ErrorCode,
  path: string,
  message: string,
  details: Record<string, unknown> = {},
): DomainError {
  return new DomainError(code, details, `${path} ${message}`, [{ path, message }]);
}

/** The name of the constraint that PostgreSQL says was violated, if it was one. */
export function violatedConstraint(error: unknown): string | undefined {
  if (error instanceof Error && 'constraint' in error && typeof error.constraint === 'string') return error.constraint;
  return undefined;
}

/** "1 account", "2 accounts": for messages in English. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
