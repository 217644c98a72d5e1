// Random commands against the simulator and against a model that is too plain to be wrong.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestClient } from './test-client.ts';
import { createTestRouters } from './test-routers.ts';

const { start, logIn } = createTestRouters();

interface Secret {
  name: string;
  profile: string;
  comment: string | undefined;
  disabled: string;
}

/** What a router does with its secrets, in a few lines. */
class Model {
  secrets = new Map<string, Secret>();
  profiles = new Set(['default', 'gold']);
  nextId = 1;

  #isTaken(name: string, except?: string): boolean {
    return [...this.secrets].some(([id, secret]) => secret.name === name && id !== except);
  }

  #wrong(name: string | undefined, profile: string | undefined, id?: string): string | undefined {
    if (profile !== undefined && !this.profiles.has(profile)) return 'input does not match any value of profile';
    if (name !== undefined && this.#isTaken(name, id)) return 'failure: secret with the same name already exists';
    return undefined;
  }

  add(values: Partial<Secret> & { name: string }): string {
    const wrong = this.#wrong(values.name, values.profile);
    if (wrong) return wrong;
    const id = `*${(this.nextId++).toString(16).toUpperCase()}`;
    this.secrets.set(id, { profile: 'default', comment: undefined, disabled: 'false', ...values });
    return id;
  }

  set(ref: string, values: Partial<Secret>): string {
    const id = this.#find(ref);
    if (id === undefined) return 'no such item';
    const wrong = this.#wrong(values.name, values.profile, id);
    if (wrong) return wrong;
    Object.assign(this.secrets.get(id)!, values);
    return 'done';
  }

  remove(ref: string): string {
    const id = this.#find(ref);
    if (id === undefined) return 'no such item';
    this.secrets.delete(id);
    return 'done';
  }

  #find(ref: string): string | undefined {
    if (this.secrets.has(ref)) return ref;
    return [...this.secrets].find(([, secret]) => secret.name === ref)?.[0];
  }

  print(): Record<string, string>[] {
    return [...this.secrets].map(([id, secret]) => {
      const { comment, ...rest } = secret;
      return { '.id': id, ...rest, ...(comment === undefined ? {} : { comment }) };
    });
  }
}

interface Real {
  client: TestClient;
}

async function tell(real: Real, ...words: string[]): Promise<string> {
  const replies = await real.client.talk(...words);
  const trap = replies.find(([word]) => word === '!trap');
  if (trap) return trap.find((word) => word.startsWith('=message='))!.slice('=message='.length);
  return replies.at(-1)?.[1]?.slice('=ret='.length) ?? 'done';
}

async function expectSameRows(model: Model, real: Real): Promise<void> {
  const rows = await real.client.rows('/ppp/secret/print', '=.proplist=.id,name,profile,disabled,comment');
  expect(rows).toEqual(model.print());
}

type Step = fc.AsyncCommand<Model, Real>;

function step(title: string, words: readonly string[], apply: (model: Model) => string): Step {
  return {
    check: () => true,
    async run(model, real) {
      expect(await tell(real, ...words)).toBe(apply(model));
      await expectSameRows(model, real);
    },
    toString: () => title,
  };
}

const names = fc.constantFrom('ali', 'bob', 'çelik', 'дом', 'x=y', 'a b');
const refs = fc.oneof(names, fc.constantFrom('*1', '*2', '*3', '*A', '*FF'));
const profiles = fc.constantFrom('default', 'gold', 'nowhere');
const comments = fc.string({ minLength: 1, maxLength: 20 });

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(names, profiles).map(([name, profile]) => {
    return step(`add ${name} ${profile}`, ['/ppp/secret/add', `=name=${name}`, `=profile=${profile}`], (model) =>
      model.add({ name, profile }),
    );
  }),
  fc.tuple(refs, names).map(([ref, name]) => {
    return step(`rename ${ref} ${name}`, ['/ppp/secret/set', `=.id=${ref}`, `=name=${name}`], (model) =>
      model.set(ref, { name }),
    );
  }),
  fc.tuple(refs, comments).map(([ref, comment]) => {
    return step(`comment ${ref}`, ['/ppp/secret/set', `=.id=${ref}`, `=comment=${comment}`], (model) =>
      model.set(ref, { comment }),
    );
  }),
  refs.map((ref) =>
    step(`clear ${ref}`, ['/ppp/secret/set', `=.id=${ref}`, '=!comment='], (model) =>
      model.set(ref, { comment: undefined }),
    ),
  ),
  fc.tuple(refs, profiles).map(([ref, profile]) => {
    return step(`profile ${ref} ${profile}`, ['/ppp/secret/set', `=numbers=${ref}`, `=profile=${profile}`], (model) =>
      model.set(ref, { profile }),
    );
  }),
  refs.map((ref) => {
    return step(`disable ${ref}`, ['/ppp/secret/disable', `=.id=${ref}`], (model) =>
      model.set(ref, { disabled: 'true' }),
    );
  }),
  refs.map((ref) => {
    return step(`enable ${ref}`, ['/ppp/secret/enable', `=.id=${ref}`], (model) =>
      model.set(ref, { disabled: 'false' }),
    );
  }),
  refs.map((ref) => step(`remove ${ref}`, ['/ppp/secret/remove', `=.id=${ref}`], (model) => model.remove(ref))),
];

describe('the simulator and a plain model', () => {
  it('agree after any sequence of commands', async () => {
    const { router } = await start();
    router.put('/ppp/profile', { name: 'gold' });
    const client = await logIn(router);
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 30 }), async (commands) => {
        const fresh = await start();
        fresh.router.put('/ppp/profile', { name: 'gold' });
        const own = await logIn(fresh.router);
        await fc.asyncModelRun(() => ({ model: new Model(), real: { client: own } }), commands);
        own.destroy();
        await fresh.router.stop();
      }),
      { numRuns: 40 },
    );
    client.destroy();
  });
});
