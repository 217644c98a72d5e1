import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import type { Plan } from './queries.ts';

/** "$29.99 / month". */
export function planPrice(format: Format, plan: Plan): string {
  const period = t(`plans.periods.${plan.periodUnit}`, { count: plan.periodCount });
  return t('plans.pricePer', { price: format.money(plan.priceMinor, plan.currency), period });
}

/** "↓ 10 Mbps ↑ 5 Mbps". */
export function planSpeed(format: Format, plan: Pick<Plan, 'downKbps' | 'upKbps'>): string {
  return t('plans.downUp', { down: format.rate(plan.downKbps), up: format.rate(plan.upKbps) });
}
