import type { Work } from '#platform/db.ts';
import { addPlan, changePlan, findPlanNamed, hasPlans } from './plans.ts';

// Seed A: what a fresh installation has to sell. Prices in minor units, speeds in Mbps.
const samples = [
  { name: 'Basic', priceMinor: 2999n, mbps: 5 },
  { name: 'Standard', priceMinor: 4999n, mbps: 10 },
  { name: 'Premium', priceMinor: 7999n, mbps: 20 },
] as const;

export async function addSamplePlans(work: Work): Promise<void> {
  if (await hasPlans(work.db)) return;
  for (const { name, priceMinor, mbps } of samples) {
    const kbps = mbps * 1024;
    await addPlan(work, {
      name,
      priceMinor,
      downKbps: kbps,
      upKbps: kbps,
      dataCapBytes: null,
      periodUnit: 'month',
      periodCount: 1,
    });
  }
}

/** Nobody chose their currency: while nobody has them they are sold in the provider's. The figure stays, for there is no rate of exchange. */
export async function moveUnsoldSamples(work: Work, currency: string): Promise<void> {
  for (const { name, priceMinor } of samples) {
    const plan = await findPlanNamed(work.db, name);
    if (!plan || plan.archivedAt || plan.currency === currency || plan.priceMinor !== priceMinor) continue;
    if (plan.customerCount === 0) await changePlan(work, plan.id, { priceMinor, revision: plan.revision });
  }
}
