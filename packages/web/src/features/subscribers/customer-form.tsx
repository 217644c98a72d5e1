import { SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { UpcomingPreview } from '../billing/upcoming-preview.tsx';
import { AccountFields } from './account-fields.tsx';
import { suggestedAccountName } from './account-name.ts';
import { type AccountValues, accountTroubles, accountValuesOf } from './account-values.ts';
import { CustomFields } from './custom-fields.tsx';
import { type Field, troubles, type Values, valuesOf } from './customer-values.ts';
import type { FormOf } from './form-of.ts';
import { type Customer, type CustomerField, customerTags } from './queries.ts';

export type NewValues = Values & AccountValues;

type NewCustomerFormProps = {
  fields: readonly CustomerField[];
  submit: (values: NewValues) => Promise<unknown>;
  onDone: (name: string) => void;
};

/** A person and his first account. */
export function NewCustomerForm({ fields, submit, onDone }: NewCustomerFormProps) {
  const form = useForm<NewValues>({
    initialValues: { ...valuesOf(undefined), ...accountValuesOf(undefined) },
    validate: (values) => ({ ...troubles(values), ...accountTroubles(values) }),
  });
  // Until somebody writes an account name of his own, it follows the name.
  const takeName = (name: string) => {
    const { name: before, username } = form.getValues();
    form.setFieldValue('name', name);
    if (username === suggestedAccountName(before)) form.setFieldValue('username', suggestedAccountName(name));
  };
  const person = form as unknown as FormOf<Values>;
  return (
    <Form
      form={form}
      submitLabel={t('customers.form.add')}
      submit={submit}
      onDone={() => onDone(form.getValues().name.trim())}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title={t('customers.form.person')}>
          <Stack gap="md">
            <PersonFields form={person} onName={takeName} />
          </Stack>
        </Panel>
        <Panel title={t('customers.form.account')}>
          <AccountFields form={form} account={undefined} />
        </Panel>
        <Panel title={t('customers.form.place')}>
          <Stack gap="md">
            <PlaceFields form={person} />
          </Stack>
        </Panel>
        <MoreFields form={person} fields={fields} />
      </SimpleGrid>
      <FirstInvoices planId={form.values.planId} />
    </Form>
  );
}

/** What the plan will bring, from today on. */
function FirstInvoices({ planId }: { planId: string }) {
  const can = useCan();
  const format = useFormat();
  if (!can('invoice:read')) return null;
  return (
    <Panel title={t('subscriptions.upcoming')}>
      <UpcomingPreview
        asks={planId ? { terms: { planId, startsOn: format.today() } } : undefined}
        hint={t('subscriptions.form.previewHint')}
      />
    </Panel>
  );
}

type EditCustomerFormProps = {
  /** As it was opened, with its revision. */
  customer: Customer;
  fields: readonly CustomerField[];
  /** What was typed before the latest was loaded, and stays. */
  typed?: Values;
  /** What somebody else wrote meanwhile into the same fields. */
  theirs?: Partial<Record<Field, string>>;
  submit: (values: Values) => Promise<unknown>;
  onDone: (name: string) => void;
  onReload: (values: Values) => void;
};

export function EditCustomerForm({ customer, fields, typed, theirs, submit, onDone, onReload }: EditCustomerFormProps) {
  const can = useCan();
  const form = useForm<Values>({ initialValues: valuesOf(customer), validate: troubles });
  // Only once: afterwards the form is typed into.
  // biome-ignore lint/correctness/useExhaustiveDependencies: See above.
  useEffect(() => {
    if (typed) form.setValues(typed);
  }, []);
  const theirsOf = (field: Field) => {
    const value = theirs?.[field];
    return value === undefined ? undefined : t('customers.form.changedMeanwhile', { value: value || '–' });
  };
  return (
    <Form
      form={form}
      submitLabel={t('customers.form.save')}
      submit={submit}
      onDone={() => onDone(form.getValues().name.trim())}
      onReload={() => onReload(form.getValues())}
      readOnly={!can('customer:write') && t('customers.form.readOnly')}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title={t('customers.form.person')}>
          <Stack gap="md">
            <PersonFields form={form} theirsOf={theirsOf} />
          </Stack>
        </Panel>
        <Stack gap="md">
          <Panel title={t('customers.form.place')}>
            <Stack gap="md">
              <PlaceFields form={form} theirsOf={theirsOf} />
            </Stack>
          </Panel>
          <MoreFields form={form} fields={fields} theirsOf={theirsOf} />
        </Stack>
      </SimpleGrid>
    </Form>
  );
}

type FieldsProps = {
  form: FormOf<Values>;
  theirsOf?: (field: Field) => string | undefined;
};

const nobodyElse = () => undefined;

function PersonFields({ form, theirsOf = nobodyElse, onName }: FieldsProps & { onName?: (name: string) => void }) {
  return (
    <>
      <TextInput
        {...form.getInputProps('name')}
        {...(onName && { onChange: (event) => onName(event.currentTarget.value) })}
        label={t('customers.form.name')}
        description={theirsOf('name')}
        maxLength={120}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        {...form.getInputProps('phone')}
        type="tel"
        label={t('customers.form.phone')}
        description={theirsOf('phone')}
        maxLength={40}
        autoComplete="off"
      />
      <TextInput
        {...form.getInputProps('email')}
        type="email"
        label={t('customers.form.email')}
        description={theirsOf('email')}
        maxLength={254}
        autoComplete="off"
      />
      <Textarea
        {...form.getInputProps('notes')}
        label={t('customers.form.notes')}
        description={theirsOf('notes') ?? t('customers.form.notesHelp')}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={10}
      />
    </>
  );
}

function PlaceFields({ form, theirsOf = nobodyElse }: FieldsProps) {
  return (
    <>
      <Textarea
        {...form.getInputProps('address')}
        label={t('customers.form.address')}
        description={theirsOf('address')}
        maxLength={300}
        autosize
        minRows={2}
      />
      <TextInput
        {...form.getInputProps('position')}
        label={t('customers.form.position')}
        description={theirsOf('position') ?? t('customers.form.positionHelp')}
        maxLength={500}
        autoComplete="off"
      />
      <Textarea
        {...form.getInputProps('billingAddress')}
        label={t('customers.form.billingAddress')}
        description={theirsOf('billingAddress') ?? t('customers.form.billingAddressHelp')}
        maxLength={300}
        autosize
        minRows={2}
      />
    </>
  );
}

function MoreFields({ form, fields, theirsOf = nobodyElse }: FieldsProps & { fields: readonly CustomerField[] }) {
  const known = useQuery(customerTags).data?.items ?? [];
  return (
    <Panel title={t('customers.form.more')}>
      <Stack gap="md">
        <TagsInput
          {...form.getInputProps('tags')}
          label={t('customers.form.tags')}
          description={theirsOf('tags') ?? t('customers.form.tagsHelp')}
          data={known.map(({ tag }) => tag)}
          maxTags={30}
          maxLength={40}
          acceptValueOnBlur
          clearable={false}
        />
        <CustomFields form={form} fields={fields} />
        {theirsOf('custom')}
      </Stack>
    </Panel>
  );
}
