// What a !trap means for the caller. The router's categories are often absent, so the text decides.
import {
  Aborted,
  Conflict,
  LoginRefused,
  NotFound,
  NotPermitted,
  Rejected,
  type RouterError,
  type RouterErrorDetails,
  type Trap,
  Unreachable,
  Unsupported,
} from './errors.ts';
import type { Row } from './reply.ts';

const interruptedCategory = 2;
const longestMessage = 500;

export function trapOf(row: Row, bareWord: string | undefined): Trap {
  const message = (row.message ?? bareWord ?? 'no reason given').slice(0, longestMessage);
  const category = Number(row.category ?? Number.NaN);
  return Number.isInteger(category) ? { category, message } : { message };
}

type Refusal = new (text: string, details: RouterErrorDetails) => RouterError;

// In this order, over all traps of a command: RouterOS 7 says "no such command or directory (adress)", then "no such command prefix".
const refusals: readonly (readonly [RegExp, Refusal])[] = [
  [/not enough permissions|not allowed \(9\)|not allowed by device-mode/, NotPermitted],
  [/no such command|no such directory|unknown parameter/, Unsupported],
  [/already (have|exists)|such name exists|same name already exists/, Conflict],
  [/no such item/, NotFound],
];

export function refusalOf(traps: readonly Trap[], command: string, router: string): RouterError {
  const said = traps.map((trap) => trap.message).join('; ');
  const details = { command, router, traps };
  const text = `${command} was refused: ${said}`;
  for (const [pattern, Refusal] of refusals) {
    if (traps.some((trap) => pattern.test(trap.message))) return new Refusal(text, details);
  }
  if (traps.some((trap) => trap.category === interruptedCategory || trap.message === 'interrupted')) {
    return new Aborted(`${command} was interrupted on the router`, details);
  }
  return new Rejected(text, details);
}

export function loginRefusalOf(traps: readonly Trap[], username: string, router: string): RouterError {
  const said = traps.map((trap) => trap.message).join('; ');
  const details = { command: '/login', router, traps };
  // "could not authenticate - radius timeout (13)": the RADIUS server is away, the credentials may be right.
  if (/radius timeout/.test(said))
    return new Unreachable(`login of ${username} could not be checked: ${said}`, details);
  return new LoginRefused(`login of ${username} was refused: ${said}`, details);
}

/** True when the menu itself is missing, not just this command or argument. */
export function isMissingMenu(traps: readonly Trap[]): boolean {
  return traps.some((trap) => /no such command prefix/.test(trap.message));
}

export function isMissingCommand(traps: readonly Trap[]): boolean {
  return traps.some((trap) => /no such command|no such directory/.test(trap.message));
}
