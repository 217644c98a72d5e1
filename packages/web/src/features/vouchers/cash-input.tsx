import { NumberInput, Text } from '@mantine/core';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import classes from './cashier.module.css';
import { faceValuesOf, sumOfCash } from './denominations.ts';
import type { Cash } from './queries.ts';

type CashInputProps = { value: Cash; onChange: (cash: Cash) => void; currency: string };

/** How many of each note and coin; the sum of what was counted stands below. */
export function CashInput({ value, onChange, currency }: CashInputProps) {
  const format = useFormat();
  const counts = new Map(value.map(({ faceValue, count }) => [faceValue, count]));
  const change = (faceValue: string, count: number) => {
    counts.set(faceValue, count);
    onChange(
      [...counts].filter(([, pieces]) => pieces > 0).map(([face, pieces]) => ({ faceValue: face, count: pieces })),
    );
  };
  return (
    <div>
      <div className={classes.notes}>
        {faceValuesOf(currency).map((faceValue, place) => (
          <NumberInput
            key={faceValue}
            aria-label={t('vouchers.cash.pieces', { note: faceOf(format, faceValue, currency) })}
            leftSection={<span className={classes.face}>{faceOf(format, faceValue, currency)}</span>}
            leftSectionWidth={92}
            placeholder="0"
            inputMode="numeric"
            min={0}
            max={100_000}
            allowNegative={false}
            allowDecimal={false}
            hideControls
            styles={{ input: { textAlign: 'right' } }}
            data-autofocus={place === 0 ? true : undefined}
            value={counts.get(faceValue) ?? ''}
            onChange={(count) => change(faceValue, Number(count) || 0)}
          />
        ))}
      </div>
      <div className={classes.sum}>
        <Text c="dimmed">{t('vouchers.cash.counted')}</Text>
        <output className={classes.sumValue}>{format.money(sumOfCash(value, currency), currency)}</output>
      </div>
    </div>
  );
}

function faceOf(format: ReturnType<typeof useFormat>, faceValue: string, currency: string): string {
  return format.money(sumOfCash([{ faceValue, count: 1 }], currency), currency).replace(/[.,]00$/, '');
}
