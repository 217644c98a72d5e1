import type { Format } from '../../lib/format.ts';
import type { Tone } from '../../lib/theme.ts';
import { t } from '../../lib/words.ts';
import type { Package, Voucher } from './queries.ts';

type Content = Pick<Package, 'durationSeconds' | 'durationKind' | 'dataBytes'>;

/** The last of two units is left out where there is none of it: "1h", not "1h 0m". */
export function lengthOf(format: Format, seconds: number): string {
  return format.duration(seconds).replace(/ 0\D+$/, '');
}

/** Of a like length, the longer ones first: 13 letters are 5, 4 and 4. */
export function groupsOf(code: string): string[] {
  const count = Math.max(1, Math.round(code.length / 4));
  const ends = Array.from({ length: count + 1 }, (_, place) => Math.ceil((code.length * place) / count));
  return ends.slice(1).map((end, place) => code.slice(ends[place], end));
}

/** "1 h online · 1 GB". */
export function contentOf(format: Format, { durationSeconds, durationKind, dataBytes }: Content): string {
  const parts = [
    durationSeconds === null
      ? null
      : t(`vouchers.content.${durationKind}`, { time: lengthOf(format, durationSeconds) }),
    dataBytes === null ? null : format.bytes(dataBytes),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

export function stateOf(voucher: Pick<Voucher, 'state' | 'endReason' | 'pending'>): { word: string; tone: Tone } {
  if (voucher.pending && !voucher.endReason) return { word: t('vouchers.states.pending'), tone: 'pending' };
  const reason = voucher.endReason;
  if (reason) return { word: t(`vouchers.ends.${reason}`), tone: 'quiet' };
  const tones: Partial<Record<Voucher['state'], Tone>> = { redeemed: 'fine', sold: 'fine' };
  return { word: t(`vouchers.states.${voucher.state}`), tone: tones[voucher.state] ?? 'quiet' };
}
