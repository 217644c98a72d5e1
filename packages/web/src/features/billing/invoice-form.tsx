import { Group, Skeleton, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { type Plan, planById, taxList } from '../plans/queries.ts';
import { CustomerPicker } from './customer-picker.tsx';
import { DueOnField } from './due-on-field.tsx';
import { InvoiceLines } from './invoice-lines.tsx';
import {
  emptyLine,
  type InvoiceFormState,
  type InvoiceValues,
  type LineValues,
  sentLine,
  useInvoiceForm,
} from './invoice-values.ts';
import { nameOfInvoice } from './invoice-words.ts';
import { changeInvoice, customerById, type InvoiceDetail, issueInvoice } from './queries.ts';

type InvoiceFormProps = {
  /** Whose page the form was opened from. */
  customer: { id: string; name: string } | undefined;
  onDone: (invoice: InvoiceDetail) => void;
};

// What most providers grant, and a weekend more.
const usualTermDays = 10;

export function InvoiceForm({ customer, onDone }: InvoiceFormProps) {
  const format = useFormat();
  const made = useRef<InvoiceDetail>(undefined);
  const dueOn = addDays(format.today(), usualTermDays);
  const form = useInvoiceForm(
    { customerId: customer?.id ?? '', dueOn, description: '', lines: [emptyLine] },
    format.currency,
  );
  const plan = usePlanOf(form.values.customerId);
  useSuggestion(form, plan);
  const make = (isDraft: boolean) => async (values: InvoiceValues) => {
    made.current = await issueInvoice({ ...values, lines: values.lines.map(sentLine), isDraft });
  };
  return (
    <Form
      form={form}
      submitLabel={t('invoices.form.act')}
      submit={make(false)}
      otherSubmit={{ label: t('invoices.form.saveDraft'), submit: make(true) }}
      onDone={() => {
        if (!made.current) return;
        const { status } = made.current;
        notifyDone(
          status === 'draft' ? t('invoices.drafted') : t('invoices.issued', { number: nameOfInvoice(made.current) }),
        );
        onDone(made.current);
      }}
    >
      <Panel>
        <CustomerPicker
          {...form.getInputProps('customerId')}
          chosen={customer}
          label={t('invoices.form.customer')}
          maw={480}
          mb="md"
        />
        <PaperFields form={form} />
      </Panel>
      <LinesPanel form={form} currency={format.currency}>
        {plan && form.values.lines.some(({ unitMinor }) => unitMinor === plan.priceMinor) && (
          <Text c="dimmed" mb="sm">
            {t('invoices.form.fromPlan', { plan: plan.name })}
          </Text>
        )}
      </LinesPanel>
    </Form>
  );
}

/** The plan of the customer's first account: what he is usually charged for. */
function usePlanOf(customerId: string): Plan | undefined {
  const { data: customer } = useQuery({ ...customerById(customerId), enabled: customerId !== '' });
  const planId = customer?.accounts.find((account) => account.planId)?.planId ?? '';
  const { data: plan } = useQuery({ ...planById(planId), enabled: planId !== '' });
  return customer ? plan : undefined;
}

/** Fills in what the customer usually pays, where nobody wrote yet, and once for each customer. */
function useSuggestion(form: InvoiceFormState, plan: Plan | undefined): void {
  const { currency } = useFormat();
  const suggested = useRef<{ of: string; line: LineValues; description: string }>(undefined);
  useEffect(() => {
    const of = `${form.getValues().customerId} ${plan?.id}`;
    if (!plan || plan.currency !== currency || suggested.current?.of === of) return;
    const { description, lines, dueOn } = form.getValues();
    const before = suggested.current;
    const isUntouched = lines.length === 1 && JSON.stringify(lines[0]) === JSON.stringify(before?.line ?? emptyLine);
    const line = { ...emptyLine, description: plan.name, unitMinor: plan.priceMinor, taxId: plan.taxId ?? '' };
    suggested.current = { of, line, description: plan.name };
    if (isUntouched) form.setFieldValue('lines', [line]);
    const isUndescribed = description === (before?.description ?? '');
    if (isUndescribed) form.setFieldValue('description', plan.name);
    // What we filled in ourselves is nobody's loss when the page is left.
    if (isUntouched && isUndescribed && !form.isDirty('dueOn')) form.resetDirty({ ...form.getValues(), dueOn });
  }, [plan, currency, form]);
}

type DraftFormProps = { invoice: InvoiceDetail; onDone: () => void };

/** Only a draft is edited: what is issued stays as the customer has it. */
export function DraftForm({ invoice, onDone }: DraftFormProps) {
  const { data: taxes, error, refetch } = useQuery(taxList);
  if (error && !taxes) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!taxes) return <Skeleton height={460} aria-busy="true" />;
  return <DraftFields invoice={invoice} taxes={taxes.items} onDone={onDone} />;
}

type TaxName = { id: string; name: string; rateBp: number };

function DraftFields({ invoice, taxes, onDone }: DraftFormProps & { taxes: readonly TaxName[] }) {
  const { id, customerId, dueOn, description, currency } = invoice;
  const lines = invoice.lines.map((line): LineValues => {
    const tax = taxes.find(({ name, rateBp }) => name === line.taxName && rateBp === line.rateBp);
    const { quantity, unitMinor, discountMinor } = line;
    return {
      description: line.description,
      quantity,
      unitMinor,
      discountMinor: discountMinor === '0' ? '' : discountMinor,
      taxId: tax?.id ?? '',
    };
  });
  const form = useInvoiceForm({ customerId, dueOn, description, lines }, currency);
  return (
    <Form
      form={form}
      submitLabel={t('invoices.edit.save')}
      submit={(values) =>
        changeInvoice(id, {
          dueOn: values.dueOn,
          description: values.description,
          lines: values.lines.map(sentLine),
        })
      }
      onDone={() => {
        notifyDone(t('invoices.edit.done'));
        onDone();
      }}
    >
      <Panel>
        <PaperFields form={form} />
      </Panel>
      <LinesPanel form={form} currency={currency} />
    </Form>
  );
}

function PaperFields({ form }: { form: InvoiceFormState }) {
  const format = useFormat();
  return (
    <Group align="flex-start" gap="md">
      <DueOnField {...form.getInputProps('dueOn')} today={format.today()} />
      <Textarea
        {...form.getInputProps('description')}
        label={t('invoices.form.description')}
        placeholder={t('invoices.form.descriptionPlaceholder')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
        style={{ flex: 1, minWidth: 'min(100%, 280px)' }}
      />
    </Group>
  );
}

type LinesPanelProps = { form: InvoiceFormState; currency: string; children?: React.ReactNode };

function LinesPanel({ form, currency, children }: LinesPanelProps) {
  return (
    <Panel title={t('invoices.form.lines')}>
      {children}
      <InvoiceLines form={form} lines={form.values.lines} currency={currency} />
    </Panel>
  );
}
