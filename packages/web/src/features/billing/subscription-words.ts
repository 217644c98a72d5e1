import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import type { Subscription } from './subscription-queries.ts';

export function stateOf({ status, pause, endsOn }: Subscription, today: string) {
  if (status === 'cancelled') return 'cancelled';
  if (pause && pause.from <= today) return 'paused';
  return endsOn ? 'ending' : 'active';
}

/** What he pays, and in brackets what others would. */
export function priceText(subscription: Subscription, format: Format): string {
  const { planPriceMinor, priceOverrideMinor, currency, periodUnit, periodCount, soldPrice } = subscription;
  const price = format.money(priceOverrideMinor ?? planPriceMinor, currency);
  const text = t(`subscriptions.priceOf_${periodUnit}`, { price, count: periodCount });
  if (priceOverrideMinor !== null)
    return `${text} (${t('subscriptions.agreed', { price: format.money(planPriceMinor, currency) })})`;
  if (!soldPrice) return text;
  return `${text} (${t('subscriptions.soldPrice', { price: format.money(soldPrice.priceMinor, soldPrice.currency) })})`;
}

/** Days and weeks are counted from the start. */
export function hasBillingDay({ periodUnit }: Pick<Subscription, 'periodUnit'>): boolean {
  return periodUnit === 'month' || periodUnit === 'year';
}

/** Whether any day of it was charged yet. */
export function isCharged({ chargedThrough, trialEndsOn, startsOn }: Subscription): boolean {
  return chargedThrough !== (trialEndsOn ?? startsOn);
}
