// The one place where a refusal becomes an HTTP answer.
import type { ErrorCode, Problem } from '@lastmile/contract/errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DomainError, type FieldFault } from './errors.ts';

/** What a caller sent does not have the promised shape. */
export class InputError extends Error {
  readonly statusCode = 400;
  readonly fields: readonly FieldFault[];

  constructor(error: z.ZodError) {
    super('the input does not have the promised shape');
    this.name = 'InputError';
    this.fields = error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }));
  }
}

const codeOfStatus: Record<number, ErrorCode> = {
  404: 'not_found',
  413: 'payload_too_large',
  415: 'invalid_input',
  429: 'too_many_requests',
};

export function answerError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof DomainError) {
    const seconds = error.details.retryAfterSeconds;
    if (typeof seconds === 'number') reply.header('retry-after', Math.max(1, Math.ceil(seconds)));
    return send(reply, request, error.status, error.code, error.message, error.details, error.fields);
  }
  if (error instanceof InputError) {
    const first = error.fields[0];
    const message = first ? `${first.path || 'the body'} ${first.message}` : error.message;
    return send(reply, request, 400, 'invalid_input', message, {}, error.fields);
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return send(reply, request, status, codeOfStatus[status] ?? 'invalid_input', error.message);
  request.log.error({ error, route: request.routeOptions.url }, 'a request failed');
  return send(
    reply,
    request,
    500,
    'internal',
    'Something went wrong here. The log has the details under this request id.',
  );
}

function send(
  reply: FastifyReply,
  request: FastifyRequest,
  status: number,
  code: ErrorCode,
  message: string,
  details: Record<string, unknown> = {},
  fields: readonly FieldFault[] = [],
): FastifyReply {
  const problem: Problem = { code, message, fields: [...fields], details, requestId: request.id };
  return reply.code(status).type('application/json').serializer(JSON.stringify).send(problem);
}
