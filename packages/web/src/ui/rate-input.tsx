import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isToldInMbps } from '../lib/format.ts';
import { t } from '../lib/words.ts';
import classes from './rate-input.module.css';

type RateInputProps = Omit<NumberInputProps, 'value' | 'onChange' | 'defaultValue' | 'label'> & {
  label: string;
  /** kbps; null while empty. */
  value?: number | null;
  onChange?: (kbps: number | null) => void;
};

const unitKbps = { Mbps: 1024, kbps: 1 };
type Unit = keyof typeof unitKbps;

/** A speed that is sold: typed in Mbps or kbps, held in kbps, where 1 Mbps is 1024 kbps. */
export function RateInput({ value = null, onChange, label, ...input }: RateInputProps) {
  const [unit, setUnit] = useState<Unit>(() => (value !== null && !isToldInMbps(value) ? 'kbps' : 'Mbps'));
  const [typed, setTyped] = useState<number | string>(() => inUnit(value, unit));
  useEffect(() => {
    setTyped((now) => (kbpsOf(now, unit) === value ? now : inUnit(value, unit)));
  }, [value, unit]);
  const take = (next: number | string, nextUnit: Unit) => {
    setTyped(next);
    setUnit(nextUnit);
    onChange?.(kbpsOf(next, nextUnit));
  };
  return (
    <NumberInput
      {...input}
      label={label}
      hideControls
      allowNegative={false}
      decimalScale={unit === 'Mbps' ? 3 : 0}
      styles={{ input: { textAlign: 'right' } }}
      value={typed}
      onChange={(next) => take(next, unit)}
      rightSectionWidth={84}
      rightSectionPointerEvents="all"
      rightSection={
        <select
          className={classes.unit}
          aria-label={t('ui.rate.unit', { label })}
          value={unit}
          onChange={(event) => take(typed, event.currentTarget.value as Unit)}
        >
          {Object.keys(unitKbps).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      }
    />
  );
}

function kbpsOf(typed: number | string, unit: Unit): number | null {
  const amount = typeof typed === 'number' ? typed : Number.parseFloat(typed);
  return Number.isFinite(amount) ? Math.round(amount * unitKbps[unit]) : null;
}

function inUnit(kbps: number | null, unit: Unit): number | string {
  return kbps === null ? '' : Math.round((kbps / unitKbps[unit]) * 1000) / 1000;
}
