import { NativeSelect, NumberInput, TextInput } from '@mantine/core';

import { t } from '../../lib/words.ts';
import type { Values } from './customer-values.ts';
import type { FormOf } from './form-of.ts';
import type { CustomerField } from './queries.ts';

type CustomFieldsProps = { form: FormOf<Values>; fields: readonly CustomerField[] };

/** What this provider keeps of his customers beside what everybody keeps. */
export function CustomFields({ form, fields }: CustomFieldsProps) {
  return fields.map((field) => <CustomInput key={field.id} form={form} field={field} />);
}

function CustomInput({ form, field }: { form: FormOf<Values>; field: CustomerField }) {
  const path = `custom.${field.id}`;
  const { value, onChange, ...input } = form.getInputProps(path);
  const shared = { ...input, label: field.name, required: field.isRequired, 'data-path': path };
  const take = (text: string) => form.setFieldValue(path, text);
  const text = typeof value === 'string' ? value : '';
  if (field.kind === 'choice' || field.kind === 'yes_no') {
    const choices =
      field.kind === 'choice'
        ? [...new Set([...field.choices, ...(text ? [text] : [])])].map((choice) => ({ value: choice, label: choice }))
        : [
            { value: 'yes', label: t('customers.form.yes') },
            { value: 'no', label: t('customers.form.no') },
          ];
    return (
      <NativeSelect
        {...shared}
        data={[{ value: '', label: '–' }, ...choices]}
        value={text}
        onChange={(event) => take(event.currentTarget.value)}
      />
    );
  }
  if (field.kind === 'number')
    return <NumberInput {...shared} hideControls value={text} onChange={(number) => take(String(number))} />;
  return (
    <TextInput
      {...shared}
      type={field.kind === 'day' ? 'date' : 'text'}
      maxLength={500}
      autoComplete="off"
      value={text}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

/** A value as it is read. */
export function customText(
  field: CustomerField,
  value: string | number | boolean,
  format: { day(day: string): string; number(value: number, digits?: number): string },
): string {
  if (typeof value === 'boolean') return value ? t('customers.form.yes') : t('customers.form.no');
  if (typeof value === 'number') return format.number(value, 6);
  return field.kind === 'day' ? format.day(value) : value;
}
