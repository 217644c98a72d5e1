import { TextInput, type TextInputProps } from '@mantine/core';

type DayInputProps = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue' | 'type' | 'min' | 'max'> & {
  /** "2026-01-31", or ''. */
  value?: string;
  onChange?: (day: string) => void;
  min?: string;
  max?: string;
};

/**
 * The browser's own date field: it knows the keyboard and the phone. It writes the day as the browser's language does, so
 * what stands below it should say the day as the provider does, with its weekday.
 */
export function DayInput({ onChange, ...input }: DayInputProps) {
  return <TextInput {...input} type="date" onChange={(event) => onChange?.(event.currentTarget.value)} />;
}
