// What a plan says of who has used all that it includes, and what of it fits together.
import type { usedUpActs } from '@lastmile/contract/plans.ts';

export type UsedUpTerms = {
  downKbps: number;
  upKbps: number;
  dataCapBytes: bigint | null;
  whenUsedUp: (typeof usedUpActs)[number];
  slowDownKbps: number | null;
  slowUpKbps: number | null;
};

export function findUsedUpFault(terms: UsedUpTerms): { field: string; message: string } | undefined {
  const { whenUsedUp, dataCapBytes } = terms;
  if (whenUsedUp === 'nothing') return undefined;
  if (dataCapBytes === null) return { field: 'dataCapBytes', message: 'is needed: without a cap nothing is used up' };
  return whenUsedUp === 'slow' ? (findSlowFault(terms, 'Down') ?? findSlowFault(terms, 'Up')) : undefined;
}

/** A slow speed that is as fast as the full one would drop sessions for nothing. */
function findSlowFault(terms: UsedUpTerms, side: 'Down' | 'Up') {
  const [field, speed] = [`slow${side}Kbps` as const, side === 'Down' ? terms.downKbps : terms.upKbps];
  const slow = terms[field];
  if (slow === null) return { field, message: 'is needed, where who has used all is slowed down' };
  return slow < speed ? undefined : { field, message: `must be below the speed of the plan, ${speed}k` };
}
