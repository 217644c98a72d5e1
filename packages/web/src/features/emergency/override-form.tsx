import { Alert, NumberInput, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { staffList } from '../auth/queries.ts';
import { CashInput } from '../vouchers/cash-input.tsx';
import { type Cash, shiftList } from '../vouchers/queries.ts';
import { type NewOverride, type OverrideKind, startOverride } from './queries.ts';

type Values = {
  hours: number;
  staffId: string | null;
  shiftId: string | null;
  cutWithinHours: number;
  keepDays: number;
  cash: Cash;
  reason: string;
};

const first: Values = { hours: 4, staffId: null, shiftId: null, cutWithinHours: 6, keepDays: 3, cash: [], reason: '' };

export function OverrideForm({ kind, onDone }: { kind: OverrideKind; onDone: () => void }) {
  const form = useForm({
    initialValues: first,
    validate: {
      staffId: (id) => (kind === 'shut_out' && !id ? t('emergency.form.personNeeded') : null),
      shiftId: (id) => (kind === 'shift_takeover' && !id ? t('emergency.form.shiftNeeded') : null),
      reason: (reason) => (reason.trim().length >= 5 ? null : t('emergency.form.reasonNeeded')),
    },
  });
  const isLasting = kind === 'suspension_pause' || kind === 'observe_all' || kind === 'shut_out';
  return (
    <Form
      form={form}
      submitLabel={t(`emergency.acts.${kind}`)}
      submit={(values) => startOverride(bodyOf(kind, values))}
      onDone={() => {
        notifyDone(t('emergency.done', { what: t(`emergency.kinds.${kind}`) }));
        onDone();
      }}
    >
      <Alert>{t(`emergency.texts.${kind}`)}</Alert>
      {kind === 'shut_out' && <PersonField {...form.getInputProps('staffId')} />}
      {kind === 'shift_takeover' && <ShiftField {...form.getInputProps('shiftId')} />}
      {form.values.shiftId !== null && (
        <CountField value={form.values.cash} onChange={(cash) => form.setFieldValue('cash', cash)} />
      )}
      {isLasting && (
        <NumberInput
          {...form.getInputProps('hours')}
          label={t('emergency.form.hours')}
          suffix={t('emergency.form.hoursSuffix')}
          {...wholeUpTo(kind === 'shut_out' ? 168 : 72)}
        />
      )}
      {kind === 'restoration' && (
        <>
          <NumberInput
            {...form.getInputProps('cutWithinHours')}
            label={t('emergency.form.cutWithin')}
            suffix={t('emergency.form.hoursSuffix')}
            {...wholeUpTo(72)}
          />
          <NumberInput
            {...form.getInputProps('keepDays')}
            label={t('emergency.form.keepDays')}
            suffix={t('emergency.form.daysSuffix')}
            {...wholeUpTo(14)}
          />
        </>
      )}
      <Textarea
        {...form.getInputProps('reason')}
        label={t('emergency.form.reason')}
        description={t('emergency.form.reasonHelp')}
        maxLength={300}
        autosize
        minRows={2}
      />
    </Form>
  );
}

function wholeUpTo(max: number) {
  return { min: 1, max, allowDecimal: false, allowNegative: false, clampBehavior: 'strict' as const };
}

function bodyOf(kind: OverrideKind, values: Values): NewOverride {
  const { hours, reason, staffId, shiftId, cash, cutWithinHours, keepDays } = values;
  switch (kind) {
    case 'suspension_pause':
    case 'observe_all':
      return { kind, hours, reason };
    case 'shut_out':
      return { kind, hours, reason, staffId: staffId ?? '' };
    case 'restoration':
      return { kind, reason, cutWithinHours, keepDays };
    case 'shift_takeover':
      return { kind, reason, shiftId: shiftId ?? '', cash };
  }
}

type ChoiceField = { value?: string | null; onChange?: (id: string | null) => void; error?: React.ReactNode };

function PersonField(input: ChoiceField) {
  const { staff } = useSession();
  const { data } = useQuery(staffList({ limit: 200, status: 'active' }));
  const others = data?.items.filter(({ id }) => id !== staff?.id) ?? [];
  return (
    <Select
      {...input}
      data-path="staffId"
      label={t('emergency.form.person')}
      data={others.map(({ id, username, fullName }) => ({ value: id, label: fullName || username }))}
      searchable
    />
  );
}

function ShiftField(input: ChoiceField) {
  const { data } = useQuery(shiftList({ state: 'open', limit: 200 }));
  return (
    <Select
      {...input}
      data-path="shiftId"
      label={t('emergency.form.shift')}
      placeholder={data?.items.length === 0 ? t('emergency.form.noShift') : undefined}
      data={data?.items.map(({ id, staffName, routerLabel }) => ({
        value: id,
        label: `${staffName} · ${routerLabel}`,
      }))}
    />
  );
}

function CountField({ value, onChange }: { value: Cash; onChange: (cash: Cash) => void }) {
  const { currency } = useSession().provider;
  return <CashInput value={value} onChange={onChange} currency={currency} />;
}
