import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { isDay } from './due-days.ts';
import { DueOnField } from './due-on-field.tsx';
import { changeInvoice, type InvoiceDetail } from './queries.ts';

type InvoiceEditFormProps = { invoice: InvoiceDetail; onDone: () => void };

/** Only a draft is edited: what is issued stays as the customer has it. */
export function InvoiceEditForm({ invoice, onDone }: InvoiceEditFormProps) {
  const format = useFormat();
  const { id, dueOn, description } = invoice;
  const form = useForm({
    initialValues: { dueOn, description },
    validate: {
      dueOn: (day: string) => (isDay(day) ? null : t('invoices.form.dueOnNeeded')),
      description: (text: string) => (text.trim() ? null : t('invoices.form.descriptionNeeded')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('invoices.edit.save')}
      submit={(values) =>
        changeInvoice(id, {
          // Only what was changed here: the other may have been changed by somebody else.
          ...(values.dueOn === dueOn ? {} : { dueOn: values.dueOn }),
          ...(values.description === description ? {} : { description: values.description }),
        })
      }
      onDone={() => {
        notifyDone(t('invoices.edit.done'));
        onDone();
      }}
    >
      <DueOnField {...form.getInputProps('dueOn')} today={format.today()} data-autofocus />
      <Textarea
        {...form.getInputProps('description')}
        label={t('invoices.form.description')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={500}
      />
    </Form>
  );
}
