import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { t } from '../lib/words.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

const schemes: readonly { value: MantineColorScheme; icon: IconName }[] = [
  { value: 'auto', icon: 'device-desktop' },
  { value: 'light', icon: 'sun' },
  { value: 'dark', icon: 'moon' },
];

export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = schemes.find(({ value }) => value === colorScheme) ?? schemes[0]!;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('ui.theme.label')}>
          <Icon name={current.icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon name={icon} size={16} />}
            rightSection={value === colorScheme && <Icon name="check" size={16} />}
            onClick={() => setColorScheme(value)}
          >
            {t(`ui.theme.${value}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
