// /log: what happened, newest last; a thousand lines in memory.

import { shown } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import type { Command, Menu } from '../model.ts';
import { formatDate, formatDateTime, formatTime } from '../values.ts';

function writer(topic: string): Command {
  return {
    policy: 'write',
    arguments: argumentsOf('message'),
    run({ router, request, reply }) {
      router.writeLog(`script,${topic}`, request.attributes.get('message') ?? '');
      reply.done();
    },
  };
}

const dayMs = 86_400_000;

const logMenu: Menu = {
  path: '/log',
  kind: 'list',
  keyField: 'topics',
  fields: [
    shown('time'),
    shown('topics'),
    shown('message'),
    shown('buffer', { initial: 'memory' }),
    shown('extra-info', { since: '7.19.6', initial: '' }),
  ],
  missingPrintArguments: ['from'],
  printArguments: { 'with-extra-info': { since: '7.19.6' } },
  actions: { info: writer('info'), warning: writer('warning'), error: writer('error'), debug: writer('debug') },
  live(router, row) {
    const atMs = Number(row.values['at-ms']);
    if (router.dialect.hasIsoDates) return { time: formatDateTime(atMs, true) };
    // Before 7.10 lines of today show the time alone.
    const isToday = Math.floor(atMs / dayMs) === Math.floor(router.localMs() / dayMs);
    return { time: isToday ? formatTime(atMs) : `${formatDate(atMs, false)} ${formatTime(atMs)}` };
  },
};

export const logMenus: readonly Menu[] = [logMenu];
