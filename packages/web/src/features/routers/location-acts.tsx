import { Menu } from '@mantine/core';
import { t } from '../../lib/words.ts';
import { confirmAct } from '../../ui/confirm.tsx';
import { Icon } from '../../ui/icon.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Location, removeLocation } from './queries.ts';

/** How the routers of a location are, in a word. */
export function LocationHealth({ location, format }: { location: Location; format: (count: number) => string }) {
  const { routerCount, troubledCount } = location;
  const number = format(routerCount);
  if (routerCount === 0) return <StatusBadge tone="quiet">{t('locations.health.none')}</StatusBadge>;
  return troubledCount > 0 ? (
    <StatusBadge tone="broken">
      {t('locations.health.troubled', { troubled: format(troubledCount), number })}
    </StatusBadge>
  ) : (
    <StatusBadge tone="fine">{t('locations.health.well', { count: routerCount, number })}</StatusBadge>
  );
}

type LocationMenuItemsProps = { location: Location; onEdit: () => void; onRemoved?: () => void };

export function LocationMenuItems({ location, onEdit, onRemoved }: LocationMenuItemsProps) {
  return (
    <>
      <Menu.Item leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
        {t('locations.edit')}
      </Menu.Item>
      <Menu.Item
        color="var(--mantine-color-error)"
        leftSection={<Icon name="trash" size={16} />}
        onClick={() => askToRemoveLocation(location, onRemoved)}
      >
        {t('locations.remove.short')}
      </Menu.Item>
    </>
  );
}

export function askToRemoveLocation({ id, name }: Location, onRemoved?: () => void): void {
  confirmAct({
    title: t('locations.remove.title', { name }),
    text: t('locations.remove.text'),
    act: t('locations.remove.act'),
    isDangerous: true,
    run: async () => {
      await removeLocation(id);
      notifyDone(t('locations.remove.done', { name }));
      onRemoved?.();
    },
  });
}
