import type { Work } from '#platform/db.ts';
import { addPlan, hasPlans } from './plans.ts';

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
