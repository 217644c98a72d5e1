import { Select, type SelectProps } from '@mantine/core';
import { filterWidth } from './toolbar.tsx';

type ListFilterProps = {
  label: string;
  /** What is shown while nothing is chosen: "All plans". */
  all: string;
  choices: readonly { value: string; label: string }[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  w?: SelectProps['w'];
};

/** Above a list: all, or one of a list that is not long. */
export function ListFilter({ label, all, choices, value, onChange, w }: ListFilterProps) {
  return (
    <Select
      aria-label={label}
      placeholder={all}
      w={w ?? filterWidth}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': all, 'aria-hidden': false, tabIndex: 0 }}
      data={[...choices]}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
