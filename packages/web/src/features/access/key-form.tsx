import { MultiSelect, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type Permission, useSession } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { Form } from '../../ui/form.tsx';
import { showOnce } from '../../ui/show-once.tsx';
import { addKey } from './queries.ts';

/** As the page of the roles calls it, with the name that a program's documentation uses. */
const scopeWord = (scope: Permission) => `${wordOr('staff.permissions', scope.replace(':', '_'))} (${scope})`;

export function KeyForm({ onDone }: { onDone: () => void }) {
  const { staff } = useSession();
  const form = useForm({
    initialValues: { name: '', scopes: [] as Permission[], days: 365 },
    validate: {
      name: (name) => (name.trim() ? null : t('account.keys.nameNeeded')),
      scopes: (scopes) => (scopes.length > 0 ? null : t('account.keys.scopesNeeded')),
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('account.keys.add')}
      submit={async ({ name, scopes, days }) => {
        const secret = await addKey({ name, scopes, days: Number(days) });
        const label = t('account.keys.made');
        showOnce({ title: label, text: t('account.keys.madeText'), secret, label, close: t('account.keys.close') });
      }}
      onDone={onDone}
    >
      <TextInput
        {...form.getInputProps('name')}
        label={t('account.keys.name')}
        description={t('account.keys.nameHelp')}
        maxLength={80}
        data-autofocus
      />
      <MultiSelect
        {...form.getInputProps('scopes')}
        label={t('account.keys.scopes')}
        description={t('account.keys.scopesHelp')}
        data={staff?.permissions.map((value) => ({ value, label: scopeWord(value) })) ?? []}
        searchable
      />
      <NumberInput
        {...form.getInputProps('days')}
        label={t('account.keys.days')}
        suffix={` ${t('account.keys.daysUnit')}`}
        min={1}
        max={730}
        allowDecimal={false}
      />
    </Form>
  );
}
