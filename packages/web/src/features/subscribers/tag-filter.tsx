import { NativeSelect, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type CustomerSort, customerSorts } from './customers-search.ts';
import { customerTags } from './queries.ts';

type TagFilterProps = { value: string | undefined; onChange: (tag: string | undefined) => void };

/** Above a list: all, or those with a tag. Without any tag in use there is nothing to choose. */
export function TagFilter({ value, onChange }: TagFilterProps) {
  const format = useFormat();
  const tags = useQuery(customerTags).data?.items ?? [];
  if (tags.length === 0 && !value) return null;
  const isListed = !value || tags.some(({ tag }) => tag === value);
  return (
    <Select
      aria-label={t('customers.tagFilter')}
      placeholder={t('customers.allTags')}
      w={{ base: 'calc(50% - 6px)', xs: 160 }}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('customers.allTags'), 'aria-hidden': false, tabIndex: 0 }}
      data={[
        ...(isListed ? [] : [{ value, label: value }]),
        ...tags.map(({ tag, count }) => ({ value: tag, label: `${tag} (${format.number(count)})` })),
      ]}
      value={value ?? null}
      onChange={(tag) => onChange(tag ?? undefined)}
    />
  );
}

type SortSelectProps = { value: CustomerSort | undefined; onChange: (sort: CustomerSort | undefined) => void };

export function SortSelect({ value, onChange }: SortSelectProps) {
  const choices = (['name', ...customerSorts] as const).map((sort) => ({
    value: sort,
    label: t(`customers.sorts.${sort}`),
  }));
  return (
    <NativeSelect
      aria-label={t('customers.sort')}
      w={{ base: 'calc(50% - 6px)', xs: 160 }}
      data={choices}
      value={value ?? 'name'}
      onChange={(event) => onChange(customerSorts.find((sort) => sort === event.currentTarget.value))}
    />
  );
}
