import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../lib/words.ts';
import classes from './unit-input.module.css';

/** What a form holds: a whole number in the smallest unit; null while empty. */
export type AmountInputProps = Omit<NumberInputProps, 'value' | 'onChange' | 'defaultValue' | 'label'> & {
  label: string;
  value?: number | null;
  onChange?: (amount: number | null) => void;
};

type UnitInputProps<Unit extends string> = AmountInputProps & {
  /** How many of what is held make one. */
  units: Record<Unit, number>;
  unitOf: (amount: number | null) => Unit;
  nameOf: (unit: Unit) => string;
  decimalsOf: (unit: Unit) => number;
  unitWidth: number;
};

/** An amount that is typed in a unit of choice. */
export function UnitInput<Unit extends string>(props: UnitInputProps<Unit>) {
  const { units, unitOf, nameOf, decimalsOf, unitWidth, value = null, onChange, label, ...input } = props;
  const [unit, setUnit] = useState<Unit>(() => unitOf(value));
  const size = units[unit];
  const [typed, setTyped] = useState<number | string>(() => inUnit(value, size));
  useEffect(() => {
    setTyped((now) => (amountOf(now, size) === value ? now : inUnit(value, size)));
  }, [value, size]);
  const take = (next: number | string, nextUnit: Unit) => {
    setTyped(next);
    setUnit(nextUnit);
    onChange?.(amountOf(next, units[nextUnit]));
  };
  return (
    <NumberInput
      {...input}
      label={label}
      hideControls
      allowNegative={false}
      decimalScale={decimalsOf(unit)}
      styles={{ input: { textAlign: 'right' } }}
      value={typed}
      onChange={(next) => take(next, unit)}
      rightSectionWidth={unitWidth}
      rightSectionPointerEvents="all"
      rightSection={
        <select
          className={classes.unit}
          aria-label={t('ui.unit', { label })}
          value={unit}
          onChange={(event) => take(typed, event.currentTarget.value as Unit)}
        >
          {(Object.keys(units) as Unit[]).map((name) => (
            <option key={name} value={name}>
              {nameOf(name)}
            </option>
          ))}
        </select>
      }
    />
  );
}

function amountOf(typed: number | string, size: number): number | null {
  const amount = typeof typed === 'number' ? typed : Number.parseFloat(typed);
  return Number.isFinite(amount) ? Math.round(amount * size) : null;
}

function inUnit(amount: number | null, size: number): number | string {
  return amount === null ? '' : Math.round((amount / size) * 1000) / 1000;
}
