import { Alert, Button, MultiSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { type Permission, useSession } from '../../lib/session.ts';
import { t, wordOr } from '../../lib/words.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Form } from '../../ui/form.tsx';
import { addKey } from './queries.ts';

/** As the page of the roles calls it, with the name that a program's documentation uses. */
const scopeWord = (scope: Permission) => `${wordOr('staff.permissions', scope.replace(':', '_'))} (${scope})`;

export function KeyForm({ onDone }: { onDone: () => void }) {
  const { staff } = useSession();
  const [made, setMade] = useState<string>();
  const form = useForm({
    initialValues: { name: '', scopes: [] as Permission[], days: 365 },
    validate: {
      name: (name) => (name.trim() ? null : t('account.keys.nameNeeded')),
      scopes: (scopes) => (scopes.length > 0 ? null : t('account.keys.scopesNeeded')),
    },
  });
  if (made) {
    return (
      <Stack gap="md">
        <Text fw={600}>{t('account.keys.made')}</Text>
        <CopyText text={made} label={t('account.keys.made')} isMono />
        <Alert color="yellow">{t('account.keys.madeText')}</Alert>
        <Button onClick={onDone} style={{ alignSelf: 'flex-end' }}>
          {t('account.keys.close')}
        </Button>
      </Stack>
    );
  }
  return (
    <Form
      form={form}
      submitLabel={t('account.keys.add')}
      submit={async ({ name, scopes, days }) => setMade(await addKey({ name, scopes, days: Number(days) }))}
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
