import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../lib/words.ts';
import classes from './rate-input.module.css';

type DurationInputProps = Omit<NumberInputProps, 'value' | 'onChange' | 'defaultValue' | 'label'> & {
  label: string;
  /** Seconds; null while empty. */
  value?: number | null;
  onChange?: (seconds: number | null) => void;
};

const unitSeconds = { minutes: 60, hours: 3600, days: 86_400, seconds: 1 };
type Unit = keyof typeof unitSeconds;

/** The largest unit in which it is a whole number. */
function unitOf(seconds: number | null): Unit {
  if (seconds === null) return 'minutes';
  return (['days', 'hours', 'minutes'] as const).find((unit) => seconds % unitSeconds[unit] === 0) ?? 'seconds';
}

/** A length of time, typed in a unit of choice and held in seconds. */
export function DurationInput({ value = null, onChange, label, ...input }: DurationInputProps) {
  const [unit, setUnit] = useState<Unit>(() => unitOf(value));
  const [typed, setTyped] = useState<number | string>(() => inUnit(value, unit));
  useEffect(() => {
    setTyped((now) => (secondsOf(now, unit) === value ? now : inUnit(value, unit)));
  }, [value, unit]);
  const take = (next: number | string, nextUnit: Unit) => {
    setTyped(next);
    setUnit(nextUnit);
    onChange?.(secondsOf(next, nextUnit));
  };
  return (
    <NumberInput
      {...input}
      label={label}
      hideControls
      allowNegative={false}
      allowDecimal={false}
      styles={{ input: { textAlign: 'right' } }}
      value={typed}
      onChange={(next) => take(next, unit)}
      rightSectionWidth={92}
      rightSectionPointerEvents="all"
      rightSection={
        <select
          className={classes.unit}
          aria-label={t('ui.rate.unit', { label })}
          value={unit}
          onChange={(event) => take(typed, event.currentTarget.value as Unit)}
        >
          {(Object.keys(unitSeconds) as Unit[]).map((name) => (
            <option key={name} value={name}>
              {t(`ui.duration.${name}`)}
            </option>
          ))}
        </select>
      }
    />
  );
}

function secondsOf(typed: number | string, unit: Unit): number | null {
  const amount = typeof typed === 'number' ? typed : Number.parseFloat(typed);
  return Number.isFinite(amount) ? Math.round(amount * unitSeconds[unit]) : null;
}

function inUnit(seconds: number | null, unit: Unit): number | string {
  return seconds === null ? '' : seconds / unitSeconds[unit];
}
