// All menus of one dialect: which directories exist, which commands they know. Shared by every router of that dialect.

import type { Board, Dialect, Version } from './dialect.ts';
import { createDialect, isWithin } from './dialect.ts';
import { createMenuView, isInDialect } from './menu.ts';
import { allMenus } from './menus/all.ts';
import type { Catalog, MenuView, Resolved } from './model.ts';
import { noSuchDirectory, refuse } from './refusal.ts';
import { commandsOf } from './verbs.ts';

class MenuCatalog implements Catalog {
  readonly dialect: Dialect;
  readonly menus = new Map<string, MenuView>();
  readonly #directories = new Set<string>(['']);
  readonly #referring = new Map<string, MenuView[]>();

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    for (const menu of allMenus) {
      if (!isInDialect(menu, dialect)) continue;
      const commands = Object.entries(commandsOf(menu)).filter(([, command]) => isWithin(command, dialect.release));
      this.#register(createMenuView(menu, dialect, new Map(commands)));
    }
  }

  #register(view: MenuView): void {
    this.menus.set(view.path, view);
    const segments = view.path.split('/');
    for (let length = 1; length <= segments.length; length++) {
      this.#directories.add(segments.slice(0, length).join('/'));
    }
    for (const target of new Set(view.fields.map((field) => field.refersTo))) {
      if (target === undefined) continue;
      const known = this.#referring.get(target);
      if (known) known.push(view);
      else this.#referring.set(target, [view]);
    }
  }

  menu(path: string): MenuView {
    const view = this.menus.get(path);
    if (view === undefined)
      throw new Error(`RouterOS ${this.dialect.release} (${this.dialect.board}) has no ${path} here`);
    return view;
  }

  menusReferringTo(path: string): readonly MenuView[] {
    return this.#referring.get(path) ?? [];
  }

  resolve(segments: readonly string[], unknownCommand: string): Resolved {
    const name = segments.at(-1) ?? '';
    let path = '';
    for (const segment of segments.slice(0, -1)) {
      path += `/${segment}`;
      if (!this.#directories.has(path)) throw noSuchDirectory(segment);
    }
    const menu = this.menus.get(path);
    const command = menu?.commands.get(name);
    if (menu === undefined || command === undefined) throw refuse(unknownCommand, 0);
    return { menu, name, command };
  }
}

const catalogs = new Map<string, Catalog>();

export function catalogFor(version: Version, board: Board): Catalog {
  const key = `${version} ${board}`;
  const known = catalogs.get(key);
  if (known) return known;
  const catalog = new MenuCatalog(createDialect(version, board));
  catalogs.set(key, catalog);
  return catalog;
}
