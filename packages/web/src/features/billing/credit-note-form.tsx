import { Input, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { creditInvoice, creditPreview, type InvoiceDetail } from './queries.ts';

type Values = { mode: 'whole' | 'lines'; reason: string; amounts: string[] };

type CreditNoteFormProps = { invoice: InvoiceDetail; onDone: () => void };

/** An invoice is never edited: this takes back all or a part of it, and says first what that does. */
export function CreditNoteForm({ invoice, onDone }: CreditNoteFormProps) {
  const format = useFormat();
  const { id, currency } = invoice;
  const form = useForm<Values>({
    initialValues: { mode: 'whole', reason: '', amounts: invoice.lines.map(() => '') },
    validate: (values) => troubles(values, invoice, format),
  });
  const lines = linesOf(form.values, invoice);
  return (
    <Form
      form={form}
      submitLabel={t('invoices.credit.save')}
      submit={({ reason }) => creditInvoice(id, { reason, ...(lines ? { lines } : {}) })}
      onDone={() => {
        notifyDone(t('invoices.credit.done'));
        onDone();
      }}
    >
      <Input.Wrapper label={t('invoices.credit.what')} labelElement="div">
        <SegmentedControl
          {...form.getInputProps('mode')}
          aria-label={t('invoices.credit.what')}
          data={[
            { value: 'whole', label: t('invoices.credit.whole') },
            { value: 'lines', label: t('invoices.credit.byLine') },
          ]}
          fullWidth
          mt={4}
        />
      </Input.Wrapper>
      {form.values.mode === 'lines' &&
        invoice.lines.map((line, index) =>
          line.creditableMinor === '0' ? (
            <Input.Wrapper
              key={line.lineNo}
              label={line.description}
              labelElement="div"
              description={whyNotText(line, currency, format)}
            />
          ) : (
            <MoneyInput
              key={line.lineNo}
              {...form.getInputProps(`amounts.${index}`)}
              label={line.description}
              description={leftText(line, currency, format)}
              currency={currency}
            />
          ),
        )}
      <Outcome invoice={invoice} lines={lines} />
      <Textarea
        {...form.getInputProps('reason')}
        label={t('invoices.credit.reason')}
        maxLength={300}
        autosize
        minRows={2}
        data-autofocus
      />
    </Form>
  );
}

const isAmount = (text: string) => /^\d+$/.test(text) && text !== '0';

type Line = InvoiceDetail['lines'][number];

function leftText({ amountMinor, creditedMinor, creditableMinor }: Line, currency: string, format: Format): string {
  const money = (minor: string | bigint) => format.money(minor.toString(), currency);
  const gone = BigInt(amountMinor) - BigInt(creditableMinor);
  const sums = { amount: money(creditableMinor), charged: money(amountMinor), gone: money(gone) };
  if (gone === 0n) return t('invoices.credit.left', sums);
  return gone === BigInt(creditedMinor)
    ? t('invoices.credit.leftOf', sums)
    : t('invoices.credit.leftOfDifference', sums);
}

/** Why nothing can be credited of a line. */
function whyNotText({ amountMinor, creditedMinor }: Line, currency: string, format: Format): string {
  if (amountMinor.startsWith('-'))
    return t('invoices.credit.takesOff', { amount: format.money(amountMinor.slice(1), currency) });
  return creditedMinor === amountMinor && amountMinor !== '0'
    ? t('invoices.credit.allCredited', { amount: format.money(amountMinor, currency) })
    : t('invoices.credit.nothingCharged');
}

/** null: all that is left. */
function linesOf({ mode, amounts }: Values, { lines }: InvoiceDetail) {
  if (mode === 'whole') return null;
  return lines.flatMap(({ lineNo }, index) => {
    const amountMinor = amounts[index] ?? '';
    return isAmount(amountMinor) ? [{ lineNo, amountMinor }] : [];
  });
}

function troubles({ mode, reason, amounts }: Values, { lines, currency }: InvoiceDetail, format: Format) {
  const ofReason = reason.trim() ? null : t('invoices.credit.reasonNeeded');
  if (mode === 'whole') return { reason: ofReason };
  const ofAmounts = Object.fromEntries(
    lines.map((line, index) => {
      const left = line.creditableMinor;
      const typed = amounts[index] ?? '';
      const trouble = typed === '' ? null : moneyTrouble(format, typed, currency);
      const isTooMuch = isAmount(typed) && BigInt(typed) > BigInt(left);
      const tooMuch = isTooMuch && t('invoices.credit.tooMuch', { amount: format.money(left, currency) });
      return [`amounts.${index}`, trouble ?? (tooMuch || null)];
    }),
  );
  if (amounts.some(isAmount) || Object.values(ofAmounts).some(Boolean)) return { reason: ofReason, ...ofAmounts };
  const first = lines.findIndex(({ creditableMinor }) => creditableMinor !== '0');
  return { reason: ofReason, [`amounts.${first}`]: t('invoices.credit.nothing') };
}

type OutcomeProps = { invoice: InvoiceDetail; lines: ReturnType<typeof linesOf> };

/** What will happen, as the server reckons it. */
function Outcome({ invoice, lines }: OutcomeProps) {
  const format = useFormat();
  const [asked] = useDebouncedValue(lines, 250);
  const isEmpty = asked?.length === 0;
  const { data, error } = useQuery({ ...creditPreview(invoice.id, asked), enabled: !isEmpty });
  const money = (minor: string | bigint) => format.money(minor.toString(), invoice.currency);
  if (isEmpty) return <Text c="dimmed">{t('invoices.credit.nothing')}</Text>;
  if (error) return <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>;
  if (!data) return <Text mih={44} />;
  const { amountMinor, taxMinor, appliedMinor } = data;
  const toCredit = BigInt(amountMinor) - BigInt(appliedMinor);
  return (
    <Stack gap={4} aria-live="polite" mih={44}>
      <Text fw={600}>
        {taxMinor === '0'
          ? t('invoices.credit.resultPlain', { amount: money(amountMinor) })
          : t('invoices.credit.result', { amount: money(amountMinor), tax: money(taxMinor) })}
      </Text>
      {appliedMinor !== '0' && <Text>{t('invoices.credit.settles', { amount: money(appliedMinor) })}</Text>}
      {toCredit > 0n && <Text>{t('invoices.credit.becomesCredit', { amount: money(toCredit) })}</Text>}
    </Stack>
  );
}
