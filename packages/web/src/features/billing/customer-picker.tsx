import { Select, type SelectProps, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { type CustomerChoice, customerChoices } from './queries.ts';

type CustomerPickerProps = Omit<SelectProps, 'data' | 'value' | 'onChange'> & {
  value?: string | null;
  onChange?: (customerId: string | null) => void;
  /** The one that is chosen already when the form opens. */
  chosen?: { id: string; name: string };
};

/** Finds a customer by what a caller says: name, phone, account. The server looks; the page never holds them all. */
export function CustomerPicker({ value, onChange, chosen, ...input }: CustomerPickerProps) {
  const [typed, setTyped] = useState(chosen?.name ?? '');
  const [picked, setPicked] = useState(chosen);
  const wanted = typed === picked?.name ? '' : typed.trim();
  const [search] = useDebouncedValue(wanted, 200);
  const { data, isFetching, isPlaceholderData } = useQuery(customerChoices(search));
  // Until the answer for what is typed is here, only those of the last answer who fit it: no Enter takes somebody else.
  const isStale = isPlaceholderData || search !== wanted;
  const found = (data?.items ?? []).filter((customer) => !isStale || fits(customer, wanted));
  const byId = new Map(found.map((customer) => [customer.id, customer]));
  const choices = found.map(({ id, name }) => ({ value: id, label: name }));
  // The chosen one stays choosable, whatever is looked for now.
  if (picked && !byId.has(picked.id)) choices.unshift({ value: picked.id, label: picked.name });
  return (
    <Select
      {...input}
      searchable
      allowDeselect={false}
      placeholder={t('invoices.form.customerPlaceholder')}
      nothingFoundMessage={
        isFetching || isStale ? t('invoices.form.customerLoading') : t('invoices.form.customerNothing')
      }
      openOnFocus={false}
      // The list itself scrolls: a region inside it would be one more that the keyboard cannot reach.
      withScrollArea={false}
      styles={{ options: { maxHeight: 320, overflowY: 'auto' } }}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      data={choices}
      // The server has filtered already.
      filter={({ options }) => options}
      renderOption={({ option }) => <Choice name={option.label} customer={byId.get(option.value)} />}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value || null}
      onChange={(id, option) => {
        if (id && option) setPicked({ id, name: option.label });
        onChange?.(id);
      }}
    />
  );
}

function fits({ name, accountName, phone }: CustomerChoice, wanted: string): boolean {
  return [name, accountName, phone].some((text) => text?.toLowerCase().includes(wanted.toLowerCase()));
}

function Choice({ name, customer }: { name: string; customer: CustomerChoice | undefined }) {
  const details = [customer?.accountName, customer?.phone, customer?.planName].filter(Boolean).join(' · ');
  return (
    <div style={{ minWidth: 0 }}>
      <Text truncate>{name}</Text>
      {details && (
        <Text size="xs" c="dimmed" truncate>
          {details}
        </Text>
      )}
    </div>
  );
}
