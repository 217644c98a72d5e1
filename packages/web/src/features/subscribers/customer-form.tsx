import { SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SecretInput } from '../../ui/secret-input.tsx';
import { RouterPicker, routerChoices } from '../provisioning/router-picker.tsx';
import { suggestedAccountName } from './account-name.ts';
import { type Field, troubles, type Values, valuesOf } from './customer-values.ts';
import { PlanPicker, plansOnSale } from './plan-picker.tsx';
import type { Customer } from './queries.ts';

type CustomerFormProps = {
  /** As it was opened, with its revision; undefined: a new one. */
  customer: Customer | undefined;
  /** What was typed before the latest was loaded, and stays. */
  typed?: Values;
  /** What somebody else wrote meanwhile into the same fields. */
  theirs?: Partial<Values>;
  submit: (values: Values) => Promise<unknown>;
  onDone: (name: string) => void;
  onReload?: (values: Values) => void;
};

type FormState = ReturnType<typeof useCustomerForm>;

function useCustomerForm(customer: Customer | undefined) {
  const has = { account: !customer || customer.accounts.length > 0, password: customer !== undefined };
  return useForm({ initialValues: valuesOf(customer), validate: (values: Values) => troubles(values, has) });
}

export function CustomerForm({ customer, typed, theirs, submit, onDone, onReload }: CustomerFormProps) {
  const can = useCan();
  const hasAccount = !customer || customer.accounts.length > 0;
  const form = useCustomerForm(customer);
  useTyped(form, typed);
  const theirsOf = (field: Field) => {
    const value = theirs?.[field];
    return value === undefined ? undefined : t('customers.form.changedMeanwhile', { value: value || '–' });
  };
  return (
    <Form
      form={form}
      submitLabel={customer ? t('customers.form.save') : t('customers.form.add')}
      submit={submit}
      onDone={() => onDone(form.getValues().name.trim())}
      onReload={onReload && (() => onReload(form.getValues()))}
      readOnly={!can('customer:write') && t('customers.form.readOnly')}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title={t('customers.form.person')}>
          <PersonFields form={form} isNew={!customer} theirsOf={theirsOf} />
        </Panel>
        {hasAccount && (
          <Panel title={t('customers.form.account')}>
            <AccountFields form={form} customer={customer} theirsOf={theirsOf} />
          </Panel>
        )}
      </SimpleGrid>
    </Form>
  );
}

function useTyped(form: FormState, typed: Values | undefined) {
  // Only once: afterwards the form is typed into.
  // biome-ignore lint/correctness/useExhaustiveDependencies: See above.
  useEffect(() => {
    if (typed) form.setValues(typed);
  }, []);
}

type FieldsProps = { form: FormState; theirsOf: (field: Field) => string | undefined };

const below: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

function PersonFields({ form, isNew, theirsOf }: FieldsProps & { isNew: boolean }) {
  // Until somebody writes an account name of his own, it follows the name.
  const takeName = (name: string) => {
    const { name: before, username } = form.getValues();
    form.setFieldValue('name', name);
    if (isNew && username === suggestedAccountName(before)) form.setFieldValue('username', suggestedAccountName(name));
  };
  return (
    <Stack gap="md">
      <TextInput
        {...form.getInputProps('name')}
        onChange={(event) => takeName(event.currentTarget.value)}
        label={t('customers.form.name')}
        description={theirsOf('name')}
        inputWrapperOrder={below}
        maxLength={120}
        autoComplete="off"
        data-autofocus
      />
      <TextInput
        {...form.getInputProps('phone')}
        type="tel"
        label={t('customers.form.phone')}
        description={theirsOf('phone')}
        inputWrapperOrder={below}
        maxLength={40}
        autoComplete="off"
      />
      <TextInput
        {...form.getInputProps('email')}
        type="email"
        label={t('customers.form.email')}
        description={theirsOf('email')}
        inputWrapperOrder={below}
        maxLength={254}
        autoComplete="off"
      />
      <Textarea
        {...form.getInputProps('address')}
        label={t('customers.form.address')}
        description={theirsOf('address')}
        inputWrapperOrder={below}
        maxLength={300}
        autosize
        minRows={2}
      />
      <Textarea
        {...form.getInputProps('notes')}
        label={t('customers.form.notes')}
        description={theirsOf('notes') ?? t('customers.form.notesHelp')}
        inputWrapperOrder={below}
        maxLength={2000}
        autosize
        minRows={2}
        maxRows={10}
      />
    </Stack>
  );
}

function AccountFields({ form, customer, theirsOf }: FieldsProps & { customer: Customer | undefined }) {
  const account = customer?.accounts[0];
  const plan = account?.planId ? { id: account.planId, name: account.planName ?? '' } : undefined;
  useOnlyChoices(form, !customer);
  return (
    <Stack gap="md">
      <RouterPicker
        {...form.getInputProps('routerId')}
        label={t('customers.form.router')}
        description={
          theirsOf('routerId') && t('customers.form.movedMeanwhile', { router: account?.routerLabel ?? '–' })
        }
        inputWrapperOrder={below}
        placeholder={t('customers.form.chooseRouter')}
      />
      {account && form.values.routerId !== account.routerId && (
        <Text style={{ color: 'var(--tone-attention)' }}>
          {t('customers.form.move', { account: account.name, router: account.routerLabel })}
        </Text>
      )}
      <PlanPicker
        {...form.getInputProps('planId')}
        {...(plan && { present: plan })}
        label={t('customers.form.plan')}
        description={theirsOf('planId') && t('customers.form.changedMeanwhile', { value: account?.planName ?? '–' })}
        inputWrapperOrder={below}
        placeholder={t('customers.form.choosePlan')}
      />
      <TextInput
        {...form.getInputProps('username')}
        label={t('customers.form.username')}
        description={theirsOf('username') ?? t('customers.form.usernameHelp')}
        inputWrapperOrder={below}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <SecretInput
        {...form.getInputProps('password')}
        label={account ? t('customers.form.newPassword') : t('customers.form.password')}
        description={account ? t('customers.form.newPasswordHelp') : t('customers.form.passwordHelp')}
        inputWrapperOrder={below}
        maxLength={128}
        autoComplete="new-password"
        canGenerate
      />
    </Stack>
  );
}

/** Where there is nothing to choose, it is chosen. */
function useOnlyChoices(form: FormState, isNew: boolean) {
  const routers = useQuery({ ...routerChoices(''), enabled: isNew }).data?.items;
  const plans = useQuery({ ...plansOnSale, enabled: isNew }).data?.items;
  const onlyRouter = routers?.length === 1 ? routers[0]?.id : undefined;
  const onlyPlan = plans?.length === 1 ? plans[0]?.id : undefined;
  useEffect(() => {
    const { routerId, planId } = form.getValues();
    const chosen = {
      ...(isNew && onlyRouter && !routerId && { routerId: onlyRouter }),
      ...(isNew && onlyPlan && !planId && { planId: onlyPlan }),
    };
    if (Object.keys(chosen).length === 0) return;
    form.setValues(chosen);
    // What nobody typed need not be saved.
    if (!form.isDirty('name')) form.resetDirty({ ...form.getValues(), ...chosen });
  }, [form.getValues, form.setValues, form.isDirty, form.resetDirty, isNew, onlyRouter, onlyPlan]);
}
