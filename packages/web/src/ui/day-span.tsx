import { Group, Text } from '@mantine/core';
import { DayInput } from './day-input.tsx';

type DaySpanProps = {
  /** What happened on these days, where it is not plain from the page. */
  label?: string;
  from: string | undefined;
  to: string | undefined;
  fromLabel: string;
  toLabel: string;
  onChange: (change: { from: string | undefined } | { to: string | undefined }) => void;
};

/** Above a list: from a day to a day, both included; either may be left open. */
export function DaySpan({ label, from, to, fromLabel, toLabel, onChange }: DaySpanProps) {
  return (
    <Group gap={4}>
      {label && <Text c="dimmed">{label}</Text>}
      <Group gap={4} wrap="nowrap">
        <DayInput
          value={from ?? ''}
          max={to}
          aria-label={fromLabel}
          title={fromLabel}
          onChange={(day) => onChange({ from: day || undefined })}
        />
        –
        <DayInput
          value={to ?? ''}
          min={from}
          aria-label={toLabel}
          title={toLabel}
          onChange={(day) => onChange({ to: day || undefined })}
        />
      </Group>
    </Group>
  );
}
