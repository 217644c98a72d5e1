// The log that a RouterOS device keeps in memory: a thousand lines, the newest last.
import { type RouterClient, RouterError } from '@lastmile/routeros';
import { logTimes } from '#provisioning/rules/login-log-rules.ts';
import type { DeviceLog } from './driver.ts';

// A question of a person who waits: a log that comes late is one that cannot be had.
const timeoutMs = 8000;
// Whoever keeps more in memory is read no further; the newest stand last, so it is left out whole.
const mostLines = 20_000;

/** undefined where the router does not show it, or not in time. */
export async function readLog(client: RouterClient, now: Temporal.Instant): Promise<DeviceLog | undefined> {
  try {
    const [rows, clock] = await Promise.all([
      client.print('/log', { proplist: ['time', 'topics', 'message'], timeoutMs, maxRows: mostLines }),
      client.print('/system/clock', { proplist: ['date', 'time'], timeoutMs }),
    ]);
    return {
      lines: rows.map(({ time = '', topics = '', message = '' }) => ({ time, topics, message })),
      timeOf: logTimes(clock[0], now),
    };
  } catch (error) {
    if (error instanceof RouterError) return undefined;
    throw error;
  }
}
