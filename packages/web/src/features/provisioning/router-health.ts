import { type Router, routerList } from '../routers/queries.ts';

/** As many as one page of the server holds; whoever has more sees those in trouble in the list of routers. */
export const routerHealth = routerList({ limit: 200 });

export function isTroubled({ state }: Router): boolean {
  return state !== 'online' && state !== 'unknown';
}

/** Those in trouble first; otherwise by label, as they came. */
export function byHealth(routers: readonly Router[]): Router[] {
  return [...routers].sort((a, b) => Number(isTroubled(b)) - Number(isTroubled(a)));
}
