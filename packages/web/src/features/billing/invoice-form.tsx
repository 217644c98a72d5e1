import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { planById } from '../plans/queries.ts';
import { CustomerPicker } from './customer-picker.tsx';
import { addDays, isDay } from './due-days.ts';
import { DueOnField } from './due-on-field.tsx';
import { nameOfInvoice } from './invoice-words.ts';
import { customerById, type InvoiceDetail, issueInvoice } from './queries.ts';

type InvoiceFormProps = {
  /** Whose page the form was opened from. */
  customer: { id: string; name: string } | undefined;
  onDone: (invoice: InvoiceDetail) => void;
  onReload: () => void;
};

// What most providers grant, and a weekend more.
const usualTermDays = 10;

export function InvoiceForm({ customer, onDone, onReload }: InvoiceFormProps) {
  const format = useFormat();
  const issued = useRef<InvoiceDetail>(undefined);
  const form = useForm({
    initialValues: {
      customerId: customer?.id ?? '',
      amountMinor: '',
      dueOn: addDays(format.today(), usualTermDays),
      description: '',
    },
    validate: (values) => ({
      customerId: values.customerId ? null : t('invoices.form.customerNeeded'),
      amountMinor: amountTrouble(format, values.amountMinor),
      dueOn: isDay(values.dueOn) ? null : t('invoices.form.dueOnNeeded'),
      description: values.description.trim() ? null : t('invoices.form.descriptionNeeded'),
    }),
  });
  const plan = usePlanOf(form.values.customerId);
  const suggested = useRef({ of: '', amountMinor: '', description: '' });
  useEffect(() => {
    const of = `${form.getValues().customerId} ${plan?.id}`;
    if (!plan || plan.currency !== format.currency || suggested.current.of === of) return;
    // Only into fields that nobody wrote into, and once: a field that was emptied stays so.
    const wasTouched = form.isDirty('amountMinor') || form.isDirty('description') || form.isDirty('dueOn');
    const suggestion = { of, amountMinor: plan.priceMinor, description: plan.name };
    for (const field of ['amountMinor', 'description'] as const) {
      const now = form.getValues()[field];
      if (now === '' || now === suggested.current[field]) form.setFieldValue(field, suggestion[field]);
    }
    suggested.current = suggestion;
    // What we filled in ourselves is nobody's loss when the drawer closes.
    if (!wasTouched) form.resetDirty();
  }, [plan, format.currency, form]);
  const isFromPlan = plan && form.values.amountMinor === plan.priceMinor && plan.currency === format.currency;
  return (
    <Form
      form={form}
      submitLabel={t('invoices.form.act')}
      submit={async (values) => {
        issued.current = await issueInvoice(values);
      }}
      onDone={() => {
        if (!issued.current) return;
        notifyDone(t('invoices.issued', { number: nameOfInvoice(issued.current) }));
        onDone(issued.current);
      }}
      onReload={onReload}
    >
      <CustomerPicker
        {...form.getInputProps('customerId')}
        chosen={customer}
        label={t('invoices.form.customer')}
        data-autofocus={customer ? undefined : true}
      />
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('invoices.form.amount')}
        description={isFromPlan ? t('invoices.form.amountFromPlan', { plan: plan.name }) : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data-autofocus={customer ? true : undefined}
      />
      <DueOnField {...form.getInputProps('dueOn')} today={format.today()} />
      <Textarea
        {...form.getInputProps('description')}
        label={t('invoices.form.description')}
        placeholder={t('invoices.form.descriptionPlaceholder')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
      />
    </Form>
  );
}

/** The plan of the customer's first account: what he is usually charged for. */
function usePlanOf(customerId: string) {
  const { data: customer } = useQuery({ ...customerById(customerId), enabled: customerId !== '' });
  const planId = customer?.accounts.find((account) => account.planId)?.planId ?? '';
  const { data: plan } = useQuery({ ...planById(planId), enabled: planId !== '' });
  return plan;
}

export function amountTrouble(format: Format, minor: string, currency?: string): string | null {
  const trouble = moneyTrouble(format, minor, currency);
  if (trouble) return trouble;
  return BigInt(minor) > 0n ? null : t('invoices.form.amountNotPositive');
}
