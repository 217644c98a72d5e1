import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { linkOptions } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Money } from '../../ui/money.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { CustomerPaymentForm } from './customer-payment-form.tsx';
import { creditOf, refundCredit } from './payment-queries.ts';
import { RefundForm } from './refund-form.tsx';
import { mailStatement, type Statement, type StatementSpan, statementOf } from './statement-queries.ts';

type Entry = Statement['entries'][number];
type StatementTabProps = { customer: { id: string; name: string } };

/** All that a customer was charged and paid, with the balance after each; as paper, for a spreadsheet, or by mail. */
export function StatementTab({ customer }: StatementTabProps) {
  const can = useCan();
  const format = useFormat();
  const [span, setSpan] = useState<StatementSpan>({});
  const [open, setOpen] = useState<'payment' | 'credit'>();
  const query = useQuery(statementOf(customer.id, span));
  const { data } = query;
  const file = (type: 'pdf' | 'csv') => {
    const words = new URLSearchParams(
      Object.entries(span).filter((entry): entry is [string, string] => Boolean(entry[1])),
    );
    return `/api/customers/${customer.id}/statement.${type}?${words}`;
  };
  const mail = async () => {
    const { toAddress } = await mailStatement(customer.id, span);
    notifyDone(t('payments.statement.mailed', { address: toAddress }));
  };
  return (
    <Stack gap="sm">
      <Group gap="xs" align="end">
        <DayInput
          label={t('payments.filters.from')}
          value={span.from ?? data?.from ?? ''}
          max={span.to ?? data?.to}
          onChange={(from) => setSpan({ ...span, from: from || undefined })}
        />
        <DayInput
          label={t('payments.filters.to')}
          value={span.to ?? data?.to ?? ''}
          min={span.from ?? data?.from}
          onChange={(to) => setSpan({ ...span, to: to || undefined })}
        />
        <Button variant="default" component="a" href={file('pdf')} target="_blank">
          {t('payments.statement.pdf')}
        </Button>
        <Button variant="default" component="a" href={file('csv')}>
          {t('payments.statement.csv')}
        </Button>
        {can('payment:record') && (
          <>
            <ActButton variant="default" act={mail}>
              {t('payments.statement.mail')}
            </ActButton>
            <Button onClick={() => setOpen('payment')}>{t('payments.add')}</Button>
          </>
        )}
        {can('invoice:write') && <CreditButton customerId={customer.id} onOpen={() => setOpen('credit')} />}
      </Group>
      {data && <Balances statement={data} />}
      <DataTable
        label={t('payments.statement.title')}
        query={{ ...query, data: data && { items: data.entries, next: null } }}
        columns={columnsOf(format, data?.currency)}
        phone={(entry) => ({
          title: `${t(`payments.statement.kinds.${entry.kind}`)} ${entry.reference}`,
          aside: <Money minor={entry.balanceMinor} currency={data?.currency} />,
          line: <Change entry={entry} currency={data?.currency} />,
          lineAside: format.day(entry.on),
        })}
        rowId={(entry) => `${entry.kind} ${entry.refId}`}
        rowName={({ reference }) => reference}
        link={linkOf}
        empty={<EmptyState icon="receipt" title={t('payments.statement.empty')} />}
      />
      <FormDrawer opened={open === 'payment'} title={t('payments.addTitle')} onClose={() => setOpen(undefined)}>
        <CustomerPaymentForm customer={customer} onDone={() => setOpen(undefined)} />
      </FormDrawer>
      <FormDrawer
        opened={open === 'credit'}
        title={t('payments.creditBackTitle', { name: customer.name })}
        onClose={() => setOpen(undefined)}
      >
        <CreditRefund customerId={customer.id} onDone={() => setOpen(undefined)} />
      </FormDrawer>
    </Stack>
  );
}

function linkOf({ kind, refId }: Entry) {
  if (kind === 'invoice' || kind === 'void' || kind === 'write_off')
    return linkOptions({ to: '/invoices/$invoiceId', params: { invoiceId: refId } });
  if (kind === 'payment' || kind === 'reversal')
    return linkOptions({ to: '/payments/$paymentId', params: { paymentId: refId } });
  return undefined;
}

function Balances({ statement: { openingMinor, closingMinor, currency, from, to, isCut } }: { statement: Statement }) {
  const format = useFormat();
  return (
    <Facts
      facts={[
        {
          label: t('payments.statement.opening', { day: format.day(from) }),
          value: <Money minor={openingMinor} currency={currency} />,
        },
        {
          label: t('payments.statement.closing', { day: format.day(to) }),
          value: <Money minor={closingMinor} currency={currency} />,
        },
        ...(isCut ? [{ label: t('payments.statement.cut'), value: t('payments.statement.cutText') }] : []),
      ]}
    />
  );
}

/** What was charged, or with a minus what was paid. */
function Change({ entry, currency }: { entry: Entry; currency: string | undefined }) {
  const isCharge = entry.chargeMinor !== '0';
  return <Money minor={isCharge ? entry.chargeMinor : `-${entry.creditMinor}`} currency={currency} />;
}

function columnsOf(format: ReturnType<typeof useFormat>, currency: string | undefined): Column<Entry>[] {
  const amount = (key: 'chargeMinor' | 'creditMinor' | 'balanceMinor', head: string): Column<Entry> => ({
    key,
    head,
    cell: (entry) =>
      entry[key] === '0' && key !== 'balanceMinor' ? '' : <Money minor={entry[key]} currency={currency} />,
    align: 'right',
    width: 140,
  });
  return [
    {
      key: 'what',
      head: t('payments.statement.what'),
      cell: ({ kind, reference }) => `${t(`payments.statement.kinds.${kind}`)} ${reference}`,
    },
    { key: 'on', head: t('payments.columns.on'), cell: ({ on }) => format.day(on), width: 130 },
    amount('chargeMinor', t('payments.statement.charged')),
    amount('creditMinor', t('payments.statement.paid')),
    amount('balanceMinor', t('payments.statement.balance')),
  ];
}

function CreditButton({ customerId, onOpen }: { customerId: string; onOpen: () => void }) {
  const { data } = useQuery(creditOf(customerId));
  if (!data?.credits.length) return null;
  return (
    <Button variant="default" onClick={onOpen}>
      {t('payments.creditBack')}
    </Button>
  );
}

function CreditRefund({ customerId, onDone }: { customerId: string; onDone: () => void }) {
  const format = useFormat();
  const { data } = useQuery(creditOf(customerId));
  const [credit] = data?.credits ?? [];
  if (!credit) return null;
  const { amountMinor, currency } = credit;
  return (
    <RefundForm
      currency={currency}
      mostMinor={amountMinor}
      initialMinor={amountMinor}
      about={() => t('payments.creditBackHelp', { amount: format.money(amountMinor, currency) })}
      refund={(refund) => refundCredit(customerId, { ...refund, currency })}
      onDone={onDone}
    />
  );
}
