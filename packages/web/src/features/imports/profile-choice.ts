// What a person decided for each profile of a router that is taken over.
import type { Body } from '../../lib/api.ts';
import type { ImportReview } from './queries.ts';

export type Profile = ImportReview['profiles'][number];

/** `plan`: the id of one of ours, 'new', or '' for a profile that is left out. The rest is about a new one. */
export type ProfileChoice = {
  plan: string;
  name: string;
  priceMinor: string;
  downKbps: number | null;
  upKbps: number | null;
};

export type Choices = Record<string, ProfileChoice>;

export function keyOf({ service, name }: Profile): string {
  return `${service} ${name}`;
}

/** As it is offered: the plan that fits, else a new one where the profile says a speed, else nothing. */
export function offered(profiles: readonly Profile[]): Choices {
  return Object.fromEntries(
    profiles.map((profile) => [
      keyOf(profile),
      {
        plan: profile.planId ?? (profile.proposal ? 'new' : ''),
        name: profile.proposal?.name ?? profile.name,
        priceMinor: '',
        downKbps: profile.proposal?.downKbps ?? null,
        upKbps: profile.proposal?.upKbps ?? null,
      },
    ]),
  );
}

/** Is all there that a new plan needs? */
export function isComplete({ plan, name, priceMinor, downKbps, upKbps }: ProfileChoice): boolean {
  return plan !== 'new' || Boolean(name.trim() && priceMinor && downKbps && upKbps);
}

type Sent = Body<'POST /api/routers/:routerId/import'>['profiles'];

export function sentChoices(profiles: readonly Profile[], choices: Choices): Sent {
  return profiles.flatMap((profile): Sent => {
    const { service, name } = profile;
    const choice = choices[keyOf(profile)];
    if (!choice?.plan) return [];
    if (choice.plan !== 'new') return [{ service, name, planId: choice.plan }];
    const { priceMinor, downKbps, upKbps } = choice;
    return [
      { service, name, newPlan: { name: choice.name, priceMinor, downKbps: downKbps ?? 0, upKbps: upKbps ?? 0 } },
    ];
  });
}
