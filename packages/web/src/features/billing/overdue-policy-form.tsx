import { NumberInput, Skeleton, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { LateFeeFields, lateFeeTroubles, lateFeeValues, sentLateFee } from './late-fee-fields.tsx';
import { changeOverduePolicy, type OverduePolicy, overduePolicyQuery } from './suspension-queries.ts';

type DrawerProps = { isOpen: boolean; onClose: () => void };

export function OverduePolicyDrawer({ isOpen, onClose }: DrawerProps) {
  return (
    <FormDrawer opened={isOpen} title={t('tomorrow.policy.title')} onClose={onClose}>
      {isOpen && <Opened onDone={onClose} />}
    </FormDrawer>
  );
}

export function OverduePolicyPanel() {
  return (
    <Panel title={t('billing.overdue')}>
      <Opened />
    </Panel>
  );
}

function Opened({ onDone }: { onDone?: () => void }) {
  const query = useQuery({ ...overduePolicyQuery, staleTime: 0 });
  return (
    <LoadedForm query={query} skeleton={<Skeleton height={420} aria-busy="true" />}>
      {(policy, onReload) => <PolicyForm policy={policy} onDone={onDone} onReload={onReload} />}
    </LoadedForm>
  );
}

const limits = {
  exemptionDays: [1, 90],
  fusePercent: [1, 100],
  fuseLeastCount: [0, 1_000_000],
  fuseStaleHours: [2, 720],
  reminderHour: [0, 23],
} as const;
type NumberField = keyof typeof limits;

/** "3, 1" as days; undefined where it is something else. */
export function daysFromText(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const days = parts.filter(Boolean).map(Number);
  return days.length <= 5 && days.every((day) => Number.isInteger(day) && day >= 0 && day <= 90) ? days : undefined;
}

function numberTrouble(field: NumberField, value: number | string): string | null {
  const [least, most] = limits[field];
  const isRight = value !== '' && Number(value) >= least && Number(value) <= most;
  return isRight ? null : t('tomorrow.policy.numberWrong', { least, most });
}

const wholeNumber = {
  allowDecimal: false,
  allowNegative: false,
  clampBehavior: 'none' as const,
};

type PolicyFormProps = { policy: OverduePolicy; onDone: (() => void) | undefined; onReload: () => void };

function PolicyForm({ policy, onDone, onReload }: PolicyFormProps) {
  const can = useCan();
  const format = useFormat();
  const { revision } = policy;
  const daysTrouble = (text: string) => (daysFromText(text) ? null : t('tomorrow.policy.reminderDaysWrong'));
  const form = useForm({
    initialValues: {
      toleranceMinor: policy.toleranceMinor,
      exemptionDays: policy.exemptionDays,
      fusePercent: policy.fusePercent,
      fuseLeastCount: policy.fuseLeastCount,
      fuseStaleHours: policy.fuseStaleHours,
      reminderDaysBefore: policy.reminderDaysBefore.join(', '),
      reminderDaysAfter: policy.reminderDaysAfter.join(', '),
      reminderHour: policy.reminderHour,
      doesMailInvoices: policy.doesMailInvoices,
      doesMailReceipts: policy.doesMailReceipts,
      doesMailCuts: policy.doesMailCuts,
      ...lateFeeValues(policy),
    },
    validate: (values) => ({
      ...lateFeeTroubles(values, format),
      exemptionDays: numberTrouble('exemptionDays', values.exemptionDays),
      fusePercent: numberTrouble('fusePercent', values.fusePercent),
      fuseLeastCount: numberTrouble('fuseLeastCount', values.fuseLeastCount),
      fuseStaleHours: numberTrouble('fuseStaleHours', values.fuseStaleHours),
      reminderHour: numberTrouble('reminderHour', values.reminderHour),
      reminderDaysBefore: daysTrouble(values.reminderDaysBefore),
      reminderDaysAfter: daysTrouble(values.reminderDaysAfter),
    }),
  });
  const number = (field: NumberField, suffix?: string, help?: string) => (
    <NumberInput
      {...form.getInputProps(field)}
      label={t(`tomorrow.policy.${field}`)}
      description={help}
      suffix={suffix ? ` ${suffix}` : undefined}
      {...wholeNumber}
    />
  );
  return (
    <Form
      form={form}
      submitLabel={t('tomorrow.policy.save')}
      submit={({ reminderDaysBefore, reminderDaysAfter, toleranceMinor, ...values }) =>
        changeOverduePolicy({
          ...values,
          ...sentLateFee(values),
          toleranceMinor: toleranceMinor || '0',
          reminderDaysBefore: daysFromText(reminderDaysBefore) ?? [],
          reminderDaysAfter: (daysFromText(reminderDaysAfter) ?? []).filter((day) => day > 0),
          revision,
        })
      }
      onDone={() => {
        notifyDone(t('tomorrow.policy.saved'));
        onDone?.();
      }}
      onReload={onReload}
      readOnly={!can('settings:write') && t('tomorrow.policy.readOnly')}
    >
      <MoneyInput
        {...form.getInputProps('toleranceMinor')}
        label={t('tomorrow.policy.tolerance')}
        description={t('tomorrow.policy.toleranceHelp')}
      />
      <LateFeeFields at={form.getInputProps} kind={form.values.lateFeeKind} />
      {number('exemptionDays', t('tomorrow.policy.days'), t('tomorrow.policy.exemptionDaysHelp'))}
      {number('fusePercent', '%')}
      {number('fuseLeastCount', t('tomorrow.policy.customers'))}
      {number('fuseStaleHours', t('tomorrow.policy.hours'))}
      <TextInput
        {...form.getInputProps('reminderDaysBefore')}
        label={t('tomorrow.policy.reminderDaysBefore')}
        description={t('tomorrow.policy.reminderDaysHelp')}
      />
      <TextInput
        {...form.getInputProps('reminderDaysAfter')}
        label={t('tomorrow.policy.reminderDaysAfter')}
        description={t('tomorrow.policy.reminderDaysHelp')}
      />
      {number('reminderHour')}
      <Switch
        {...form.getInputProps('doesMailInvoices', { type: 'checkbox' })}
        label={t('tomorrow.policy.doesMailInvoices')}
      />
      <Switch
        {...form.getInputProps('doesMailReceipts', { type: 'checkbox' })}
        label={t('tomorrow.policy.doesMailReceipts')}
      />
      <Switch {...form.getInputProps('doesMailCuts', { type: 'checkbox' })} label={t('tomorrow.policy.doesMailCuts')} />
    </Form>
  );
}
