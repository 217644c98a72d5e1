import { isToldInMbps } from '../lib/format.ts';
import { type AmountInputProps, UnitInput } from './unit-input.tsx';

const unitKbps = { Mbps: 1024, kbps: 1 };

/** A speed that is sold: typed in Mbps or kbps, held in kbps, where 1 Mbps is 1024 kbps. */
export function RateInput(props: AmountInputProps) {
  return (
    <UnitInput
      {...props}
      units={unitKbps}
      unitOf={(kbps) => (kbps !== null && !isToldInMbps(kbps) ? 'kbps' : 'Mbps')}
      nameOf={(unit) => unit}
      decimalsOf={(unit) => (unit === 'Mbps' ? 3 : 0)}
      unitWidth={84}
    />
  );
}
