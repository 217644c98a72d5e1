import { NativeSelect, NumberInput, Skeleton, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { type BillingPolicy, billingPolicyQuery, changeBillingPolicy } from './policy-queries.ts';

/** When invoices are made, how taxes are reckoned, and what a new subscription gets. */
export function BillingPolicyPanel() {
  const query = useQuery(billingPolicyQuery);
  return (
    <Panel title={t('billing.invoicing')}>
      <LoadedForm query={query} skeleton={<Skeleton height={420} aria-busy="true" />}>
        {(policy, onReload) => <PolicyForm policy={policy} onReload={onReload} />}
      </LoadedForm>
    </Panel>
  );
}

const limits = {
  leadDays: [0, 27],
  termsDays: [0, 90],
  minDaysToPay: [0, 90],
  maxUnpaidRecurring: [1, 24],
  defaultAnchorDay: [1, 31],
} as const;
type NumberField = keyof typeof limits;

function trouble(field: NumberField, value: number | string): string | null {
  const [least, most] = limits[field];
  const isIn = Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most;
  return value !== '' && isIn ? null : t('billing.numberWrong', { least, most });
}

type Values = Omit<BillingPolicy, NumberField | 'revision'> & Record<NumberField, number | string>;

function sent(values: Values): Omit<BillingPolicy, 'revision'> {
  const { leadDays, termsDays, minDaysToPay, maxUnpaidRecurring, defaultAnchorDay } = values;
  return {
    ...values,
    leadDays: Number(leadDays),
    termsDays: Number(termsDays),
    minDaysToPay: Number(minDaysToPay),
    maxUnpaidRecurring: Number(maxUnpaidRecurring),
    defaultAnchorDay: defaultAnchorDay === '' ? null : Number(defaultAnchorDay),
  };
}

const choices = {
  taxMode: ['exclusive', 'inclusive'],
  taxLevel: ['rate_group', 'line'],
  taxRounding: ['half_up', 'half_even', 'down'],
  stubPolicy: ['separate', 'with_next_period'],
  dayCount: ['actual', 'fixed30'],
  reactivation: ['continue', 'restart'],
} as const;

type PolicyFormProps = { policy: BillingPolicy; onReload: () => void };

function usePolicyForm({ revision: _revision, ...policy }: BillingPolicy) {
  return useForm<Values>({
    initialValues: { ...policy, defaultAnchorDay: policy.defaultAnchorDay ?? '' },
    validate: {
      leadDays: (value) => trouble('leadDays', value),
      termsDays: (value) => trouble('termsDays', value),
      minDaysToPay: (value) => trouble('minDaysToPay', value),
      maxUnpaidRecurring: (value) => trouble('maxUnpaidRecurring', value),
      defaultAnchorDay: (value) => (value === '' ? null : trouble('defaultAnchorDay', value)),
    },
  });
}

function PolicyForm({ policy, onReload }: PolicyFormProps) {
  const can = useCan();
  const form = usePolicyForm(policy);
  const number = (field: NumberField, suffix?: string, help?: string) => (
    <NumberInput
      {...form.getInputProps(field)}
      label={t(`billing.${field}`)}
      description={help}
      suffix={suffix && ` ${suffix}`}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      styles={{ wrapper: { maxWidth: 240 } }}
    />
  );
  const choice = (field: keyof typeof choices, help?: string) => (
    <NativeSelect
      {...form.getInputProps(field)}
      label={t(`billing.${field}`)}
      description={help}
      data={choices[field].map((value) => ({ value, label: choiceWord(field, value) }))}
    />
  );
  return (
    <Form
      form={form}
      submitLabel={t('billing.save')}
      submit={(values) => changeBillingPolicy({ ...sent(values), revision: policy.revision })}
      onDone={() => notifyDone(t('billing.saved'))}
      onReload={onReload}
      readOnly={!can('settings:write') && t('billing.readOnly')}
    >
      <Switch {...form.getInputProps('isAutomatic', { type: 'checkbox' })} label={t('billing.isAutomatic')} />
      {number('leadDays', t('billing.days'), t('billing.leadDaysHelp'))}
      {number('termsDays', t('billing.days'), t('billing.termsDaysHelp'))}
      {number('minDaysToPay', t('billing.days'), t('billing.minDaysToPayHelp'))}
      {choice('taxMode')}
      {choice('taxLevel')}
      {choice('taxRounding')}
      {choice('stubPolicy')}
      {choice('dayCount', t(`billing.dayCountHelp.${form.values.dayCount}`))}
      {choice('reactivation')}
      <NativeSelect
        {...form.getInputProps('defaultPaymentMode')}
        label={t('billing.defaultPaymentMode')}
        data={(['prepaid', 'postpaid'] as const).map((mode) => ({
          value: mode,
          label: t(`subscriptions.modes.${mode}`),
        }))}
      />
      {number('defaultAnchorDay', undefined, t('billing.defaultAnchorDayHelp'))}
      <Switch
        {...form.getInputProps('billWhileSuspended', { type: 'checkbox' })}
        label={t('billing.billWhileSuspended')}
      />
      {form.values.billWhileSuspended && number('maxUnpaidRecurring', t('billing.invoices'))}
    </Form>
  );
}

function choiceWord(field: keyof typeof choices, value: string): string {
  const words: Record<keyof typeof choices, Record<string, string>> = {
    taxMode: { exclusive: t('billing.taxModes.exclusive'), inclusive: t('billing.taxModes.inclusive') },
    taxLevel: { rate_group: t('billing.taxLevels.rate_group'), line: t('billing.taxLevels.line') },
    taxRounding: {
      half_up: t('billing.taxRoundings.half_up'),
      half_even: t('billing.taxRoundings.half_even'),
      down: t('billing.taxRoundings.down'),
    },
    reactivation: {
      continue: t('billing.reactivations.continue'),
      restart: t('billing.reactivations.restart'),
    },
    dayCount: { actual: t('billing.dayCounts.actual'), fixed30: t('billing.dayCounts.fixed30') },
    stubPolicy: {
      separate: t('billing.stubPolicies.separate'),
      with_next_period: t('billing.stubPolicies.with_next_period'),
    },
  };
  return words[field][value] ?? value;
}
