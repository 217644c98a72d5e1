import { Button, Group, SegmentedControl, Skeleton, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { LoadedForm } from '../../ui/latest-until-typed.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { changeDocumentSettings, type DocumentSettings, documentSettings } from './queries.ts';

/** What stands on invoices, receipts and statements beside the figures. */
export function DocumentsTab() {
  const query = useQuery({ ...documentSettings, staleTime: 0 });
  return (
    <LoadedForm query={query} skeleton={<Skeleton height={520} aria-busy="true" />}>
      {(settings, onReload) => (
        <Panel>
          <DocumentsForm settings={settings} onReload={onReload} />
          <Group mt="md">
            <Button variant="default" component="a" href="/api/billing/document-settings/sample.pdf" target="_blank">
              {t('settings.documents.sample')}
            </Button>
            <Text c="dimmed">{t('settings.documents.sampleHelp')}</Text>
          </Group>
        </Panel>
      )}
    </LoadedForm>
  );
}

function DocumentsForm({ settings, onReload }: { settings: DocumentSettings; onReload: () => void }) {
  const can = useCan();
  const { revision, ...values } = settings;
  const form = useForm({
    initialValues: {
      ...values,
      legalName: values.legalName ?? '',
      taxId: values.taxId ?? '',
      qrTemplate: values.qrTemplate ?? '',
    },
  });
  const field = (
    key: 'legalName' | 'taxId' | 'contact' | 'footer' | 'address' | 'paymentText' | 'qrTemplate',
    maxLength: number,
  ) => ({
    ...form.getInputProps(key),
    label: t(`settings.documents.${key}`),
    description: t(`settings.documents.${key}Help`),
    maxLength,
  });
  return (
    <Form
      form={form}
      submitLabel={t('settings.save')}
      submit={(typed) => changeDocumentSettings({ ...typed, revision })}
      onDone={() => notifyDone(t('settings.saved'))}
      onReload={onReload}
      readOnly={!can('settings:write') && t('settings.readOnly')}
    >
      <TextInput {...field('legalName', 120)} />
      <Textarea {...field('address', 400)} autosize minRows={2} />
      <TextInput {...field('taxId', 60)} />
      <TextInput {...field('contact', 200)} />
      <Textarea {...field('paymentText', 1000)} autosize minRows={2} />
      <TextInput {...field('qrTemplate', 400)} />
      <TextInput {...field('footer', 300)} />
      <div>
        <Text fw={600} size="sm" id="receipt-paper">
          {t('settings.documents.receiptPaper')}
        </Text>
        <SegmentedControl
          {...form.getInputProps('receiptPaper')}
          aria-labelledby="receipt-paper"
          data={[
            { value: 'a4', label: t('settings.documents.a4') },
            { value: '80mm', label: t('settings.documents.roll') },
          ]}
        />
      </div>
    </Form>
  );
}
