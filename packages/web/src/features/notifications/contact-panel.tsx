import { Button, Checkbox, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Language, languages, nameOfLanguage } from '../../lib/languages.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Facts } from '../../ui/facts.tsx';
import { Form } from '../../ui/form.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Panel } from '../../ui/panel.tsx';
import { type ContactPreferences, changeContactPreferences, contactPreferences } from './queries.ts';

const categories = ['invoice', 'reminder', 'receipt'] as const satisfies ContactPreferences['optedOut'];

type Customer = { id: string; email: string | null; removedAt: string | null };

/** In which language, where and about what a customer is written to. */
export function ContactPanel({ customer }: { customer: Customer }) {
  const can = useCan();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(contactPreferences(customer.id));
  const edit = can('customer:write') && !customer.removedAt && data && (
    <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
      {t('outbox.contact.edit')}
    </Button>
  );
  return (
    <Panel title={t('outbox.contact.title')} acts={edit}>
      {data ? <Preferences preferences={data} customer={customer} /> : <Skeleton height={70} />}
      <FormDrawer opened={isOpen} title={t('outbox.contact.title')} onClose={() => setOpen(false)}>
        {data && <ContactForm customer={customer} preferences={data} onDone={() => setOpen(false)} />}
      </FormDrawer>
    </Panel>
  );
}

type PreferencesProps = { customer: Customer; preferences: ContactPreferences };

function Preferences({ customer, preferences }: PreferencesProps) {
  const address = preferences.email ?? customer.email;
  const wanted = categories.filter((category) => !preferences.optedOut.includes(category));
  return (
    <Facts
      facts={[
        { label: t('outbox.contact.email'), value: address ?? t('outbox.contact.noAddress') },
        {
          label: t('outbox.contact.language'),
          value: preferences.language ? nameOfLanguage(preferences.language) : t('outbox.contact.usual'),
        },
        {
          label: t('outbox.contact.wanted'),
          value:
            wanted.map((category) => t(`outbox.contact.categories.${category}`)).join(', ') ||
            t('outbox.contact.nothing'),
        },
      ]}
    />
  );
}

function ContactForm({ customer, preferences, onDone }: PreferencesProps & { onDone: () => void }) {
  const form = useForm({
    initialValues: {
      language: preferences.language ?? '',
      email: preferences.email ?? '',
      wanted: categories.filter((category) => !preferences.optedOut.includes(category)) as string[],
    },
  });
  return (
    <Form
      form={form}
      submitLabel={t('outbox.contact.save')}
      submit={({ wanted, email, language: chosen }) =>
        changeContactPreferences(customer.id, {
          language: (chosen || null) as Language | null,
          email: email.trim() || null,
          optedOut: categories.filter((category) => !wanted.includes(category)),
        })
      }
      onDone={() => {
        notifyDone(t('outbox.contact.saved'));
        onDone();
      }}
    >
      <NativeSelect
        {...form.getInputProps('language')}
        label={t('outbox.contact.language')}
        data={[
          { value: '', label: t('outbox.contact.usual') },
          ...languages.map((code) => ({ value: code, label: nameOfLanguage(code) })),
        ]}
        data-autofocus
      />
      <TextInput
        {...form.getInputProps('email')}
        label={t('outbox.contact.otherEmail')}
        description={customer.email ? t('outbox.contact.ownEmail', { email: customer.email }) : t('ui.form.optional')}
        type="email"
      />
      <Checkbox.Group {...form.getInputProps('wanted')} label={t('outbox.contact.wanted')}>
        {categories.map((category) => (
          <Checkbox key={category} mt="xs" value={category} label={t(`outbox.contact.categories.${category}`)} />
        ))}
      </Checkbox.Group>
      <Text c="dimmed">{t('outbox.contact.help')}</Text>
    </Form>
  );
}
