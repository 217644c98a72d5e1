import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { LocationSelect } from './location-select.tsx';
import { makeBatch, packageList } from './queries.ts';

const maxBatch = 1000;

export function BatchForm({ onDone }: { onDone: (batchId: string) => void }) {
  const { data } = useQuery(packageList({ status: 'active', limit: 200 }));
  const made = useRef('');
  const form = useForm({
    initialValues: { packageId: '', quantity: 50 as number | string, locationId: '', note: '' },
    validate: { packageId: (id) => (id ? null : t('stock.form.packageNeeded')) },
  });
  const { quantity } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('stock.form.act', { count: Number(quantity) || 0 })}
      submit={async (values) => {
        const { id } = await makeBatch({
          ...values,
          quantity: Number(values.quantity),
          locationId: values.locationId || null,
        });
        made.current = id;
      }}
      onDone={() => {
        notifyDone(t('stock.form.made', { count: Number(quantity) }));
        onDone(made.current);
      }}
    >
      <NativeSelect
        {...form.getInputProps('packageId')}
        label={t('stock.form.package')}
        data={[
          { value: '', label: t('stock.form.choose') },
          ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        data-autofocus
      />
      <NumberInput
        {...form.getInputProps('quantity')}
        label={t('stock.form.quantity')}
        description={t('stock.form.quantityHelp')}
        min={1}
        max={maxBatch}
        allowDecimal={false}
      />
      <LocationSelect
        label={t('stock.form.place')}
        value={form.values.locationId}
        onChange={(locationId) => form.setFieldValue('locationId', locationId)}
      />
      <TextInput
        {...form.getInputProps('note')}
        label={t('stock.form.note')}
        placeholder={t('ui.form.optional')}
        maxLength={200}
      />
    </Form>
  );
}
