import { Alert } from '@mantine/core';
import { useForm } from '@mantine/form';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { CashInput } from './cash-input.tsx';
import { type Cash, countShift } from './queries.ts';

/** The blind count: what should be there is told afterwards. */
export function CountForm({ currency, onDone }: { currency: string; onDone: () => void }) {
  const form = useForm({ initialValues: { cash: [] as Cash } });
  return (
    <Form
      form={form}
      submitLabel={t('vouchers.cashier.countAct')}
      submit={({ cash }) => countShift(cash)}
      onDone={onDone}
    >
      <Alert>{t('vouchers.cashier.countHelp')}</Alert>
      <CashInput value={form.values.cash} onChange={(cash) => form.setFieldValue('cash', cash)} currency={currency} />
    </Form>
  );
}
