import { api } from '@lastmile/contract/api.ts';
import { beforeAll, expect, test } from 'vitest';
import type { Loose } from '#test/running.ts';
import { openApiDocument } from './openapi.ts';

let document: Loose;

beforeAll(() => {
  document = JSON.parse(JSON.stringify(openApiDocument(api, 'Lastmile', '1.2.3')));
});

const verbs = ['get', 'post', 'put', 'delete'];

function operations(): { path: string; verb: string; operation: Loose }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Loose).map(([verb, operation]) => ({ path, verb, operation })),
  );
}

/** Every object in a document, with where it is. */
function* objectsIn(value: unknown, place = '#'): Generator<[string, Loose]> {
  if (typeof value !== 'object' || value === null) return;
  yield [place, value];
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${place}/${key}`);
}

test('the document is OpenAPI 3.1 and describes every endpoint', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Lastmile', version: '1.2.3' });
  const described = operations().map(({ path, verb }) => `${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
  expect(described.toSorted()).toEqual(Object.keys(api).toSorted());
  for (const { verb } of operations()) expect(verbs).toContain(verb);
});

test('every reference leads somewhere', () => {
  const names = Object.keys(document.components.schemas);
  let count = 0;
  for (const [place, object] of objectsIn(document)) {
    if (typeof object.$ref !== 'string') continue;
    count += 1;
    const name = /^#\/components\/schemas\/(\w+)$/.exec(object.$ref)?.[1];
    expect([place, object.$ref, names.includes(name ?? '')]).toEqual([place, object.$ref, true]);
  }
  expect(count).toBeGreaterThan(50);
});

test('every operation has a name of its own, a summary and a permission', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of operations()) {
    expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary).toMatch(/[a-z].*\.$/s);
    expect(operation['x-permission']).toEqual(expect.any(String));
  }
});

test('every part of a path is declared as a parameter, and no other', () => {
  for (const { path, operation } of operations()) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = operation.parameters.filter((parameter: Loose) => parameter.in === 'path');
    expect([path, declared.map(({ name }: Loose) => name)]).toEqual([path, inPath]);
    for (const parameter of declared) expect(parameter.required).toBe(true);
  }
});

test('every answer is described, and every refusal in one form', () => {
  for (const { path, verb, operation } of operations()) {
    const endpoint = api[`${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}` as keyof typeof api] as Loose;
    const status = endpoint.status ?? (endpoint.reply ? 200 : 204);
    expect(Object.keys(operation.responses).toSorted()).toEqual([String(status), 'default']);
    expect(operation.responses.default.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/Problem',
    });
    expect(Boolean(operation.responses[status].content)).toBe(endpoint.reply !== undefined);
    expect(Boolean(operation.requestBody)).toBe(endpoint.body !== undefined);
  }
});

test('money is digits and a day is a text, as they are on the wire', () => {
  const { properties } = document.components.schemas.NewInvoice;
  expect(properties.amountMinor).toMatchObject({ type: 'string' });
  expect(properties.dueOn).toMatchObject({ type: 'string' });
});

test('only what is public needs no token', () => {
  for (const { operation } of operations())
    expect(operation.security).toEqual(operation['x-permission'] === 'public' ? undefined : [{ token: [] }]);
});

test('nothing of zod’s own is left in it', () => {
  for (const [place, object] of objectsIn(document)) {
    if (/\/properties$/.test(place)) continue;
    expect([place, Object.keys(object).filter((key) => /^\$(schema|id|defs)$|^def$|^~/.test(key))]).toEqual([
      place,
      [],
    ]);
  }
});
