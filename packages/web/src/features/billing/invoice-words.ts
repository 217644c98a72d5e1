import type { Format } from '../../lib/format.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import { moneyTrouble } from '../../ui/money-input.tsx';
import type { Invoice } from './queries.ts';

export type InvoiceState = 'draft' | 'open' | 'partly' | 'overdue' | 'paid' | 'void' | 'uncollectible';

/** A draft has no number yet. */
export function nameOfInvoice({ number }: { number: string | null }): string {
  return number ?? t('invoices.draft');
}

export const stateTones: Record<InvoiceState, Tone> = {
  open: 'quiet',
  partly: 'attention',
  overdue: 'broken',
  paid: 'fine',
  void: 'quiet',
  draft: 'quiet',
  uncollectible: 'attention',
};

export function stateOf({ status, isOverdue, settledMinor }: Invoice): InvoiceState {
  if (status !== 'open') return status;
  if (isOverdue) return 'overdue';
  return settledMinor === '0' ? 'open' : 'partly';
}

/** What is still to be paid; nothing on an invoice that is void or given up. */
export function restMinor({ status, balanceMinor }: Invoice): string {
  return status === 'open' ? balanceMinor : '0';
}

/** What a payment can still settle: what was given up is taken, too. */
export function payableMinor({ status, balanceMinor }: Invoice): string {
  return status === 'open' || status === 'uncollectible' ? balanceMinor : '0';
}

/** As long as a signed 63-bit random number pair: no two payments ever share it. Works without HTTPS, too. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function amountTrouble(format: Format, minor: string, currency?: string): string | null {
  const trouble = moneyTrouble(format, minor, currency);
  if (trouble) return trouble;
  return BigInt(minor) > 0n ? null : t('invoices.form.amountNotPositive');
}
