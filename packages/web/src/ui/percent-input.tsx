import { NumberInput, type NumberInputProps } from '@mantine/core';

/** A share in percent, to two decimals. It says nothing by itself about what is too much: the form does. */
export function PercentInput(input: NumberInputProps) {
  return (
    <NumberInput suffix=" %" decimalScale={2} allowNegative={false} clampBehavior="none" hideControls {...input} />
  );
}
