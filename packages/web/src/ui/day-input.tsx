import { TextInput, type TextInputProps } from '@mantine/core';

type DayInputProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue' | 'type' | 'min' | 'max'> & {
  /** "2026-01-31", or ''. */
  value?: string;
  onChange?: (day: string) => void;
  min?: string;
  max?: string;
};

/** The browser's own date field: it knows the locale, the keyboard and the phone. */
export function DayInput({ onChange, ...input }: DayInputProps) {
  return <TextInput {...input} type="date" onChange={(event) => onChange?.(event.currentTarget.value)} />;
}
