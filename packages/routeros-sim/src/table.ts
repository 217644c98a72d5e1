// The rows of one menu on one router: insertion order, ids that are never reused, an index by name.

import { noSuchItem } from './refusal.ts';
import type { Row, Values } from './rows.ts';

export class Table {
  /** The property that a row is looked up by, besides its .id. */
  readonly keyField: string;
  #rows = new Map<number, Row>();
  #byKey = new Map<string, Row[]>();
  #nextId = 1;

  constructor(keyField: string) {
    this.keyField = keyField;
  }

  get size(): number {
    return this.#rows.size;
  }

  all(): IterableIterator<Row> {
    return this.#rows.values();
  }

  has(row: Row): boolean {
    return this.#rows.get(row.id) === row;
  }

  findById(text: string): Row | undefined {
    return /^\*[0-9a-fA-F]{1,8}$/.test(text) ? this.#rows.get(Number.parseInt(text.slice(1), 16)) : undefined;
  }

  findByName(name: string): Row | undefined {
    return this.#byKey.get(name)?.[0];
  }

  listByName(name: string): readonly Row[] {
    return this.#byKey.get(name) ?? [];
  }

  namesStartingWith(start: string): string[] {
    return [...this.#byKey.keys()].filter((name) => name.startsWith(start));
  }

  /** The row that an `.id` or `numbers` argument means. */
  get(text: string, acceptsNames: boolean): Row {
    const row = this.findById(text) ?? (acceptsNames ? this.findByName(text) : undefined);
    if (row === undefined) throw noSuchItem();
    return row;
  }

  insert(values: Values, isDynamic: boolean): Row {
    const row: Row = { id: this.#nextId++, values, isDynamic };
    this.#rows.set(row.id, row);
    this.#index(row);
    return row;
  }

  replace(row: Row, values: Values): void {
    this.#forget(row);
    row.values = values;
    this.#index(row);
  }

  delete(row: Row): void {
    this.#rows.delete(row.id);
    this.#forget(row);
  }

  /** Order matters in some menus. Without a target the rows go to the end. */
  moveBefore(moved: readonly Row[], target: Row | undefined): void {
    const rest = [...this.#rows.values()].filter((row) => !moved.includes(row));
    const at = target === undefined ? rest.length : rest.indexOf(target);
    rest.splice(at, 0, ...moved);
    this.#rows = new Map(rest.map((row) => [row.id, row]));
  }

  #index(row: Row): void {
    const key = row.values[this.keyField];
    if (key === undefined) return;
    const same = this.#byKey.get(key);
    if (same) same.push(row);
    else this.#byKey.set(key, [row]);
  }

  #forget(row: Row): void {
    const key = row.values[this.keyField];
    const same = key === undefined ? undefined : this.#byKey.get(key);
    if (key === undefined || same === undefined) return;
    if (same.length === 1) this.#byKey.delete(key);
    else same.splice(same.indexOf(row), 1);
  }
}
