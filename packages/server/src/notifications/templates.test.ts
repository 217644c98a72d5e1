// The texts of letters that a provider writes himself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const route = 'message-templates/cut/es';
const text = { subject: 'Pausa', body: 'Hola {{customerName}}' };
const change = (body: Loose, path = route) => running.call(`PUT /api/${path}`, body);

test('a text is kept per kind and language, and gone again with the standard text back', async () => {
  const { items } = (await running.call('GET /api/message-templates')).body;
  expect(items).toHaveLength(40);
  const standard = items.find(({ kind, language }: Loose) => kind === 'cut' && language === 'es');
  expect(standard).toMatchObject({ isOwn: false, revision: 0, placeholders: expect.arrayContaining(['howToPay']) });
  expect((await change({ ...text, revision: 0 })).body).toMatchObject({ ...text, isOwn: true, revision: 1 });
  const again = (await running.call('GET /api/message-templates')).body.items;
  expect(again.filter(({ isOwn }: Loose) => isOwn)).toMatchObject([{ kind: 'cut', language: 'es' }]);
  expect((await running.call(`DELETE /api/${route}`)).body).toEqual(standard);
  expect((await running.call(`DELETE /api/${route}`)).body).toEqual(standard);
});

test('a placeholder that the kind does not have is refused by its name, at its field', async () => {
  expect(await change({ ...text, body: 'By {{receivedOn}}', revision: 0 })).toMatchObject({
    status: 400,
    body: {
      fields: [{ path: 'body', message: expect.stringMatching(/^has \{\{receivedOn\}\}, which is not one of/) }],
    },
  });
  expect(await change({ ...text, subject: 'two\nlines', revision: 0 })).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'subject' }] },
  });
  const preview = await running.call(`POST /api/${route}/preview`, { ...text, subject: '{{amount' });
  expect(preview).toMatchObject({ status: 400, body: { fields: [{ path: 'subject' }] } });
});

test('of two who write the first text at the same moment one is told', async () => {
  const answers = await Promise.all([change({ ...text, revision: 0 }), change({ ...text, revision: 0 })]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect(await change({ ...text, revision: 7 })).toMatchObject({ status: 409, body: { code: 'edit_conflict' } });
});

test('alarms to the owner and texts of other languages have no template', async () => {
  const paths = ['message-templates/alarm/en', 'message-templates/cut/xx'];
  const answers = await Promise.all(paths.map((path) => change({ ...text, revision: 0 }, path)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});
