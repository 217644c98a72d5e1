// What this provider keeps of his customers beside what everybody keeps.
import { Button, Checkbox, Menu, NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LatestUntilTyped } from '../../ui/latest-until-typed.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { PageHead } from '../../ui/page-head.tsx';
import {
  addCustomerField,
  type CustomerField,
  changeCustomerField,
  customerFields,
  removeCustomerField,
} from './queries.ts';

export type CustomerFieldsSearch = { open?: string };

type CustomerFieldsPageProps = {
  search: CustomerFieldsSearch;
  onSearch: (change: Partial<CustomerFieldsSearch>) => void;
};

export function CustomerFieldsPage({ search, onSearch }: CustomerFieldsPageProps) {
  const can = useCan();
  const query = useQuery(customerFields);
  const add = can('settings:write') && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => onSearch({ open: 'new' })}>
      {t('customers.fields.add')}
    </Button>
  );
  const close = () => onSearch({ open: undefined });
  const opened = query.data?.items.find(({ id }) => id === search.open);
  const latest = async () => (await query.refetch()).data?.items.find(({ id }) => id === search.open);
  return (
    <>
      <PageHead title={t('customers.fields.title')} about={t('customers.fields.about')}>
        <LinkButton variant="default" to="/customers">
          {t('customers.title')}
        </LinkButton>
        {add}
      </PageHead>
      <DataTable
        label={t('customers.fields.title')}
        query={{ ...query, data: query.data && { items: query.data.items, next: null } }}
        columns={[
          { key: 'name', head: t('customers.fields.name'), cell: ({ name }) => name },
          { key: 'kind', head: t('customers.fields.kind'), cell: kindWord, width: 320 },
          {
            key: 'required',
            head: t('customers.fields.required'),
            cell: ({ isRequired }) => (isRequired ? t('customers.form.yes') : t('customers.form.no')),
            width: 120,
          },
        ]}
        phone={(field) => ({ title: field.name, line: kindWord(field) })}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        menu={
          can('settings:write')
            ? (field) => <FieldMenu field={field} onEdit={() => onSearch({ open: field.id })} />
            : undefined
        }
        empty={
          <EmptyState
            icon="list-details"
            title={t('customers.fields.emptyTitle')}
            text={t('customers.fields.emptyText')}
          >
            {add}
          </EmptyState>
        }
      />
      <FormDrawer
        opened={search.open === 'new' || opened !== undefined}
        title={opened ? t('customers.fields.editTitle', { name: opened.name }) : t('customers.fields.add')}
        onClose={close}
      >
        {opened ? (
          <LatestUntilTyped key={opened.id} latest={opened} reload={latest}>
            {(field, onReload) => <FieldForm field={field} onDone={close} onReload={onReload} />}
          </LatestUntilTyped>
        ) : (
          <FieldForm field={undefined} onDone={close} />
        )}
      </FormDrawer>
    </>
  );
}

function kindWord({ kind, choices }: CustomerField): string {
  const word = t(`customers.fields.kinds.${kind}`);
  return kind === 'choice' ? `${word}: ${choices.join(', ')}` : word;
}

function FieldMenu({ field, onEdit }: { field: CustomerField; onEdit: () => void }) {
  const remove = () =>
    confirmAct({
      title: t('customers.fields.removeTitle', { name: field.name }),
      text: t('customers.fields.removeText'),
      act: t('customers.fields.remove'),
      isDangerous: true,
      run: async () => {
        await removeCustomerField(field.id);
        notifyDone(t('customers.fields.removed', { name: field.name }));
      },
    });
  return (
    <>
      <Menu.Item leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
        {t('customers.fields.edit')}
      </Menu.Item>
      <Menu.Item color="var(--mantine-color-error)" leftSection={<Icon name="trash" size={16} />} onClick={remove}>
        {t('customers.fields.remove')}
      </Menu.Item>
    </>
  );
}

const kinds = ['text', 'number', 'day', 'yes_no', 'choice'] as const satisfies readonly CustomerField['kind'][];

type FieldFormProps = { field: CustomerField | undefined; onDone: () => void; onReload?: () => void };

function FieldForm({ field, onDone, onReload }: FieldFormProps) {
  const form = useForm({
    initialValues: {
      name: field?.name ?? '',
      kind: (field?.kind ?? 'text') as CustomerField['kind'],
      choices: field?.choices.join('\n') ?? '',
      isRequired: field?.isRequired ?? false,
    },
    validate: { name: (name) => (name.trim() ? null : t('customers.fields.nameNeeded')) },
  });
  const { kind } = form.values;
  return (
    <Form
      form={form}
      submitLabel={field ? t('customers.fields.save') : t('customers.fields.add')}
      submit={({ kind: chosen, choices, ...values }) => {
        const sent = { ...values, choices: chosen === 'choice' ? linesOf(choices) : [] };
        return field
          ? changeCustomerField(field.id, { ...sent, revision: field.revision })
          : addCustomerField({ ...sent, kind: chosen });
      }}
      onDone={() => {
        notifyDone(t('customers.fields.saved', { name: form.getValues().name }));
        onDone();
      }}
      onReload={onReload}
    >
      <TextInput
        {...form.getInputProps('name')}
        label={t('customers.fields.name')}
        placeholder={t('customers.fields.namePlaceholder')}
        maxLength={60}
        data-autofocus
      />
      {field ? (
        <Text c="dimmed">{t('customers.fields.kindStays', { kind: t(`customers.fields.kinds.${field.kind}`) })}</Text>
      ) : (
        <NativeSelect
          {...form.getInputProps('kind')}
          label={t('customers.fields.kind')}
          data={kinds.map((value) => ({ value, label: t(`customers.fields.kinds.${value}`) }))}
        />
      )}
      {kind === 'choice' && (
        <Textarea
          {...form.getInputProps('choices')}
          label={t('customers.fields.choices')}
          description={t('customers.fields.choicesHelp')}
          autosize
          minRows={3}
          maxRows={12}
        />
      )}
      <Checkbox
        {...form.getInputProps('isRequired', { type: 'checkbox' })}
        label={t('customers.fields.isRequired')}
        description={t('customers.fields.isRequiredHelp')}
      />
    </Form>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
