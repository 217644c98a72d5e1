import { NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import type { Format } from '../../lib/format.ts';
import { t } from '../../lib/words.ts';
import { MoneyInput, moneyTrouble } from '../../ui/money-input.tsx';
import { PercentInput } from '../../ui/percent-input.tsx';
import type { OverduePolicy } from './suspension-queries.ts';

const kinds = ['flat', 'percent', 'daily_flat', 'daily_percent'] as const;

type LateFeeValues = {
  lateFeeKind: (typeof kinds)[number] | '';
  lateFeeMinor: string;
  /** In percent while it is edited. */
  lateFeeBasisPoints: number | string;
  lateFeeGraceDays: number | string;
  lateFeeMaxMinor: string;
};

export function lateFeeValues(policy: OverduePolicy): LateFeeValues {
  const { lateFeeKind, lateFeeMinor, lateFeeBasisPoints, lateFeeGraceDays, lateFeeMaxMinor } = policy;
  return {
    lateFeeKind: lateFeeKind ?? '',
    lateFeeMinor: lateFeeMinor ?? '',
    lateFeeBasisPoints: lateFeeBasisPoints === null ? '' : lateFeeBasisPoints / 100,
    lateFeeGraceDays,
    lateFeeMaxMinor: lateFeeMaxMinor ?? '',
  };
}

const isPercent = (kind: LateFeeValues['lateFeeKind']) => kind.endsWith('percent');
const isAmount = (kind: LateFeeValues['lateFeeKind']) => kind.endsWith('flat');

export function sentLateFee({ lateFeeKind: kind, ...values }: LateFeeValues) {
  return {
    lateFeeKind: kind || null,
    lateFeeMinor: isAmount(kind) ? values.lateFeeMinor : null,
    lateFeeBasisPoints: isPercent(kind) ? Math.round(Number(values.lateFeeBasisPoints) * 100) : null,
    lateFeeGraceDays: kind ? Number(values.lateFeeGraceDays) : 0,
    lateFeeMaxMinor: (kind && values.lateFeeMaxMinor) || null,
  };
}

/** Of what is shown: what is not, is not sent either. */
export function lateFeeTroubles({ lateFeeKind: kind, ...values }: LateFeeValues, format: Format) {
  const within = (value: number | string, least: number, most: number) =>
    value !== '' && Number(value) >= least && Number(value) <= most ? null : t('billing.numberWrong', { least, most });
  return {
    lateFeeMinor: isAmount(kind) ? moneyTrouble(format, values.lateFeeMinor) : null,
    lateFeeBasisPoints: isPercent(kind) ? within(values.lateFeeBasisPoints, 0.01, 1000) : null,
    lateFeeGraceDays: kind ? within(values.lateFeeGraceDays, 0, 365) : null,
    lateFeeMaxMinor: kind && values.lateFeeMaxMinor ? moneyTrouble(format, values.lateFeeMaxMinor) : null,
  };
}

type LateFeeFieldsProps = { at: (field: keyof LateFeeValues) => object; kind: LateFeeValues['lateFeeKind'] };

export function LateFeeFields({ at, kind }: LateFeeFieldsProps) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <NativeSelect
          {...at('lateFeeKind')}
          label={t('billing.lateFee.kind')}
          data={[
            { value: '', label: t('billing.lateFee.none') },
            ...kinds.map((value) => ({ value, label: t(`billing.lateFee.kinds.${value}`) })),
          ]}
        />
        {isAmount(kind) && <MoneyInput {...at('lateFeeMinor')} label={t('billing.lateFee.amount')} />}
        {isPercent(kind) && <PercentInput {...at('lateFeeBasisPoints')} label={t('billing.lateFee.percent')} />}
      </SimpleGrid>
      {kind && (
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <NumberInput
            {...at('lateFeeGraceDays')}
            label={t('billing.lateFee.graceDays')}
            suffix={` ${t('billing.days')}`}
            allowDecimal={false}
            allowNegative={false}
            clampBehavior="none"
          />
          <MoneyInput
            {...at('lateFeeMaxMinor')}
            label={t('billing.lateFee.most')}
            description={t('ui.form.optional')}
          />
        </SimpleGrid>
      )}
    </>
  );
}
