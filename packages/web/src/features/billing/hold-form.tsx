import { SegmentedControl, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { addDays } from '../../lib/format.ts';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { CustomerPicker } from './customer-picker.tsx';
import { addExemption, addPromise, type Hold } from './suspension-queries.ts';

type HoldFormProps = { customer?: { id: string; name: string }; onDone: () => void };

// A promise is for the end of the week, mostly.
const usualDays = 3;

export function HoldForm({ customer, onDone }: HoldFormProps) {
  const format = useFormat();
  const can = useCan();
  const kinds: Hold['kind'][] = can('customer:block') ? ['promise', 'exemption'] : ['promise'];
  const form = useForm({
    initialValues: {
      customerId: customer?.id ?? '',
      kind: 'promise' as Hold['kind'],
      untilOn: addDays(format.today(), usualDays),
      reason: '',
    },
    validate: (values) => ({
      customerId: values.customerId ? null : t('tomorrow.holds.customerNeeded'),
      untilOn: values.untilOn ? null : t('tomorrow.holds.untilNeeded'),
      reason: values.kind === 'promise' || values.reason.trim() ? null : t('tomorrow.holds.reasonNeeded'),
    }),
  });
  const { kind } = form.values;
  return (
    <Form
      form={form}
      submitLabel={t('tomorrow.holds.addAct')}
      submit={async ({ kind: chosen, ...values }) => {
        const hold = await (chosen === 'promise' ? addPromise(values) : addExemption(values));
        notifyDone(t('tomorrow.holds.done', { name: hold.customerName, day: format.day(hold.untilOn) }));
      }}
      onDone={onDone}
    >
      <CustomerPicker
        {...form.getInputProps('customerId')}
        chosen={customer}
        label={t('tomorrow.holds.customer')}
        data-autofocus={customer ? undefined : true}
      />
      {kinds.length > 1 && (
        <SegmentedControl
          aria-label={t('tomorrow.holds.kind')}
          data={kinds.map((value) => ({ value, label: t(`tomorrow.holds.kinds.${value}`) }))}
          {...form.getInputProps('kind')}
        />
      )}
      <DayInput
        {...form.getInputProps('untilOn')}
        label={t('tomorrow.holds.until')}
        description={t('tomorrow.holds.untilHelp')}
        min={format.today()}
      />
      <Textarea
        {...form.getInputProps('reason')}
        label={t('tomorrow.holds.reason')}
        description={kind === 'promise' ? t('ui.form.optional') : t('tomorrow.holds.reasonHelp')}
        autosize
        minRows={2}
        maxLength={300}
      />
    </Form>
  );
}
