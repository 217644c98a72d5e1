// print and listen: rows now, rows as they change, or rows again and again.

import type { Span } from './dialect.ts';
import { argumentsOf } from './menu.ts';
import type { Call, Command, Menu } from './model.ts';
import { queriedRow, rowWords, type View } from './printing.ts';
import { compileQuery, type Query } from './query.ts';
import { invalidValue, noSuchItem, unknownParameter } from './refusal.ts';
import type { Words } from './reply.ts';
import { formatId, type Row } from './rows.ts';

import { parseDurationMs } from './values.ts';

// Console formatting (brief, terse, value-list, without-paging) and `where` do not exist in the API.
const listArguments: Record<string, Span> = {
  ...argumentsOf('.proplist', 'proplist', 'count-only', 'detail', 'file', 'follow', 'follow-only', 'from', 'interval'),
  ...argumentsOf('append', 'as-value', 'show-ids'),
  'follow-strict': { until: '7.15.3' },
  'group-by': { since: '7.17.1' },
  comments: { since: '7.22.3' },
  'on-event': { since: '7.22.3' },
  timestamp: { since: '7.22.3' },
  'order-by': { since: '7.24' },
};

const singleArguments: Record<string, Span> = {
  ...argumentsOf('.proplist', 'as-value', 'file', 'interval'),
  comments: { since: '7.22.3' },
};

export function printCommand(menu: Menu): Command {
  const general = menu.kind === 'list' ? listArguments : singleArguments;
  return {
    policy: 'read',
    arguments: printArgumentsOf(menu, general),
    takesQueries: true,
    run: print,
  };
}

function printArgumentsOf(menu: Menu, general: Record<string, Span>): Record<string, Span> {
  const all = { ...general, ...menu.printArguments };
  for (const name of menu.missingPrintArguments ?? []) delete all[name];
  return all;
}

/** listen is print with follow-only, which a menu of one row refuses by that name (7.23.1). */
export function followCommand(menu: Menu): Command {
  return {
    policy: 'read',
    arguments: printArgumentsOf(menu, listArguments),
    takesQueries: true,
    run(call) {
      if (menu.kind === 'single') throw unknownParameter('follow-only');
      follow(call, prepare(call));
    },
  };
}

interface Selection {
  view: View;
  query: Query | undefined;
  proplist: readonly string[] | undefined;
  from: ReadonlySet<Row> | undefined;
}

function prepare(call: Call): Selection {
  const { router, menu, actor, request } = call;
  const proplist = request.attributes.get('.proplist') ?? request.attributes.get('proplist');
  return {
    view: { router, menu, actor, showSensitive: request.attributes.has('show-sensitive') },
    query: compileQuery(request.queries),
    proplist: proplist === undefined ? undefined : proplist.split(','),
    from: rowsOfFrom(call),
  };
}

function rowsOfFrom(call: Call): ReadonlySet<Row> | undefined {
  const from = call.request.attributes.get('from');
  if (from === undefined) return undefined;
  const table = call.router.table(call.menu.path);
  const rows = from.split(',').map((text) => table.findById(text) ?? table.findByName(text));
  if (rows.includes(undefined)) throw noSuchItem();
  return new Set(rows as Row[]);
}

function print(call: Call): void {
  const { attributes } = call.request;
  const selection = prepare(call);
  if (attributes.has('count-only')) call.reply.done(String(countRows(call, selection)));
  else if (attributes.has('follow-only')) follow(call, selection);
  else if (attributes.has('interval')) repeat(call, selection);
  else printOnce(call, selection, attributes.has('follow'));
}

function countRows(call: Call, selection: Selection): number {
  let count = 0;
  for (const row of call.router.table(call.menu.path).all()) {
    if (isSelected(selection, row)) count += 1;
  }
  return count;
}

function isSelected(selection: Selection, row: Row): boolean {
  if (selection.from !== undefined && !selection.from.has(row)) return false;
  return selection.query === undefined || selection.query(queriedRow(selection.view, row));
}

function printOnce(call: Call, selection: Selection, keepsFollowing: boolean): void {
  const state = { count: 0 };
  // Following starts before the first row leaves, or a change in between would be lost.
  const start = keepsFollowing ? follow(call, selection) : undefined;
  call.reply.stream(selectRows(call, selection, state), () => {
    if (start !== undefined) return;
    if (state.count === 0 && mayReplyEmpty(call)) call.reply.empty();
    call.reply.done();
  });
}

function mayReplyEmpty(call: Call): boolean {
  return call.router.dialect.hasEmptyReply && !call.router.faults.withoutEmpty;
}

function* selectRows(call: Call, selection: Selection, state: { count: number }): Generator<Words> {
  const table = call.router.table(call.menu.path);
  // The rows of this moment: a print that takes long must not run after its own additions.
  for (const row of [...table.all()]) {
    if (!table.has(row) || !isSelected(selection, row)) continue;
    state.count += 1;
    yield rowWords(selection.view, row, selection.proplist);
  }
}

function follow(call: Call, selection: Selection): true {
  const { router, menu, reply } = call;
  let hasSent = false;
  const unsubscribe = router.follow(menu.path, (row, isDead) => {
    if (isDead) {
      // The manual says .dead=yes; routers say true (v6 captures, 7.23.1).
      reply.row([`=.id=${formatId(row.id)}`, '=.dead=true']);
    } else if (isSelected(selection, row)) {
      reply.row(rowWords(selection.view, row, selection.proplist));
    } else return;
    hasSent = true;
  });
  reply.keepRunning(() => {
    unsubscribe();
    // A listen that is cancelled before its first row says so since 7.18 (single source).
    if (!hasSent && mayReplyEmpty(call) && !call.request.attributes.has('follow')) reply.empty();
  });
  return true;
}

function repeat(call: Call, selection: Selection): void {
  const intervalMs = parseDurationMs(call.request.attributes.get('interval') ?? '');
  if (intervalMs === undefined || intervalMs <= 0) throw invalidValue('interval');
  tick(call, intervalMs, () => {
    let count = 0;
    for (const words of selectRows(call, selection, { count: 0 })) {
      call.reply.row(words);
      count += 1;
    }
    // 7.18 and later say !empty at every tick without rows.
    if (count === 0 && mayReplyEmpty(call)) call.reply.empty();
  });
}

/** Runs `action` now and every `intervalMs` until the command is cancelled or `action` answers 'end'. */
export function tick(call: Call, intervalMs: number, action: () => 'end' | undefined | void): void {
  const { router, reply } = call;
  let timer = router.clock.after(0, () => {});
  let hasEnded = false;
  reply.keepRunning(() => {
    hasEnded = true;
    timer.cancel();
  });
  const run = () => {
    if (hasEnded) return;
    if (action() === 'end') {
      reply.done();
      return;
    }
    timer = router.clock.after(intervalMs, run);
  };
  run();
}
