import { useQuery } from '@tanstack/react-query';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ListFilter } from '../../ui/list-filter.tsx';
import { allLocations } from './queries.ts';

type LocationFilterProps = { value: string | undefined; onChange: (locationId: string | undefined) => void };

/** Above a list: all locations, or one. Whoever has no locations sees none of it. */
export function LocationFilter({ value, onChange }: LocationFilterProps) {
  const can = useCan();
  const { data } = useQuery({ ...allLocations, enabled: can('location:read') });
  if (!data || (data.items.length === 0 && !value)) return null;
  return (
    <ListFilter
      label={t('locations.one')}
      all={t('locations.all')}
      choices={data.items.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
