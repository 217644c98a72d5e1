import type { Session } from './rows.ts';
// Who is online, by name; one name may be online several times.

export class SessionIndex {
  readonly #all = new Set<Session>();
  readonly #byName = new Map<string, Session[]>();

  get size(): number {
    return this.#all.size;
  }

  all(): IterableIterator<Session> {
    return this.#all.values();
  }

  find(name: string): Session | undefined {
    return this.#byName.get(name)?.[0];
  }

  list(name: string): readonly Session[] {
    return this.#byName.get(name) ?? [];
  }

  countOf(name: string): number {
    return this.#byName.get(name)?.length ?? 0;
  }

  add(session: Session): void {
    this.#all.add(session);
    const same = this.#byName.get(session.name);
    if (same) same.push(session);
    else this.#byName.set(session.name, [session]);
  }

  delete(session: Session): void {
    if (!this.#all.delete(session)) return;
    const same = this.#byName.get(session.name) ?? [];
    if (same.length <= 1) this.#byName.delete(session.name);
    else same.splice(same.indexOf(session), 1);
  }
}
