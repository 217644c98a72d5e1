// Countries, currencies and time zones as the browser knows them: no lists of our own to grow old.
import { language } from '../../lib/words.ts';

type Choice = { value: string; label: string };

export function currencyChoices(): Choice[] {
  const names = new Intl.DisplayNames(language(), { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ value: code, label: `${code} · ${names.of(code)}` }));
}

export function timeZoneChoices(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : ['UTC', ...zones];
}

/** There is no Intl list of countries, so all pairs of letters are asked for their name. */
export function countryChoices(): Choice[] {
  const names = new Intl.DisplayNames(language(), { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !notCountries.has(code) && canonical(code) === code)
    .flatMap((code) => {
      const label = names.of(code);
      return label ? [{ value: code, label }] : [];
    })
    .sort((one, other) => one.label.localeCompare(other.label));
}

// Codes with a name that are groups, placeholders or reserved.
const notCountries = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ']);

/** Withdrawn codes (SU, YU) stand for their successors. */
function canonical(code: string): string {
  return new Intl.Locale('und', { region: code }).region ?? '';
}

export function timeInZone(timeZone: string | undefined): string {
  return new Intl.DateTimeFormat(language(), {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format();
}
