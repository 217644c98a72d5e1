import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { filterWidth } from '../../ui/toolbar.tsx';

// More than fit on a screen; whoever has more routers types a letter of the label.
const shownRouters = 50;

/** Routers by label, narrowed by what is typed. */
export const routerChoices = (search: string) =>
  queryOptions({
    queryKey: ['router', 'choices', search],
    queryFn: ({ signal }) => call('GET /api/routers', { query: { search, limit: shownRouters }, signal }),
    placeholderData: keepPreviousData,
  });

const routerLabel = (routerId: string) =>
  queryOptions({
    queryKey: ['router', 'label', routerId],
    queryFn: ({ signal }) => call('GET /api/routers/:routerId', { params: { routerId }, signal }),
  });

type RouterPickerProps = Omit<SelectProps, 'data' | 'searchable' | 'searchValue' | 'onSearchChange' | 'filter'>;

/** One of the routers, however many there are. */
export function RouterPicker(props: RouterPickerProps) {
  const { value } = props;
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  // The field shows the label of the chosen one: that is no search.
  const chosen = useQuery({ ...routerLabel(value ?? ''), enabled: Boolean(value) });
  const { data } = useQuery(routerChoices(search === chosen.data?.label ? '' : search));
  const found = (data?.items ?? []).map(({ id, label }) => ({ value: id, label }));
  const isChosenFound = found.some((choice) => choice.value === value);
  const own = chosen.data && !isChosenFound ? [{ value: chosen.data.id, label: chosen.data.label }] : [];
  return (
    <Select
      {...props}
      data={[...own, ...found]}
      searchable
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t('sessions.noRouterFound')}
    />
  );
}

/** Above a list: all routers, or one. */
export function RouterFilter({ value, onChange }: RouterFilterProps) {
  return (
    <RouterPicker
      aria-label={t('sessions.routerFilter')}
      placeholder={t('sessions.allRouters')}
      w={filterWidth}
      clearable
      clearButtonProps={{ 'aria-label': t('sessions.allRouters'), 'aria-hidden': false, tabIndex: 0 }}
      value={value ?? null}
      onChange={(routerId) => onChange(routerId ?? undefined)}
    />
  );
}

type RouterFilterProps = {
  value: string | undefined;
  onChange: (routerId: string | undefined) => void;
};
