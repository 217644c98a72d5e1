import type { ReactNode } from 'react';
import type { Format } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Money } from '../../ui/money.tsx';
import { taxRate } from '../plans/tax-select.tsx';
import classes from './invoice-sheet.module.css';
import { restMinor } from './invoice-words.ts';
import type { InvoiceDetail } from './queries.ts';
import { Sums } from './sums.tsx';

type Line = InvoiceDetail['lines'][number];

/** What the customer has on paper: lines, taxes, and what is left to pay. */
export function InvoiceSheet({ invoice }: { invoice: InvoiceDetail }) {
  const { lines, currency } = invoice;
  return (
    <>
      <table className={classes.lines}>
        <thead>
          <tr>
            <th scope="col">{t('invoices.page.line')}</th>
            <th scope="col">{t('invoices.columns.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.lineNo}>
              <td>
                <span style={{ whiteSpace: 'pre-line' }}>{line.description}</span>
                <LineNote line={line} currency={currency} />
              </td>
              <td>
                <Money minor={line.amountMinor} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <InvoiceSums invoice={invoice} />
      {invoice.taxMode === 'inclusive' && invoice.taxes.length > 0 && (
        <div className={classes.note}>{t('invoices.page.inclusive')}</div>
      )}
    </>
  );
}

function LineNote({ line, currency }: { line: Line; currency: string }) {
  const words = noteOf(line, currency, useFormat());
  return words.length > 0 && <div className={classes.note}>{words.join(' · ')}</div>;
}

function noteOf(line: Line, currency: string, format: Format): string[] {
  const { kind, quantity, unitMinor, discountMinor, startsOn, endsOn, taxName, rateBp } = line;
  const parts = [
    kind !== 'manual' && t(`invoices.page.kinds.${kind}`),
    startsOn && endsOn && format.days(startsOn, endsOn),
    quantity > 1 && t('invoices.page.each', { count: quantity, price: format.money(unitMinor, currency) }),
    discountMinor !== '0' && t('invoices.page.discount', { amount: format.money(discountMinor, currency) }),
    taxName && `${taxName} ${taxRate({ rateBp }, format)}`,
  ];
  return parts.filter((part): part is string => Boolean(part));
}

function InvoiceSums({ invoice }: { invoice: InvoiceDetail }) {
  const { currency, status, netMinor, amountMinor, settledMinor, balanceMinor, creditNotes, taxes } = invoice;
  const applied = creditNotes.reduce((sum, { appliedMinor }) => sum + BigInt(appliedMinor), 0n);
  const money = (minor: bigint | string) => <Money minor={minor.toString()} currency={currency} />;
  const sums: { label: string; value: ReactNode; isStrong?: boolean }[] = [
    ...(taxes.length > 0 ? [{ label: t('invoices.page.net'), value: money(netMinor) }] : []),
    ...taxRows(taxes, currency, useFormat()),
    { label: t('invoices.page.total'), value: money(amountMinor), isStrong: true },
  ];
  if (status !== 'draft' && status !== 'void') {
    if (applied > 0n) sums.push({ label: t('invoices.page.credited'), value: money(-applied) });
    sums.push({ label: t('invoices.page.paid'), value: money(-(BigInt(settledMinor) - applied)) });
    if (status === 'uncollectible')
      sums.push({ label: t('invoices.page.writtenOff'), value: money(`-${balanceMinor}`) });
    sums.push({ label: t('invoices.page.rest'), value: money(restMinor(invoice)), isStrong: true });
  }
  return <Sums sums={sums} />;
}

/** One row for each tax: its name, its rate, and of what. */
export function taxRows(taxes: InvoiceDetail['taxes'], currency: string, format: Format) {
  return taxes.map(({ name, rateBp, netMinor, taxMinor }) => ({
    label: t('invoices.page.tax', {
      name,
      rate: taxRate({ rateBp }, format),
      net: format.money(netMinor, currency),
    }),
    value: <Money minor={taxMinor} currency={currency} />,
  }));
}
