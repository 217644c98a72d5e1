import { t } from '../lib/words.ts';
import { type AmountInputProps, UnitInput } from './unit-input.tsx';

const unitSeconds = { minutes: 60, hours: 3600, days: 86_400, seconds: 1 };

/** A length of time, held in seconds. */
export function DurationInput(props: AmountInputProps) {
  return (
    <UnitInput
      {...props}
      units={unitSeconds}
      unitOf={largestUnit}
      nameOf={(unit) => t(`ui.duration.${unit}`)}
      decimalsOf={() => 0}
      unitWidth={108}
    />
  );
}

/** The largest unit in which it is a whole number. */
function largestUnit(seconds: number | null): keyof typeof unitSeconds {
  if (seconds === null) return 'minutes';
  return (['days', 'hours', 'minutes'] as const).find((unit) => seconds % unitSeconds[unit] === 0) ?? 'seconds';
}
