import { ActionIcon, Button, NumberInput, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { errorText, t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Money } from '../../ui/money.tsx';
import { MoneyInput } from '../../ui/money-input.tsx';
import { TaxSelect } from '../plans/tax-select.tsx';
import classes from './invoice-lines.module.css';
import { taxRows } from './invoice-sheet.tsx';
import { emptyLine, type InvoiceFormState, type LineValues, lineTroubles, sentLine } from './invoice-values.ts';
import { type InvoiceLine, invoicePreview } from './queries.ts';
import { Sums } from './sums.tsx';

const mostLines = 200;

type InvoiceLinesProps = { form: InvoiceFormState; lines: LineValues[]; currency: string };

/** The lines of an invoice, each a row of fields, and what they come to. */
export function InvoiceLines({ form, lines, currency }: InvoiceLinesProps) {
  const preview = useLinesPreview(lines, currency);
  return (
    <div>
      {lines.map((_line, index) => (
        <LineFields
          // biome-ignore lint/suspicious/noArrayIndexKey: Lines have no other name while they are written.
          key={index}
          form={form}
          index={index}
          currency={currency}
          amountMinor={preview.data?.lines[index]?.amountMinor}
          canRemove={lines.length > 1}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        mt="xs"
        leftSection={<Icon name="plus" size={16} />}
        disabled={lines.length >= mostLines}
        onClick={() => form.insertListItem('lines', { ...emptyLine, taxId: lines.at(-1)?.taxId ?? '' })}
      >
        {t('invoices.form.addLine')}
      </Button>
      <LineSums {...preview} />
    </div>
  );
}

type LineFieldsProps = {
  form: InvoiceFormState;
  index: number;
  currency: string;
  amountMinor: string | undefined;
  canRemove: boolean;
};

function LineFields({ form, index, currency, amountMinor, canRemove }: LineFieldsProps) {
  const at = (field: keyof LineValues) => form.getInputProps(`lines.${index}.${field}`);
  const number = index + 1;
  return (
    <fieldset className={classes.line} aria-label={t('invoices.form.line', { number })}>
      <TextInput {...at('description')} label={t('invoices.form.lineText')} maxLength={500} className={classes.wide} />
      <NumberInput
        {...at('quantity')}
        label={t('invoices.form.quantity')}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        styles={{ input: { textAlign: 'right' } }}
      />
      <MoneyInput {...at('unitMinor')} label={t('invoices.form.unit')} currency={currency} />
      <MoneyInput {...at('discountMinor')} label={t('invoices.form.discount')} currency={currency} />
      <TaxSelect {...at('taxId')} label={t('invoices.form.tax')} />
      <div className={classes.amount}>{amountMinor ? <Money minor={amountMinor} currency={currency} /> : '–'}</div>
      <div className={classes.remove}>
        {canRemove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={28}
            aria-label={t('invoices.form.removeLine', { number })}
            onClick={() => form.removeListItem('lines', index)}
          >
            <Icon name="x" size={16} />
          </ActionIcon>
        )}
      </div>
    </fieldset>
  );
}

/** Nothing while a line is not finished; a description need not be there to reckon. */
function useLinesPreview(lines: LineValues[], currency: string) {
  const format = useFormat();
  const isFinished = lines.every((line) =>
    Object.values(lineTroubles({ ...line, description: '-' }, format, currency)).every((trouble) => trouble === null),
  );
  // The text is of no weight here: a key that is typed asks for nothing.
  const reckoned = isFinished ? lines.map((line) => ({ ...sentLine(line), description: '-' })) : [];
  const [asked] = useDebouncedValue(JSON.stringify(reckoned), 200);
  const { data, error } = useQuery(invoicePreview(JSON.parse(asked) as InvoiceLine[]));
  return { data: isFinished ? data : undefined, error };
}

function LineSums({ data, error }: ReturnType<typeof useLinesPreview>) {
  const format = useFormat();
  if (error) return <Text style={{ color: 'var(--tone-broken)' }}>{errorText(error)}</Text>;
  if (!data) return <Sums sums={[{ label: t('invoices.form.total'), value: '–', isStrong: true }]} />;
  const { netMinor, amountMinor, currency, taxes, taxMode } = data;
  const net = { label: t('invoices.form.net'), value: <Money minor={netMinor} currency={currency} /> };
  const total = {
    label: t('invoices.form.total'),
    value: <Money minor={amountMinor} currency={currency} />,
    isStrong: true,
  };
  return (
    <div aria-live="polite">
      <Sums sums={taxes.length > 0 ? [net, ...taxRows(taxes, currency, format), total] : [total]} />
      {taxMode === 'inclusive' && taxes.length > 0 && (
        <Text c="dimmed" size="sm" ta="right">
          {t('invoices.form.totalNote')}
        </Text>
      )}
    </div>
  );
}
