// On which day of the month a subscription is billed, and from when: shared by the form of a new one and that of its days.
import { NumberInput } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';

type FieldProps = (field: 'anchorDay' | 'trialEndsOn') => object;

type BillingDayProps = { at: FieldProps; help: string; isOnADay: boolean };

/** Days and weeks have none: they are counted from the start. */
export function BillingDayField({ at, help, isOnADay }: BillingDayProps) {
  return (
    <NumberInput
      {...at('anchorDay')}
      label={t('subscriptions.form.anchorDay')}
      description={isOnADay ? help : t('subscriptions.days.anchorNone')}
      disabled={!isOnADay}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      hideControls
    />
  );
}

export function TrialField({ at }: { at: FieldProps }) {
  return (
    <DayInput
      {...at('trialEndsOn')}
      label={t('subscriptions.form.trialEndsOn')}
      description={t('subscriptions.form.trialHelp')}
    />
  );
}

export function isWhole(value: number | string, least: number, most: number): boolean {
  return value !== '' && Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most;
}

export function anchorTrouble(value: number | string): string | null {
  return isWhole(value, 1, 31) ? null : t('subscriptions.form.anchorWrong');
}

export function trialTrouble({ startsOn, trialEndsOn }: { startsOn: string; trialEndsOn: string }): string | null {
  return trialEndsOn !== '' && trialEndsOn <= startsOn ? t('subscriptions.form.trialWrong') : null;
}
