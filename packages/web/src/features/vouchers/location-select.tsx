import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { locationList } from '../routers/queries.ts';

type LocationSelectProps = {
  label: string;
  /** '': the one that stands for none. */
  value: string;
  onChange: (locationId: string) => void;
  none?: string;
};

export function LocationSelect({ label, value, onChange, none = t('stock.everywhere') }: LocationSelectProps) {
  const { data } = useQuery(locationList({ limit: 200 }));
  return (
    <NativeSelect
      label={label}
      data={[{ value: '', label: none }, ...(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
