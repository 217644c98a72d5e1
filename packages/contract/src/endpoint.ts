// The form of every promise that the server makes: one record per room, keyed by "METHOD /path". The web imports only
// the types, so zod stays out of the browser; the server checks with the shapes, and OpenAPI is printed from them.
import type { z } from 'zod';
import type { Permission } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Who may call: a permission of a role, or `public` (anybody), `signed_in` (any member of staff), `password_change`
 * (signed in, even if the password must be changed first).
 */
export type Access = Permission | 'public' | 'signed_in' | 'password_change';

export type Endpoint = {
  /** OpenAPI operation id: a verb and a noun. */
  name: string;
  summary: string;
  permission: Access;
  /** Its effect cannot be kept to some locations, so whoever is limited to some may not call it. */
  needsEverywhere?: true;
  /** Asks for the password again, where it was not given within the last minutes. A key cannot give one. */
  isDangerous?: true;
  /** More than the usual, for files. */
  mostBodyBytes?: number;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The shape of a success; left out for 204. */
  reply?: z.ZodType;
  /** 200 unless said otherwise, 204 without a reply. */
  status?: 200 | 201 | 202;
};

export type EndpointRecord = Record<`${Method} /${string}`, Endpoint>;

type Shape<E, K extends string> = E extends Record<K, infer S extends z.ZodType> ? S : never;
type Has<E, K extends string> = E extends Record<K, z.ZodType> ? true : false;

/** What the server's handler gets: parsed values (bigint, Temporal). */
export type Parsed<E> = {
  params: Has<E, 'params'> extends true ? z.output<Shape<E, 'params'>> : undefined;
  query: Has<E, 'query'> extends true ? z.output<Shape<E, 'query'>> : undefined;
  body: Has<E, 'body'> extends true ? z.output<Shape<E, 'body'>> : undefined;
};

/** What the server's handler returns. */
export type Replied<E> = Has<E, 'reply'> extends true ? z.output<Shape<E, 'reply'>> : undefined;

type Field<E, K extends string> =
  Has<E, K> extends true
    ? // biome-ignore lint/complexity/noBannedTypes: {} is assignable exactly when every field is optional.
      {} extends z.input<Shape<E, K>>
      ? { [P in K]?: z.input<Shape<E, K>> }
      : { [P in K]: z.input<Shape<E, K>> }
    : unknown;

/** What a caller sends, as JSON carries it. */
export type Sent<E> = Field<E, 'params'> & Field<E, 'query'> & Field<E, 'body'>;

/** What a caller receives, as JSON carries it. */
export type Received<E> = Has<E, 'reply'> extends true ? z.input<Shape<E, 'reply'>> : undefined;
