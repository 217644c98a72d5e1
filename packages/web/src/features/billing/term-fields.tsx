// The terms that a subscription may have of its own: shared by the form of a new one and that of a change.
import { Group, NativeSelect } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { PercentInput } from '../../ui/percent-input.tsx';
import type { Subscription } from './subscription-queries.ts';

export type TermValues = {
  paymentMode: Subscription['paymentMode'] | '';
  priceOverrideMinor: string;
  discountKind: 'none' | 'percent' | 'amount';
  /** In percent while it is edited. */
  discountBp: number | string;
  discountMinor: string;
  discountEndsOn: string;
};

export function termValues(subscription: Subscription | undefined): TermValues {
  const { discountBp = null, discountMinor = null } = subscription ?? {};
  return {
    paymentMode: subscription?.paymentMode ?? '',
    priceOverrideMinor: subscription?.priceOverrideMinor ?? '',
    discountKind: discountBp !== null ? 'percent' : discountMinor !== null ? 'amount' : 'none',
    discountBp: discountBp === null ? '' : discountBp / 100,
    discountMinor: discountMinor ?? '',
    discountEndsOn: subscription?.discountEndsOn ?? '',
  };
}

export function sentTerms({ paymentMode, priceOverrideMinor, discountKind, ...values }: TermValues) {
  return {
    ...(paymentMode ? { paymentMode } : {}),
    priceOverrideMinor: priceOverrideMinor || null,
    discountBp: discountKind === 'percent' ? Math.round(Number(values.discountBp) * 100) : null,
    discountMinor: discountKind === 'amount' ? values.discountMinor : null,
    discountEndsOn: discountKind === 'none' ? null : values.discountEndsOn || null,
  };
}

export function termTroubles(values: TermValues, format: Format, currency: string) {
  const { priceOverrideMinor, discountKind, discountBp, discountMinor } = values;
  const percent = Number(discountBp);
  const isPercent = discountBp !== '' && percent >= 0.01 && percent <= 100;
  return {
    priceOverrideMinor: priceOverrideMinor === '' ? null : moneyTrouble(format, priceOverrideMinor, currency),
    discountBp: discountKind !== 'percent' || isPercent ? null : t('subscriptions.form.percentWrong'),
    discountMinor: discountKind === 'amount' ? moneyTrouble(format, discountMinor, currency) : null,
  };
}

type FieldProps = (field: keyof TermValues) => object;

type TermFieldsProps = { at: FieldProps; values: TermValues; currency: string };

export function TermFields({ at, values: { discountKind }, currency }: TermFieldsProps) {
  const kinds = ['none', 'percent', 'amount'] as const;
  return (
    <>
      <MoneyInput
        {...at('priceOverrideMinor')}
        label={t('subscriptions.form.price')}
        description={t('subscriptions.form.priceHelp')}
        currency={currency}
      />
      <Group grow align="flex-start">
        <NativeSelect
          {...at('discountKind')}
          label={t('subscriptions.form.discountKind')}
          data={kinds.map((kind) => ({ value: kind, label: t(`subscriptions.form.discountKinds.${kind}`) }))}
        />
        {discountKind === 'percent' && <PercentInput {...at('discountBp')} label={t('subscriptions.form.percent')} />}
        {discountKind === 'amount' && (
          <MoneyInput {...at('discountMinor')} label={t('subscriptions.form.amount')} currency={currency} />
        )}
      </Group>
      {discountKind !== 'none' && (
        <DayInput
          {...at('discountEndsOn')}
          label={t('subscriptions.form.discountEndsOn')}
          description={t('subscriptions.form.discountEndsHelp')}
        />
      )}
    </>
  );
}
