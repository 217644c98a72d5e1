import { Group, NativeSelect } from '@mantine/core';
import { addDays } from '../../lib/format.ts';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';

type ChargeChoiceProps = {
  /** The first day that is charged for; null: nobody is charged by this; '': still to be said. */
  chargedFrom: string | null;
  onChange: (chargedFrom: string | null) => void;
};

/** Who is taken over from another system is charged by his plan from a day on, or not before somebody subscribes him. */
export function ChargeChoice({ chargedFrom, onChange }: ChargeChoiceProps) {
  const format = useFormat();
  const today = format.today();
  return (
    <Group gap="md" align="flex-start" mt="md">
      <NativeSelect
        label={t('imports.charge.label')}
        description={chargedFrom === null ? t('imports.charge.notHelp') : t('imports.charge.fromHelp')}
        value={chargedFrom === null ? 'not' : 'from'}
        onChange={(event) => onChange(event.currentTarget.value === 'not' ? null : firstOfNextMonth(today))}
        data={(['not', 'from'] as const).map((value) => ({ value, label: t(`imports.charge.${value}`) }))}
        maw={420}
      />
      {chargedFrom !== null && (
        <DayInput
          label={t('imports.charge.day')}
          description={chargedFrom && format.dayWithWeekday(chargedFrom)}
          value={chargedFrom}
          onChange={onChange}
          min={addDays(today, -28)}
          max={addDays(today, 365)}
          required
          withAsterisk={false}
        />
      )}
    </Group>
  );
}

/** Until then the other system has charged them, as a rule. */
function firstOfNextMonth(today: string): string {
  return `${addDays(`${today.slice(0, 8)}01`, 31).slice(0, 8)}01`;
}
