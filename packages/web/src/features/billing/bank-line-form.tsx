import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { confirmAct } from '../../ui/confirm.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Form } from '../../ui/form.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Allocations } from './allocation-preview.tsx';
import { assignLine, type BankLine, linkPayment, type Suggestion, setLineAside, takeLineBack } from './bank-queries.ts';
import { reasonsOf, SuggestionWords } from './bank-suggestion.tsx';
import { CustomerPicker } from './customer-picker.tsx';
import { amountTrouble } from './invoice-words.ts';

/** A line of a bank statement, and what can be done with it. */
export function BankLinePanel({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const can = useCan();
  const mayRecord = can('payment:record');
  return (
    <Stack gap="md">
      <LineFacts line={line} />
      {mayRecord && <Links line={line} onDone={onDone} />}
      {mayRecord && line.state === 'waiting' && <AssignForm key={line.assignedMinor} line={line} onDone={onDone} />}
      {mayRecord && line.state === 'set_aside' && (
        <ActButton
          variant="default"
          act={async () => {
            await takeLineBack(line.id);
            notifyDone(t('bank.line.takenBack'));
          }}
        >
          {t('bank.line.takeBack')}
        </ActButton>
      )}
    </Stack>
  );
}

/** Payments recorded by hand that this line may be, to link it to; and those it is linked to. */
function Links({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const format = useFormat();
  const button = (act: 'link' | 'unlink', id: string, receipt: string) => (
    <ActButton
      size="compact-sm"
      variant="default"
      aria-label={t(`bank.line.${act}Of`, { receipt })}
      act={async () => {
        await linkPayment(act, line.id, id);
        notifyDone(t(`bank.line.${act}ed`, { receipt }));
        onDone();
      }}
    >
      {t(`bank.line.${act}`)}
    </ActButton>
  );
  const linked = line.payments.filter(({ isLinked }) => isLinked);
  return (
    <>
      {linked.map(({ id, receiptNumber, ...customer }) => (
        <Choice key={id} act={button('unlink', id, receiptNumber)}>
          <Text size="sm">{`${receiptNumber} · ${nameOf(customer)}`}</Text>
        </Choice>
      ))}
      {line.recorded.length > 0 && (
        <div>
          <Text size="sm" fw={500}>
            {t('bank.line.recorded')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('bank.line.recordedHelp')}
          </Text>
        </div>
      )}
      {line.recorded.map(({ id, receiptNumber, amountMinor, receivedOn, ...customer }) => (
        <Choice key={id} act={button('link', id, receiptNumber)}>
          <Text size="sm">{`${receiptNumber} · ${nameOf(customer)}`}</Text>
          <Text size="xs" c="dimmed">
            {`${format.money(amountMinor, line.currency)} · ${format.day(receivedOn)}`}
          </Text>
        </Choice>
      ))}
    </>
  );
}

function Choice({ act, children }: { act: ReactNode; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="start">
      <div>{children}</div>
      <div style={{ flex: 'none' }}>{act}</div>
    </Group>
  );
}

/** Two customers may have one name. */
function nameOf({
  customerName,
  customerNumber,
}: Pick<BankLine['payments'][number], 'customerName' | 'customerNumber'>) {
  return `${customerName} #${customerNumber}`;
}

function restOf({ amountMinor, assignedMinor }: BankLine): string {
  return (BigInt(amountMinor) - BigInt(assignedMinor)).toString();
}

function LineFacts({ line }: { line: BankLine }) {
  const format = useFormat();
  const { payer, reference, bookedOn, amountMinor, assignedMinor, currency, bankRef, payments } = line;
  return (
    <Facts
      facts={[
        { label: t('bank.line.payer'), value: payer || '–' },
        { label: t('bank.line.reference'), value: reference || '–' },
        { label: t('bank.line.booked'), value: format.dayWithWeekday(bookedOn) },
        { label: t('bank.line.amount'), value: format.money(amountMinor, currency) },
        ...(assignedMinor !== '0' && line.state === 'waiting'
          ? [{ label: t('bank.line.left'), value: format.money(restOf(line), currency) }]
          : []),
        ...(bankRef.startsWith('~') ? [] : [{ label: t('bank.line.number'), value: bankRef }]),
        ...payments.map(({ id, receiptNumber, amountMinor: part, ...customer }) => ({
          label: t('bank.line.became'),
          value: (
            <Anchor renderRoot={(props) => <Link {...props} to="/payments/$paymentId" params={{ paymentId: id }} />}>
              {`${receiptNumber} · ${nameOf(customer)} · ${format.money(part, currency)}`}
            </Anchor>
          ),
        })),
        ...(line.setAsideReason
          ? [
              {
                label: t('bank.states.set_aside'),
                value: t('bank.line.because', { name: line.setAsideBy ?? '', reason: line.setAsideReason }),
              },
            ]
          : []),
      ]}
    />
  );
}

function AssignForm({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const format = useFormat();
  const [best] = line.suggestions;
  const [picked, pick] = useState<Suggestion | undefined>(best);
  const [invoiceIds, choose] = useState<string[]>(best?.invoices.map(({ id }) => id) ?? []);
  const form = useForm({
    initialValues: { customerId: best?.customerId ?? '', amountMinor: restOf(line) },
    validate: {
      customerId: (id) => (id ? null : t('payments.customerNeeded')),
      amountMinor: (minor: string) =>
        amountTrouble(format, minor, line.currency) ??
        (BigInt(minor) > BigInt(restOf(line))
          ? t('bank.line.tooMuch', { amount: format.money(restOf(line), line.currency) })
          : null),
    },
  });
  const take = (suggestion: Suggestion) => {
    pick(suggestion);
    form.setFieldValue('customerId', suggestion.customerId);
    choose(suggestion.invoices.map(({ id }) => id));
  };
  return (
    <Form
      form={form}
      submitLabel={t('bank.line.assign')}
      submit={(values) => assignLine(line.id, { ...values, ...(invoiceIds.length > 0 ? { invoiceIds } : {}) })}
      onDone={() => {
        notifyDone(t('bank.line.done', { amount: format.money(form.getValues().amountMinor, line.currency) }));
        if (form.getValues().amountMinor === restOf(line)) onDone();
      }}
    >
      {line.suggestions.map((suggestion) => (
        <SuggestionChoice key={suggestion.customerId} suggestion={suggestion} onPick={() => take(suggestion)} />
      ))}
      <CustomerPicker
        key={picked?.customerId}
        {...form.getInputProps('customerId')}
        {...(picked && { chosen: { id: picked.customerId, name: picked.customerName } })}
        onChange={(id) => {
          form.setFieldValue('customerId', id ?? '');
          choose([]);
        }}
        label={t('payments.columns.customer')}
      />
      <MoneyInput
        {...form.getInputProps('amountMinor')}
        label={t('bank.line.amountOf')}
        description={t('bank.line.amountHelp')}
        currency={line.currency}
      />
      <Allocations
        customerId={form.values.customerId}
        amountMinor={form.values.amountMinor}
        currency={line.currency}
        chosen={invoiceIds}
        onChoose={choose}
      />
      {line.assignedMinor === '0' && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => askToSetAside(line, format.money(line.amountMinor, line.currency), onDone)}
        >
          {t('bank.line.setAside')}
        </Button>
      )}
    </Form>
  );
}

function SuggestionChoice({ suggestion, onPick }: { suggestion: Suggestion; onPick: () => void }) {
  return (
    <Choice
      act={
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${t('bank.choose')}: ${suggestion.customerName}`}
          onClick={onPick}
        >
          {t('bank.choose')}
        </Button>
      }
    >
      <SuggestionWords suggestion={suggestion} />
      <Text size="xs" c="dimmed">
        {[reasonsOf(suggestion), ...suggestion.invoices.map(({ number }) => number)].join(' · ')}
      </Text>
    </Choice>
  );
}

function askToSetAside({ id }: BankLine, amount: string, onDone: () => void) {
  confirmAct({
    title: t('bank.line.setAsideTitle', { amount }),
    text: t('bank.line.setAsideText'),
    act: t('bank.line.setAside'),
    reason: 'required',
    run: async (reason) => {
      await setLineAside(id, reason);
      notifyDone(t('bank.line.setAsideDone'));
      onDone();
    },
  });
}
