import { TextInput, type TextInputProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { decimalsOf, type Format } from '../lib/format.ts';
import { useFormat } from '../lib/session.ts';
import { t } from '../lib/words.ts';

type MoneyInputProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> & {
  /** Minor units as digits; '' while empty; what was typed as it is while it is not an amount. */
  value?: string;
  onChange?: (value: string) => void;
  currency?: string;
};

/** Holds minor units, shows and takes an amount as people write it. Check the value with `moneyTrouble`. */
export function MoneyInput({ value = '', onChange, onBlur, currency, ...input }: MoneyInputProps) {
  const format = useFormat();
  const [typed, setTyped] = useState(() => shown(format, value, currency));
  useEffect(() => {
    // The form was filled or reset from outside.
    setTyped((now) => (read(format, now, currency) === value ? now : shown(format, value, currency)));
  }, [value, format, currency]);
  return (
    <TextInput
      {...input}
      inputMode="decimal"
      autoComplete="off"
      styles={{ input: { textAlign: 'right' } }}
      rightSection={format.currencySymbol(currency)}
      rightSectionWidth={48}
      rightSectionPointerEvents="none"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange?.(read(format, event.currentTarget.value, currency));
      }}
      onBlur={(event) => {
        setTyped(shown(format, value, currency));
        onBlur?.(event);
      }}
    />
  );
}

/** For a form's `validate`: what is wrong with the value of a MoneyInput, or null. */
export function moneyTrouble(format: Format, value: string, currency?: string): string | null {
  if (isMinor(value)) return null;
  const parsed = format.parseMoney(value.replace(typedMark, ''), currency);
  const example = format.amount('123456', currency);
  const trouble = 'trouble' in parsed ? parsed.trouble : 'notAnAmount';
  if (trouble !== 'tooManyDecimals') return t(`ui.money.${trouble}`, { example });
  const code = currency ?? format.currency;
  const limit = decimalsOf(code);
  return limit === 0
    ? t('ui.money.noDecimals', { currency: code, example })
    : t('ui.money.tooManyDecimals', { limit, example });
}

// Text that is no amount is kept under a mark, so that "12" typed can never pass for twelve minor units.
const typedMark = '~';

function isMinor(value: string): boolean {
  return /^-?\d+$/.test(value);
}

function read(format: Format, typed: string, currency?: string): string {
  if (!typed.trim()) return '';
  const parsed = format.parseMoney(typed, currency);
  return 'minor' in parsed ? parsed.minor : `${typedMark}${typed}`;
}

function shown(format: Format, value: string, currency?: string): string {
  return isMinor(value) ? format.amount(value, currency) : value.replace(typedMark, '');
}
