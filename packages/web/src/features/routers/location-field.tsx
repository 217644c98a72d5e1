import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useIsLimited } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { allLocations } from './queries.ts';

type LocationFieldProps = NativeSelectProps & {
  /** The name of the location that it has now, till the list is there. */
  present?: string | null | undefined;
};

/** Where a router stands. */
export function LocationField({ present, ...field }: LocationFieldProps) {
  const { data } = useQuery(allLocations);
  // What stands nowhere is seen only by those who see everything.
  const isLimited = useIsLimited();
  const known = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isKnown = !field.value || known.some(({ value }) => value === field.value);
  return (
    <NativeSelect
      {...field}
      label={t('locations.one')}
      description={t('locations.fieldHelp')}
      data={[
        ...(isLimited ? [] : [{ value: '', label: t('locations.none') }]),
        ...(isKnown ? [] : [{ value: String(field.value), label: present ?? '…' }]),
        ...known,
      ]}
    />
  );
}
