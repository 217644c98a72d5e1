import { NumberInput, type NumberInputProps } from '@mantine/core';

/** An amount of data, typed in GB. */
export function GbInput(props: NumberInputProps) {
  return (
    <NumberInput
      rightSection="GB"
      rightSectionWidth={48}
      rightSectionPointerEvents="none"
      styles={{ input: { textAlign: 'right' } }}
      hideControls
      allowNegative={false}
      decimalScale={3}
      {...props}
    />
  );
}
