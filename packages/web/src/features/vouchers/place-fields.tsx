import { MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../lib/words.ts';
import { MoneyInput } from '../../ui/money-input.tsx';
import { locationList } from '../routers/queries.ts';

type PlaceFieldsProps = {
  locationIds: string[];
  onLocations: (ids: string[]) => void;
  /** By location; what is empty has the ordinary price. */
  prices: Record<string, string>;
  onPrices: (prices: Record<string, string>) => void;
  priceErrors: Record<string, string>;
};

/** Where a package is sold, and what a place asks instead. */
export function PlaceFields({ locationIds, onLocations, prices, onPrices, priceErrors }: PlaceFieldsProps) {
  const { data } = useQuery(locationList({ limit: 200 }));
  const locations = data?.items ?? [];
  if (locations.length === 0) return null;
  const sold = locations.filter(({ id }) => locationIds.length === 0 || locationIds.includes(id));
  return (
    <>
      <MultiSelect
        label={t('vouchers.packages.form.locations')}
        description={t('vouchers.packages.form.locationsHelp')}
        data={locations.map(({ id, name }) => ({ value: id, label: name }))}
        value={locationIds}
        onChange={onLocations}
        searchable
        clearable
      />
      {sold.map(({ id, name }) => (
        <MoneyInput
          key={id}
          label={t('vouchers.packages.form.priceAt', { name })}
          placeholder={t('vouchers.packages.form.samePrice')}
          value={prices[id] ?? ''}
          error={priceErrors[id]}
          onChange={(priceMinor) => onPrices({ ...prices, [id]: priceMinor })}
        />
      ))}
    </>
  );
}
