// The story that every foreign client tells: log in, list, add, change, listen, remove, and ask for nothing. One line of JSON
// per step on standard output; a crash simply ends the lines.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The package `name` as installed in the folder given on the command line. */
export function load(name) {
  const [, , folder] = process.argv;
  return createRequire(join(folder, 'package.json'))(name);
}

export const port = Number(process.argv[3]);

function say(step, result = {}) {
  process.stdout.write(`${JSON.stringify({ step, ...result })}\n`);
}

export async function tell(client) {
  await client.logIn();
  say('login');
  say('list', { names: (await client.list()).map((row) => row.name) });
  const id = await client.add({ name: 'second', password: 'x' });
  say('add');
  await client.comment(id, 'changed');
  say('change');
  if (client.listen) say('listen', { name: await client.listen() });
  await client.remove(id);
  say('remove');
  say('empty', { rows: (await client.find('nobody')).length });
  await client.close();
  say('close');
  process.exit(0);
}
