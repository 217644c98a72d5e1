import type { useForm } from '@mantine/form';

/** What `useForm` gives, for fields that several forms have. */
// biome-ignore lint/suspicious/noExplicitAny: As Mantine says it.
export type FormOf<Values extends Record<string, any>> = Pick<
  ReturnType<typeof useForm<Values>>,
  'values' | 'getValues' | 'setValues' | 'setFieldValue' | 'getInputProps' | 'isDirty' | 'resetDirty'
>;
