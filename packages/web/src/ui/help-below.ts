import type { InputWrapperProps } from '@mantine/core';

/** `inputWrapperOrder` where fields stand side by side: the help comes under them, so that they stay in one line. */
export const helpBelow: InputWrapperProps['inputWrapperOrder'] = ['label', 'input', 'description', 'error'];
