// What of a router's own accounts can be taken over, and into which plans. Pure: the router is only read.
import type { importStates } from '@lastmile/contract/imports.ts';

type Service = 'pppoe' | 'hotspot';

export type FoundProfile = { service: Service; name: string; rateLimit: string };
export type FoundAccount = {
  service: Service;
  name: string;
  profile: string;
  password: string | undefined;
  isDisabled: boolean;
  comment?: string;
  ownerId: string | undefined;
  /** false: a PPP secret for other tunnels only. */
  isForKind: boolean;
};
export type KnownPlan = {
  id: string;
  name: string;
  service: Service;
  profileName: string;
  downKbps: number;
  upKbps: number;
};
export type KnownAccount = { service: Service; name: string; customerId: string; customerName: string };

export type ProfileReview = {
  service: Service;
  name: string;
  rateLimit: string;
  accountCount: number;
  /** A plan of the same name, or of the same speeds. */
  planId: string | null;
  /** What a new plan would be, where none fits. */
  proposal: { name: string; downKbps: number; upKbps: number } | null;
  /** The speeds cannot be read off it: a plan must be chosen. */
  isUnclear: boolean;
};

export type AccountReview = {
  service: Service;
  name: string;
  profile: string;
  state: (typeof importStates)[number];
  customerName: string;
  customerId: string | null;
  isDisabled: boolean;
  needsPassword: boolean;
};

const bitsPer: Record<string, number> = { '': 1, k: 1000, M: 1_000_000, G: 1_000_000_000 };

type Speeds = { upKbps: number; downKbps: number };
/** What a plan says of speeds. */
export type Rates = Speeds & {
  burstUpKbps?: number;
  burstDownKbps?: number;
  thresholdUpKbps?: number;
  thresholdDownKbps?: number;
  burstUpSeconds?: number;
  burstDownSeconds?: number;
  priority?: number;
  limitAtUpKbps?: number;
  limitAtDownKbps?: number;
};

function pairOf(word: string | undefined): [number, number] | undefined {
  const [up = '', down = up] = (word ?? '').split('/');
  const [first = 0, second = 0] = [up, down].map((rate) => {
    const match = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(rate);
    return match ? Math.round((Number(match[1]) * (bitsPer[match[2] ?? ''] ?? 1)) / 1000) : 0;
  });
  return first > 0 && second > 0 ? [first, second] : undefined;
}

const leastKbps = 8;

/** The speeds of a rate-limit text, upload first, in whole kbps; undefined where there are none. */
export function speedsOf(rateLimit: string): Speeds | undefined {
  const [upKbps, downKbps] = pairOf(rateLimit.trim().split(/\s+/)[0]) ?? [0, 0];
  return upKbps >= leastKbps && downKbps >= leastKbps ? { upKbps, downKbps } : undefined;
}

/** All that a rate-limit text says, so that a plan made of it writes the same again. */
export function ratesOf(rateLimit: string): Rates | undefined {
  const speeds = speedsOf(rateLimit);
  if (!speeds) return undefined;
  const [, burstWord, thresholdWord, timeWord, priorityWord, limitAtWord] = rateLimit.trim().split(/\s+/);
  const burst = pairOf(burstWord);
  const hasBurst = burst !== undefined && (burst[0] > speeds.upKbps || burst[1] > speeds.downKbps);
  const threshold = pairOf(thresholdWord);
  const [upSeconds = 0, downSeconds = upSeconds] = (timeWord ?? '').replaceAll('s', '').split('/').map(Number);
  const limitAt = pairOf(limitAtWord);
  const priority = Number(priorityWord ?? 0);
  return {
    ...speeds,
    ...(hasBurst
      ? { burstUpKbps: Math.max(burst[0], speeds.upKbps), burstDownKbps: Math.max(burst[1], speeds.downKbps) }
      : {}),
    ...(hasBurst && threshold ? { thresholdUpKbps: threshold[0], thresholdDownKbps: threshold[1] } : {}),
    ...(hasBurst && upSeconds && downSeconds ? { burstUpSeconds: upSeconds, burstDownSeconds: downSeconds } : {}),
    ...(priority >= 1 && priority <= 8 ? { priority } : {}),
    ...(limitAt && limitAt[0] <= speeds.upKbps && limitAt[1] <= speeds.downKbps
      ? { limitAtUpKbps: limitAt[0], limitAtDownKbps: limitAt[1] }
      : {}),
  };
}

export function reviewProfiles(
  profiles: readonly FoundProfile[],
  accounts: readonly FoundAccount[],
  plans: readonly KnownPlan[],
): ProfileReview[] {
  const used = Map.groupBy(accounts, ({ service, profile }) => `${service} ${profile}`);
  return profiles.flatMap(({ service, name, rateLimit }) => {
    const accountCount = used.get(`${service} ${name}`)?.length ?? 0;
    if (accountCount === 0) return [];
    const speeds = speedsOf(rateLimit);
    const fitting = plans.filter((plan) => plan.service === service && isSameSpeed(plan, speeds));
    const plan = fitting.find(({ profileName }) => profileName === name) ?? fitting[0];
    return [
      {
        service,
        name,
        rateLimit,
        accountCount,
        planId: plan?.id ?? null,
        proposal: !plan && speeds ? { name: planName(name, plans), ...speeds } : null,
        isUnclear: !plan && !speeds,
      },
    ];
  });
}

function isSameSpeed(plan: KnownPlan, speeds: { upKbps: number; downKbps: number } | undefined): boolean {
  return speeds !== undefined && plan.downKbps === speeds.downKbps && plan.upKbps === speeds.upKbps;
}

function planName(profile: string, plans: readonly KnownPlan[]): string {
  const taken = new Set(plans.map(({ name }) => name.toLowerCase()));
  for (let suffix = 1; ; suffix++) {
    const name = suffix === 1 ? profile : `${profile} ${suffix}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

export function reviewAccounts(
  accounts: readonly FoundAccount[],
  known: readonly KnownAccount[],
  profiles: readonly FoundProfile[],
): AccountReview[] {
  const byName = new Map(known.map((account) => [`${account.service} ${account.name}`, account]));
  const profileNames = new Set(profiles.map(({ service, name }) => `${service} ${name}`));
  const counts = new Map<string, number>();
  for (const { service, name } of accounts)
    counts.set(`${service} ${name}`, (counts.get(`${service} ${name}`) ?? 0) + 1);
  return accounts
    .filter(({ isForKind }) => isForKind)
    .map((account) => {
      const key = `${account.service} ${account.name}`;
      const owner = byName.get(key);
      const isTwice = (counts.get(key) ?? 0) > 1;
      const isReadable =
        isAccountName(account.name) && profileNames.has(`${account.service} ${account.profile}`) && !isTwice;
      return {
        service: account.service,
        name: account.name,
        profile: account.profile,
        // A mark without an account of ours is of another installation, or of one that was removed: a person looks at it.
        state: owner ? 'known' : account.ownerId ? 'conflict' : isReadable ? 'new' : 'unclear',
        customerName: owner?.customerName ?? customerName(account),
        customerId: owner?.customerId ?? null,
        isDisabled: account.isDisabled,
        needsPassword: account.password === undefined,
      };
    });
}

function isAccountName(name: string): boolean {
  return name.length > 0 && name.length <= 64 && !/[\s\p{C}]/u.test(name);
}

/** Many write the subscriber's name there; else his account's name has to do. */
function customerName({ comment, name }: FoundAccount): string {
  const words = (comment ?? '')
    .replace(/#lm-\w+/g, '')
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return (words || name).slice(0, 120);
}
