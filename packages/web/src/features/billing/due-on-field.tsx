import { Text } from '@mantine/core';
import type { ComponentProps } from 'react';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { isDay } from './due-days.ts';

type DueOnFieldProps = ComponentProps<typeof DayInput> & { value?: string; today: string };

/** The due date, with a warning where it is past: that is allowed, and it cuts. */
export function DueOnField({ value = '', today, ...input }: DueOnFieldProps) {
  const format = useFormat();
  const isPast = isDay(value) && value < today;
  return (
    <div>
      <DayInput
        {...input}
        value={value}
        label={t('invoices.form.dueOn')}
        description={
          isDay(value)
            ? `${format.dayWithWeekday(value)}. ${t('invoices.form.dueOnHelp')}`
            : t('invoices.form.dueOnHelp')
        }
        min="1900-01-01"
        max="2199-12-31"
        styles={{ wrapper: { maxWidth: 220 } }}
      />
      <Text role="status" mt={isPast ? 4 : 0} style={{ color: 'var(--tone-attention)' }}>
        {isPast && t('invoices.form.dueOnPast')}
      </Text>
    </div>
  );
}
