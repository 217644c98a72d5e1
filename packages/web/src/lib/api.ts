// The one way to the server, typed by the contract. Only types are imported from it, so zod stays out of the bundle.
import type { Api } from '@lastmile/contract';
import type { Received, Sent } from '@lastmile/contract/endpoint.ts';
import type { ErrorCode, Problem } from '@lastmile/contract/errors.ts';

export type EndpointKey = keyof Api;
export type Reply<K extends EndpointKey> = Received<Api[K]>;
export type Body<K extends EndpointKey> = Sent<Api[K]> extends { body?: infer B } ? NonNullable<B> : never;
export type Query<K extends EndpointKey> = Sent<Api[K]> extends { query?: infer Q } ? NonNullable<Q> : never;
/** One row of a paged list. */
export type Item<K extends EndpointKey> = Reply<K> extends { items: (infer I)[] } ? I : never;

type Options = { signal?: AbortSignal };
type Arguments<K extends EndpointKey> =
  // biome-ignore lint/complexity/noBannedTypes: {} is assignable exactly when nothing must be sent.
  {} extends Sent<Api[K]> ? [sent?: Sent<Api[K]> & Options] : [sent: Sent<Api[K]> & Options];

/** Codes that the web gives itself, beside those of the contract. */
export type WebErrorCode = 'unreachable' | 'timed_out' | 'unknown';

export class ApiError extends Error {
  readonly code: ErrorCode | WebErrorCode;
  readonly status: number;
  readonly fields: Problem['fields'];
  readonly details: Problem['details'];
  readonly requestId: string | null;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.message ?? problem.code ?? 'unknown');
    this.name = 'ApiError';
    this.status = status;
    this.code = (problem.code ?? 'unknown') as ErrorCode | WebErrorCode;
    this.fields = problem.fields ?? [];
    this.details = problem.details ?? {};
    this.requestId = problem.requestId ?? null;
  }
}

// The server gives up on a slow router after 5 s, so an answer that takes longer than this will not come.
const timeoutMs = 20_000;

/** `await call('PUT /api/plans/:planId', { params: { planId }, body })` */
export async function call<K extends EndpointKey>(key: K, ...[sent]: Arguments<K>): Promise<Reply<K>> {
  const { params, query, body, signal } = (sent ?? {}) as Loose;
  const [method, path] = key.split(' ') as [string, string];
  const ask = () =>
    send(urlOf(path, params, query), {
      method,
      headers: body === undefined ? undefined : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs),
    });
  const response = await askAndConfirm(ask);
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Reply<K>;
  throw await refusalOf(response);
}

/** A dangerous act wants the password again: the person is asked, and the act is sent once more. */
async function askAndConfirm(ask: () => Promise<Response>): Promise<Response> {
  const response = await ask();
  if (response.status !== 403) return response;
  const { code } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as Partial<Problem>;
  return code === 'sign_in_again' && (await confirmationAsker()) ? ask() : response;
}

let confirmationAsker: () => Promise<boolean> = async () => false;

/** Who asks the person for his password; true when it was given. */
export function onConfirmationNeeded(asker: () => Promise<boolean>): void {
  confirmationAsker = asker;
}

// A list of a hundred thousand is written while it is read.
const fileTimeoutMs = 300_000;

/** Saves what a route beside the contract answers as a file. */
export async function downloadFile(path: string, query: Record<string, unknown>, name: string): Promise<void> {
  const ask = () => send(urlOf(path, undefined, query), { signal: AbortSignal.timeout(fileTimeoutMs) });
  const response = await askAndConfirm(ask);
  if (!response.ok) throw await refusalOf(response);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

type Loose = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
};

function urlOf(path: string, params: Loose['params'], query: Loose['query']): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== '');
  const words = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return words ? `${filled}?${words}` : filled;
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, credentials: 'same-origin' });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'AbortError') throw error;
    throw new ApiError(0, { code: name === 'TimeoutError' ? 'timed_out' : 'unreachable' });
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  // A proxy in front of a stopped server answers 502 to 504 without a problem of ours.
  const code = problem.code ?? (response.status >= 502 ? 'unreachable' : 'unknown');
  if (code === 'signed_out' || code === 'password_change_required' || code === 'second_factor_required')
    accessListener(code);
  return new ApiError(response.status, { ...problem, code });
}

type AccessRefusal = 'signed_out' | 'password_change_required' | 'second_factor_required';
let accessListener: (refusal: AccessRefusal) => void = () => {};

/** Called when the server no longer lets this browser in, wherever that was noticed. */
export function onAccessRefused(listener: (refusal: AccessRefusal) => void): void {
  accessListener = listener;
}
